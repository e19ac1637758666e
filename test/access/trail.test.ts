import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLogger } from '../../src/logger.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { listTrail, recordRoles } from '../../src/store/trail.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { applying, parseTexts, startRegistry } from '../support/registry.ts'

const log: Record<string, unknown>[] = []
const logger = createLogger('info', { write: (line: string) => log.push(JSON.parse(line)) })
const thing = 'name: thing\nkey: [name]\nfields: { name: string }'
const other = 'name: other\nkey: [name]\nfields: { name: string }'

let testDatabase: TestDatabase
let store: Store
beforeAll(async () => {
  testDatabase = await createTestDatabase()
  store = openStore({ connection: { connectionString: testDatabase.url }, pause: 3_600_000 }, logger)
  await store.prepare(applying(parseTexts([thing, other])))
})
afterAll(async () => {
  await store?.close()
  await testDatabase?.drop()
})

const trail = async () =>
  (await listTrail(store.database, 100, undefined)).map(({ action, subject, details, by }) => ({
    action,
    subject,
    details,
    actor: by.actor,
  }))

test('rules of access stand in the trail when they have changed, and not with each start', async () => {
  const record = (digest: string | undefined, names: readonly string[], hasAdminToken: boolean) =>
    recordRoles(store.database, logger, { digest, names, hasAdminToken })
  const entry = (subject: string, roles: readonly string[], adminToken: boolean) => ({
    action: 'ROLES_CHANGED',
    subject,
    details: { roles, adminToken },
    actor: undefined,
  })
  // Without any rules there is nothing to tell, as long as there were none.
  await record(undefined, [], false)
  expect(await trail()).toEqual([])
  await record('0a', ['ci'], false)
  await record('0a', ['ci'], false)
  await record('0b', ['ci', 'ops'], true)
  await record('0a', ['ci'], false)
  // Afterwards it is what an auditor asks for first.
  await record(undefined, [], false)
  await record(undefined, [], false)
  const entries = [
    entry('none', [], false),
    entry('0a', ['ci'], false),
    entry('0b', ['ci', 'ops'], true),
    entry('0a', ['ci'], false),
  ]
  expect(await trail()).toEqual(entries)
  const logged = log.filter(({ msg }) => msg === 'administration').map(({ subject }) => subject)
  expect(logged.reverse()).toEqual(entries.map(({ subject }) => subject))
})

test('a consent and a purge stand in the trail, with who gave it and who did it', async () => {
  const before = await startRegistry([thing, other], { databaseUrl: testDatabase.url })
  await before.data('mutation { upsertOther(input: { name: "a" }) { outcome } }')
  await before.close()
  const registry = await startRegistry([thing], {
    databaseUrl: testDatabase.url,
    consent: 'any',
    adminToken: 'an-admin-token-of-the-test',
    logger,
  })
  const headers = { authorization: 'Bearer an-admin-token-of-the-test', 'x-registry-actor': 'alice' }
  await registry.data('mutation { purgeTemplate(name: "other") }', {}, headers)
  const read = '{ administrationLog(first: 2) { nodes { action subject details actor onBehalfOf address } } }'
  const { administrationLog } = await registry.data(read, {}, headers)
  await registry.close()
  expect(administrationLog.nodes).toEqual([
    {
      action: 'TEMPLATE_PURGED',
      subject: 'other',
      details: { objects: 1 },
      actor: 'admin',
      onBehalfOf: 'alice',
      address: '127.0.0.1',
    },
    {
      action: 'TEMPLATES_ACCEPTED',
      subject: expect.stringMatching(/^\w+$/),
      details: { generation: 2, operator: expect.stringContaining('@') },
      actor: null,
      onBehalfOf: null,
      address: null,
    },
  ])
  const logged = log.filter(({ msg }) => msg === 'administration').map(({ action }) => action)
  expect(logged.slice(-2)).toEqual(['TEMPLATES_ACCEPTED', 'TEMPLATE_PURGED'])
})
