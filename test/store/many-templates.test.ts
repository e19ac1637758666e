import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allRights } from '../../src/plan/rights.ts'
import { type RecordedStatement, recordStatements } from '../support/record-statements.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { type Grants, rightsOf } from '../support/rights-of.ts'

const count = 120
const templates = Array.from(
  { length: count },
  (_, i) => `{ name: kind_${i}, key: [name], fields: { name: string, size: { type: int, indexed: true } } }`,
)

let registry: TestRegistry
let client: pg.Client
let grants: Grants = {}
let starting: readonly RecordedStatement[]
beforeAll(async () => {
  starting = await recordStatements(async () => {
    registry = await startRegistry(templates, {
      rights: ({ actor }) => (actor === 'limited' ? rightsOf(grants, registry.model) : allRights),
    })
  })
  client = new pg.Client(registry.connection)
  await client.connect()
  for (const i of [3, 77])
    await registry.data(`mutation ($input: [Kind${i}Input!]!) { upsertKind${i}s(input: $input) { created } }`, {
      input: [{ name: 'a' }, { name: 'b' }].slice(0, i === 3 ? 2 : 1),
    })
})
afterAll(async () => {
  await client?.end()
  await registry?.close()
})

/** How many locks a statement takes that is not planned yet: PostgreSQL has some 6,000 for all connections together. */
async function countLocks({ text, values }: RecordedStatement): Promise<number> {
  await client.query('begin')
  try {
    await client.query(text, [...values])
    const { rows } = await client.query('select count(*)::int as count from pg_locks where pid = pg_backend_pid()')
    return rows[0].count
  } finally {
    await client.query('rollback')
  }
}

const uuidOf = async (template: string, key: string) => {
  const [row] = await registry.sql('select uuid from registry_object where template = $1 and key = $2', [template, key])
  return String(row?.uuid)
}

test('the storage of 120 templates is made in five statements', () => {
  expect(starting.filter(({ text }) => /create table "?registry_kind/.test(text))).toHaveLength(5)
})

test('a start that finds all as it should be asks for no template in particular', async () => {
  const statements = await recordStatements(async () => {
    const second = await startRegistry(templates, { databaseUrl: registry.databaseUrl })
    await second.close()
  })
  expect(statements.length).toBeLessThan(50)
})

test('an object is found by its uuid without reading, planning or locking the partitions of other templates', async () => {
  const uuid = await uuidOf('kind_77', '["a"]')
  const statements = await recordStatements(async () => {
    expect(await registry.data(`{ object(uuid: "${uuid}") { __typename _document } }`)).toEqual({
      object: { __typename: 'Kind77', _document: { name: 'a' } },
    })
  })
  expect(statements).toHaveLength(1)
  const locks = await Promise.all(statements.map(countLocks))
  expect(locks[0]).toBeLessThan(25)
  // A longer text would not be prepared: it says which templates there are, and their types.
  expect(statements[0]?.text.match(/kind_78\b/g)).toHaveLength(2)
})

test('what may not be read is found by no uuid', async () => {
  const uuid = await uuidOf('kind_3', '["b"]')
  const find = async () =>
    (await registry.data(`{ object(uuid: "${uuid}") { __typename } }`, {}, { 'x-registry-actor': 'limited' })).object
  grants = { read: { kind_77: true } }
  expect(await find()).toBeNull()
  grants = { read: { kind_3: { name: { equals: 'a' } } } }
  expect(await find()).toBeNull()
  grants = { read: { kind_3: { name: { equals: 'b' } } } }
  expect(await find()).toEqual({ __typename: 'Kind3' })
})

test('many templates are counted by statements that lock a part of the partitions each', async () => {
  const statements = await recordStatements(async () => {
    const { templates: counted } = await registry.data('{ templates { name count } }')
    expect(counted).toHaveLength(count)
    expect(counted.filter((one: { count: number }) => one.count > 0)).toEqual([
      { name: 'kind_3', count: 2 },
      { name: 'kind_77', count: 1 },
    ])
  })
  expect(statements).toHaveLength(3)
  for (const statement of statements) expect(await countLocks(statement)).toBeLessThan(500)
  grants = { read: { kind_3: { name: { equals: 'a' } } } }
  expect(await registry.data('{ templates { name count } }', {}, { 'x-registry-actor': 'limited' })).toEqual({
    templates: [{ name: 'kind_3', count: 1 }],
  })
})

test('where a uuid is follows every way of writing', async () => {
  const noted = async () =>
    (
      await registry.sql(
        'select o.uuid is not null and n.uuid is not null as both from registry_object as o full join registry_uuid as n on n.uuid = o.uuid and n.partition = o.tableoid',
      )
    ).map(({ both }) => both)
  expect(await noted()).toEqual([true, true, true])
  await registry.sql("update registry_object set uuid = gen_random_uuid() where template = 'kind_3'")
  expect(await noted()).toEqual([true, true, true])
  await registry.data(
    'mutation { upsertKind3(input: {name: "b", size: 1}) { outcome } deleteKind3(name: "a") { name } }',
  )
  expect(await noted()).toEqual([true, true])
  await registry.sql(
    "insert into registry_object select 'kind_4', key, gen_random_uuid(), document, refs, version, created_at, updated_at, outcome from registry_kind_3_objects",
  )
  expect(await noted()).toEqual([true, true, true])
})
