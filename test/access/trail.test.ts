import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadRoles } from '../../src/access/load-roles.ts'
import { createLogger } from '../../src/logger.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { listTrail, recordRoles } from '../../src/store/trail.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { applying, parseTexts, startRegistry } from '../support/registry.ts'
import { ruleContext } from './rule-context.ts'

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

test('other keys of an issuer have another digest, although the files of roles are the same', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'registry-roles-'))
  const digestWith = async (kid: string) => {
    await writeFile(join(folder, 'keys.jwks'), JSON.stringify({ keys: [{ kty: 'RSA', kid }] }))
    return (await loadRoles(folder, () => ruleContext)).digest
  }
  const who = '{ oidc: "https://ci.example.org", audience: registry, keys: keys.jwks, claims: { sub: job } }'
  await writeFile(join(folder, 'ci.yaml'), `name: ci\nwho: [${who}]\nmay: [{ read: "*" }]\n`)
  const digests = [await digestWith('one'), await digestWith('two'), await digestWith('one')]
  await rm(folder, { recursive: true })
  expect(digests[0]).toMatch(/^[0-9a-f]{16}$/)
  expect(digests[1]).not.toBe(digests[0])
  expect(digests[2]).toBe(digests[0])
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
