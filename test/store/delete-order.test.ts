import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const leading = (name: string, fields: string) => `{ name: ${name}, key: [name], fields: { name: string, ${fields} } }`
const to = (target: string, reverse: string, onDelete: string, type = 'reference') =>
  `{ type: ${type}, to: ${target}, reverse: ${reverse}, onDelete: ${onDelete} }`

const templates = [
  '{ name: image, key: [name], fields: { name: string } }',
  leading('role', `a: ${to('image', 'roles_a', 'cascade')}, b: ${to('image', 'roles_b', 'cascade')}`),
  leading('remark', `a: ${to('image', 'remarks_a', 'unset')}, b: ${to('image', 'remarks_b', 'unset')}`),
  leading('mixed', `a: ${to('image', 'mixed_a', 'unset')}, b: ${to('image', 'mixed_b', 'cascade')}`),
  leading('many', `a: ${to('image', 'many_a', 'unset', '[reference]')}, b: ${to('image', 'many_b', 'unset')}`),
  // Reached from images directly, and through builds.
  leading('build', `a: ${to('image', 'builds', 'cascade')}`),
  leading('check', `a: ${to('build', 'checks_a', 'unset')}, b: ${to('image', 'checks_b', 'unset')}`),
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates)
})
afterAll(() => registry?.close())
beforeEach(() => registry.sql('truncate registry_object, registry_past, registry_change'))

/** How many deadlocks PostgreSQL has resolved in this database. A backend tells of them when it ends. */
async function countDeadlocks(): Promise<number> {
  for (;;) {
    // Again and again: a server or a pooler may connect anew.
    await registry.sql(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    )
    const [row] = await registry.sql(
      'select (select count(*)::int from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()) as others, deadlocks::int from pg_stat_database where datname = current_database()',
    )
    if (row?.others === 0) return Number(row.deadlocks)
  }
}

const names = Array.from({ length: 10 }, (_, i) => `o${i}`)
/** Referrers of both images, by one field or the other, in turns. */
const crossed = names.map((name, i) => ({ name, a: i % 2 === 0 ? 'x' : 'y', b: i % 2 === 0 ? 'y' : 'x' }))

test.each([
  ['all of which cascade', 'Role', crossed],
  ['all of which unset', 'Remark', crossed],
  ['of which one cascades and one unsets', 'Mixed', crossed],
  ['of which one is a list', 'Many', crossed.map(({ a, ...rest }) => ({ ...rest, a: [a] }))],
  [
    'directly and through others',
    'Check',
    // By builds of x in the order of the names, then by x itself; and the other way round.
    names.map((name, i) => ({ name, a: i % 2 === 0 ? 'bx' : 'by', b: i % 2 === 0 ? 'y' : 'x' })),
  ],
])('deletes of targets that several fields refer to, %s, never lock each other out', async (_, type, input) => {
  const before = await countDeadlocks()
  for (let round = 0; round < 30; round++) {
    await registry.data(
      'mutation { upsertImages(input: [{name: "x"}, {name: "y"}]) { created } upsertBuilds(input: [{name: "bx", a: "x"}, {name: "by", a: "y"}]) { created } }',
    )
    const plural = { Role: 'Roles', Remark: 'Remarks', Mixed: 'Mixeds', Many: 'Manies', Check: 'Checks' }[type]
    await registry.data(`mutation ($input: [${type}Input!]!) { upsert${plural}(input: $input) { created } }`, { input })
    const answers = await Promise.all(
      ['x', 'y'].map((name) =>
        registry.query('mutation ($name: String!) { deleteImage(name: $name) { name } }', { name }),
      ),
    )
    expect(answers).toEqual(['x', 'y'].map((name) => ({ data: { deleteImage: { name } } })))
    const left = await registry.sql(
      `select from registry_object where template = 'image' or refs->>'a' <> '[]' or refs ? 'b'`,
    )
    expect(left).toEqual([])
  }
  expect((await countDeadlocks()) - before).toBe(0)
})

test('the count of deadlocks finds one', async () => {
  const before = await countDeadlocks()
  await registry.data('mutation { upsertImages(input: [{name: "x"}, {name: "y"}]) { created } }')
  const lock = (key: string) =>
    `select 1 / count(*) from (select from registry_object where key = '["${key}"]' for update) as locked`
  const both = (first: string, second: string) =>
    registry.sql(
      `do $$ begin perform ${lock(first).slice(7)}; perform pg_sleep(0.3); perform ${lock(second).slice(7)}; end $$`,
    )
  const results = await Promise.allSettled([both('x', 'y'), both('y', 'x')])
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect((await countDeadlocks()) - before).toBe(1)
})
