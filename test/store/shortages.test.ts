import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import { startProcess, stopProcesses } from '../app/start-process.ts'
import { findOwnPort } from '../support/find-own-port.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { runOnServer } from '../support/run-on-server.ts'
import { printConnectionUrl } from '../support/test-connection.ts'

const host = '{ name: host, key: [name], fields: { name: string, note: string } }'
const logged: { code?: string; remedy?: string }[] = []
let registry: TestRegistry
beforeAll(async () => {
  const logger = pino({ level: 'warn' }, { write: (line: string) => logged.push(JSON.parse(line)) })
  registry = await startRegistry([host], { logger })
})
afterAll(() => registry?.close())

test.each([
  ['53100', 'The disk of the database is full', 'make room'],
  ['53200', 'The database lacks memory, or room for locks', 'max_locks_per_transaction'],
  ['58030', 'The disk of the database cannot be read or written', 'log of PostgreSQL'],
])('what PostgreSQL lacks (%s) is said to the caller, and logged with what to do, once', async (code, said, remedy) => {
  await registry.sql(
    `create or replace function lacking() returns trigger language plpgsql as $$ begin raise exception using errcode = '${code}', message = 'it lacks'; end $$`,
  )
  await registry.sql(
    'create or replace trigger lacking before insert on registry_host_objects for each row execute function lacking()',
  )
  logged.length = 0
  for (let i = 0; i < 3; i++) {
    const { errors } = await registry.query('mutation { upsertHost(input: {name: "a"}) { outcome } }')
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining(`${said}, so nothing was written.`),
        extensions: { code: 'SERVICE_UNAVAILABLE' },
      },
    ])
  }
  await registry.sql('drop trigger lacking on registry_host_objects')
  expect(logged).toMatchObject([{ code, remedy: expect.stringContaining(remedy) }])
})

test('a write that a lock_timeout of the database ends has not been written, and its caller is told to send it again', async () => {
  await registry.data('mutation { upsertHost(input: {name: "held"}) { outcome } }')
  await registry.sql(
    `create function waits() returns trigger language plpgsql as $$ begin raise exception using errcode = '55P03', message = 'canceling statement due to lock timeout'; end $$`,
  )
  await registry.sql(
    'create trigger waits before update on registry_host_objects for each row execute function waits()',
  )
  const { errors } = await registry.query('mutation { upsertHost(input: {name: "held", note: "x"}) { outcome } }')
  await registry.sql('drop trigger waits on registry_host_objects')
  expect(errors).toMatchObject([
    { message: expect.stringMatching(/lock_timeout.*nothing was written/), extensions: { code: 'TIMEOUT' } },
  ])
  expect(await registry.data('{ host(name: "held") { note } }')).toEqual({ host: { note: null } })
})

test('a start as a user who does not own the tables says so, and ends', async () => {
  const database = await createTestDatabase()
  const user = `registry_test_${randomBytes(6).toString('hex')}`
  await runOnServer(inject('postgres'), `create role ${user} login password 'secret'`)
  onTestFinished(async () => {
    await stopProcesses()
    await database.drop()
    await runOnServer(inject('postgres'), `drop role ${user}`)
  })
  const DATABASE_URL = printConnectionUrl({ ...database.connection, user, password: 'secret' })
  const program = startProcess({ DATABASE_URL, PORT: String(await findOwnPort()) })
  expect((await program.ended).code).toBe(1)
  expect(program.stderr()).toMatch(
    /^The database refused a statement of the start: permission denied for table \w+\. .* must belong to this user.*\n$/,
  )
})
