import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allRights } from '../../../src/plan/rights.ts'
import { recordStatements } from '../../support/record-statements.ts'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'
import { type Grants, rightsOf } from '../../support/rights-of.ts'

const templates = [
  'name: image\nkey: [name]\nfields:\n  name: string\n',
  `name: role
key: [name]
additionalFields: true
fields:
  name: string
  image: { type: reference, to: image }
  serial-no: string
  tags: [string]
  load: { type: int, default: 1 }
`,
  'name: changes\nplural: all_changes\nkey: [name]\nfields:\n  name: string\n',
]

let registry: TestRegistry
let grants: Grants = {}
let other: pg.Client
beforeAll(async () => {
  registry = await startRegistry(templates, {
    rights: ({ actor }) => (actor === 'limited' ? rightsOf(grants, registry.model) : allRights),
  })
  await registry.data('mutation { upsertImages(input: [{ name: "a" }, { name: "b" }]) { created } }')
  other = new pg.Client(registry.connection)
  await other.connect()
})
afterAll(async () => {
  await other?.end()
  await registry?.close()
})

const upsert = (input: string, more = '') =>
  `mutation { upsertRole(input: ${input}${more}) { outcome changes { field before after } } }`
const upserted = async (input: string, more?: string) => (await registry.data(upsert(input, more))).upsertRole

test('a write tells what it has changed, by the names and values of _document', async () => {
  const created = await upserted('{ name: "one", image: "a", serial_no: "7", _additional: { zone: { rack: 1 } } }')
  expect(created).toEqual({
    outcome: 'CREATED',
    changes: [
      { field: 'name', before: null, after: 'one' },
      { field: 'image', before: null, after: 'a' },
      { field: 'serial-no', before: null, after: '7' },
      { field: 'load', before: null, after: 1 },
      { field: 'zone', before: null, after: { rack: 1 } },
    ],
  })
  const updated = await upserted('{ name: "one", image: "b", serial_no: null, tags: ["x"], load: 1 }')
  expect(updated).toEqual({
    outcome: 'UPDATED',
    changes: [
      { field: 'image', before: 'a', after: 'b' },
      { field: 'serial-no', before: '7', after: null },
      { field: 'tags', before: null, after: ['x'] },
    ],
  })
  expect(await upserted('{ name: "one", tags: ["x"] }')).toEqual({ outcome: 'UNCHANGED', changes: [] })
})

test('a dry run tells what a write would change, and changes nothing', async () => {
  const wanted = { outcome: 'UPDATED', changes: [{ field: 'load', before: 1, after: 9 }] }
  await upserted('{ name: "dry" }')
  expect(await upserted('{ name: "dry", load: 9 }', ', dryRun: true')).toEqual(wanted)
  expect(await upserted('{ name: "dry", load: 9 }')).toEqual(wanted)
})

test('each result of a batch has its own, also where one object is written twice', async () => {
  const { upsertRoles } = await registry.data(`mutation { upsertRoles(mode: INDEPENDENT, input: [
    { name: "two", load: 2 }, { name: "two", load: 3 }, { name: "lost", image: "none" }, { name: "two", load: 3 }]) {
    results { outcome what: changes { field after before __typename } } } }`)
  expect(upsertRoles.results).toEqual([
    {
      outcome: 'CREATED',
      what: [
        { field: 'name', after: 'two', before: null, __typename: 'FieldChange' },
        { field: 'load', after: 2, before: null, __typename: 'FieldChange' },
      ],
    },
    { outcome: 'UPDATED', what: [{ field: 'load', after: 3, before: 2, __typename: 'FieldChange' }] },
    { outcome: null, what: [] },
    { outcome: 'UNCHANGED', what: [] },
  ])
})

test('what was before is what the other writer left that the write had to wait for', async () => {
  await upserted('{ name: "busy", load: 1 }')
  await other.query('begin')
  await other.query(`update registry_object set document = document || '{"load": 5}' where key = '["busy"]'`)
  const waiting = registry.data(upsert('{ name: "busy", load: 6 }'))
  for (const endsAt = Date.now() + 20_000; ; ) {
    const [row] = await registry.sql(
      "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
    if (row?.count === 1) break
    if (Date.now() > endsAt) throw new Error('the write does not wait for the other one')
  }
  await other.query('commit')
  expect((await waiting).upsertRole.changes).toEqual([{ field: 'load', before: 5, after: 6 }])
})

test('writers at once tell a chain of values, without a gap', async () => {
  await upserted('{ name: "chain", load: 0 }')
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => registry.data(upsert(`{ name: "chain", load: ${i + 1} }`))),
  )
  const steps = new Map(answers.map(({ upsertRole: { changes } }) => [changes[0].before, changes[0].after]))
  let length = 0
  for (let at = steps.get(0); at !== undefined; at = steps.get(at)) length++
  expect(length).toBe(20)
})

test('a write whose changes nobody asks for costs no more than before', async () => {
  const send = (selection: string) =>
    registry.data(`mutation { upsertRole(input: { name: "cheap", load: 1 }) { ${selection} } }`)
  await send('outcome')
  expect(await recordStatements(() => send('outcome role { name }'))).toHaveLength(1)
  // Begins, locks the object, reads it, writes, commits.
  expect(await recordStatements(() => send('changes { field }'))).toHaveLength(5)
})

test('what the caller may not read, before or after, is not told', async () => {
  await upserted('{ name: "mine", load: 1, tags: ["open"] }')
  grants = { read: { role: { load: { lt: 10 } } }, write: { role: true } }
  const send = async (load: number) =>
    (await registry.data(upsert(`{ name: "mine", load: ${load} }`), {}, { 'x-registry-actor': 'limited' })).upsertRole
  expect((await send(2)).changes).toEqual([{ field: 'load', before: 1, after: 2 }])
  // It goes out of sight: nothing is told of what it became.
  expect((await send(20)).changes).toEqual([
    { field: 'name', before: 'mine', after: null },
    { field: 'tags', before: ['open'], after: null },
    { field: 'load', before: 2, after: null },
  ])
  expect(await send(30)).toEqual({ outcome: 'UPDATED', changes: [] })
  expect(await send(30)).toEqual({ outcome: 'UPDATED', changes: [] })
  expect((await send(3)).changes).toEqual([
    { field: 'name', before: null, after: 'mine' },
    { field: 'tags', before: null, after: ['open'] },
    { field: 'load', before: null, after: 3 },
  ])
})

test('the field gives way to an object of that name', async () => {
  const { upsertChanges } = await registry.data(
    'mutation { upsertChanges(input: { name: "x" }) { changes { name } _changes { field after } } }',
  )
  expect(upsertChanges).toEqual({ changes: { name: 'x' }, _changes: [{ field: 'name', after: 'x' }] })
})
