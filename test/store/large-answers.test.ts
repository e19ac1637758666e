import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { withTimeLimits } from '../support/test-connection.ts'
import { createDatabaseProxy, type DatabaseProxy } from './database-proxy.ts'

let database: TestDatabase
let proxy: DatabaseProxy
let patient: TestRegistry
let hasty: TestRegistry

beforeAll(async () => {
  database = await createTestDatabase()
  proxy = await createDatabaseProxy(database.connection)
  patient = await startRegistry(undefined, {
    databaseUrl: withTimeLimits(database.url, { statement_timeout: 600_000, query_timeout: 600_000 }),
    limits: { answerBytes: 10_000_000 },
  })
  hasty = await startRegistry(undefined, {
    databaseUrl: withTimeLimits(proxy.url, { statement_timeout: 600_000, query_timeout: 500 }),
  })
  await patient.data('mutation ($kernel: String) { upsertImage(input: {name: "a", kernel: $kernel}) { outcome } }', {
    kernel: 'k'.repeat(900_000),
  })
})
afterEach(() => proxy.restore())
afterAll(async () => {
  await patient?.close()
  await hasty?.close()
  await proxy?.close()
  await database?.drop()
})

/** The kernel that often. */
const times = (count: number) =>
  `{ image(name: "a") { ${Array.from({ length: count }, (_, i) => `k${i}: kernel`).join(' ')} } }`

test('an answer of too many bytes is refused, and the server continues', async () => {
  for (const accept of ['application/json;q=0.9', 'application/json']) {
    expect(await patient.query(times(12), undefined, { accept })).toEqual({
      data: { image: null },
      errors: [
        {
          message:
            'The request has more than 10,000,000 bytes in its answer; at most 10,000,000 are allowed (limit "answerBytes"). Select less of each object, or ask for fewer at once.',
          locations: [{ line: 1, column: 3 }],
          path: ['image'],
          extensions: { code: 'LIMIT_EXCEEDED', limit: { name: 'answerBytes', allowed: 10_000_000 } },
        },
      ],
    })
    expect(await patient.data('{ images { totalCount } }')).toEqual({ images: { totalCount: 1 } })
  }
})

test('so are the answers to several root fields that have too many together', async () => {
  const whole = (count: number) =>
    `{ ${Array.from({ length: count }, (_, i) => `i${i}: image(name: "a") { kernel }`).join(' ')} }`
  for (const accept of ['application/json;q=0.9', 'application/json']) {
    const { data, errors } = await patient.query(whole(20), undefined, { accept })
    const read = Object.values(data).filter((image) => image !== null)
    expect(read.length).toBeGreaterThan(0)
    expect(read.length).toBeLessThan(12)
    expect(errors).toHaveLength(20 - read.length)
    for (const { extensions } of errors ?? [])
      expect(extensions).toEqual({ code: 'LIMIT_EXCEEDED', limit: { name: 'answerBytes', allowed: 10_000_000 } })
    expect(Object.keys(await patient.data(whole(5)))).toHaveLength(5)
  }
})

test('the answers to the writes of one mutation each have their own limit', async () => {
  const fields = Array.from(
    { length: 3 },
    (_, i) =>
      `w${i}: upsertImage(input: {name: "w${i}", kernel: $kernel}) { image { a: kernel b: kernel c: kernel d: kernel } }`,
  )
  const { data, errors } = await patient.query(`mutation ($kernel: String) { ${fields.join(' ')} }`, {
    kernel: 'k'.repeat(990_000),
  })
  expect(errors).toBeUndefined()
  expect(Object.keys(data)).toEqual(['w0', 'w1', 'w2'])
  await patient.data('mutation { deleteImages(where: {name: {startsWith: "w"}}) }')
})

test('an answer that starts but does not end in time is a TIMEOUT; its database does not hang', async () => {
  expect(await hasty.data('{ images { totalCount } }')).toEqual({ images: { totalCount: 1 } })
  proxy.hangWithin(100_000)
  expect(await hasty.query(times(1))).toMatchObject({ errors: [{ path: ['image'], extensions: { code: 'TIMEOUT' } }] })
  await proxy.restore()
  expect(await hasty.data('{ images { totalCount } }')).toEqual({ images: { totalCount: 1 } })
})

test.each([
  [
    "perform jsonb_agg(r) from (select repeat('x', 135000000) as r from generate_series(1, 2)) as large",
    'LIMIT_EXCEEDED',
  ],
  [
    "raise exception using errcode = 'XX000', message = 'invalid memory alloc request size 1250000004'",
    'LIMIT_EXCEEDED',
  ],
  // A row that is damaged.
  [
    "raise exception using errcode = 'XX000', message = 'invalid memory alloc request size 18446744073709551613'",
    'INTERNAL_SERVER_ERROR',
  ],
  // What an index refuses, among others.
  ["raise exception using errcode = '54000', message = 'string buffer exceeds'", 'INTERNAL_SERVER_ERROR'],
])(
  'what is larger than PostgreSQL can hold is too large, whatever language it says so in: %s',
  async (statement, code) => {
    await patient.sql(
      `create or replace function too_large() returns trigger language plpgsql as $$ begin ${statement}; return new; end $$`,
    )
    await patient.sql(
      'create or replace trigger too_large before insert on registry_person_objects for each row execute function too_large()',
    )
    const { errors } = await patient.query(
      'mutation { upsertPerson(input: {first_name: "a", last_name: "b"}) { outcome } }',
    )
    expect(errors).toMatchObject([{ extensions: { code } }])
    await patient.sql('drop trigger too_large on registry_person_objects')
  },
)
