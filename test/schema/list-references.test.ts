import { afterAll, beforeAll, expect, test } from 'vitest'
import { recordStatements } from '../support/record-statements.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = [
  `{ name: team, key: [name, area], fields: { name: string, area: string } }`,
  `{ name: service, key: [name], fields: { name: string, tier: int, needs: { type: [reference], to: service, reverse: neededBy }, teams: { type: [reference], to: team, onMissing: allow } } }`,
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates)
  await registry.data(
    `mutation {
      upsertTeams(input: [{name: "ops", area: "caf\u00e9"}, {name: "dev", area: "x"}]) { created }
      upsertServices(input: [
        {name: "db", tier: 1}
        {name: "queue", tier: 2, needs: []}
        {name: "api", tier: 2, needs: ["db", "queue", "db"], teams: [{name: "ops", area: "cafe\u0301"}, {name: "gone", area: "x"}]}
        {name: "web", tier: 3, needs: ["api"], teams: [{name: "gone", area: "x"}]}
      ]) { created }
    }`,
  )
})
afterAll(() => registry?.close())

async function namesOf(args: string): Promise<string[]> {
  const { services } = await registry.data(`{ services${args} { totalCount nodes { name } } }`)
  expect(services.totalCount).toBe(services.nodes.length)
  return services.nodes.map(({ name }: { name: string }) => name)
}

test.each<[where: string, names: readonly string[]]>([
  ['needs: {some: {}}', ['api', 'web']],
  ['needs: {none: {}}', ['db', 'queue']],
  ['needs: {every: {tier: {equals: 2}}}', ['db', 'queue', 'web']],
  ['needs: {some: {name: {equals: "db"}}}', ['api']],
  ['needs: {none: {name: {equals: "db"}}}', ['db', 'queue', 'web']],
  ['needs: {some: {name: {in: ["db", "api"]}}}', ['api', 'web']],
  ['needs: {some: {name: {in: []}}}', []],
  ['needs: {none: {name: {in: []}}}', ['db', 'queue', 'api', 'web']],
  ['NOT: {needs: {some: {name: {equals: "db"}}}}', ['db', 'queue', 'web']],
  ['NOT: {needs: {none: {name: {equals: "db"}}}}', ['api']],
  ['NOT: {needs: {every: {name: {equals: "db"}}}}', ['api', 'web']],
  ['needs: {some: {tier: {equals: 1}}, every: {tier: {equals: 2}}}', []],
  ['needs: {some: {needs: {some: {name: {equals: "queue"}}}}}', ['web']],
  ['needs: {some: {neededBy: {none: {tier: {equals: 2}}}}}', ['web']],
  ['neededBy: {some: {tier: {equals: 2}}}', ['db', 'queue']],
  ['neededBy: {none: {}}', ['web']],
  ['neededBy: {every: {tier: {equals: 3}}}', ['api', 'web']],
  // Missing targets do not count for some or none.
  ['teams: {some: {}}', ['api']],
  ['teams: {none: {}}', ['db', 'queue', 'web']],
  ['teams: {every: {area: {equals: "none"}}}', ['db', 'queue', 'web']],
])('a list of references is filtered by some, none and every: {%s}', async (where, names) => {
  expect(await namesOf(`(where: {${where}})`)).toEqual(names)
})

test('an equality argument is the whole list, in its order, by keys, present or not', async () => {
  expect(await namesOf('(needs: ["db", "queue", "db"])')).toEqual(['api'])
  expect(await namesOf('(needs: ["db", "queue"])')).toEqual([])
  expect(await namesOf('(needs: ["queue", "db", "db"])')).toEqual([])
  expect(await namesOf('(needs: [])')).toEqual(['queue'])
  expect(await namesOf('(teams: [{area: "x", name: "gone"}])')).toEqual(['web'])
  expect(await namesOf('(teams: [{name: "ops", area: "caf\u00e9"}, {name: "gone", area: "x"}])')).toEqual(['api'])
})

test('the other side has an object once, however often its list names the target, in pages too', async () => {
  const { service } = await registry.data(
    `{ service(name: "db") {
      neededBy { totalCount nodes { name needs { name } } }
      first: neededBy(first: 1) { edges { node { tier } } pageInfo { hasNextPage } }
      none: neededBy(needs: []) { totalCount }
      some: neededBy(where: {needs: {some: {name: {equals: "queue"}}}}) { totalCount }
    } }`,
  )
  expect(service).toEqual({
    neededBy: { totalCount: 1, nodes: [{ name: 'api', needs: [{ name: 'db' }, { name: 'queue' }, { name: 'db' }] }] },
    first: { edges: [{ node: { tier: 2 } }], pageInfo: { hasNextPage: false } },
    none: { totalCount: 0 },
    some: { totalCount: 1 },
  })
})

test('a list with any selection below it is one statement', async () => {
  const query =
    '{ services(where: {needs: {every: {neededBy: {some: {}}}}}) { nodes { needs { needs { name } other: needs { neededBy { nodes { teams { area } } } } } teams { services { totalCount } } } } }'
  expect(await recordStatements(() => registry.data(query))).toHaveLength(1)
})

test('deletes by a filter on a list delete the matches, and an empty filter needs all: true', async () => {
  const empty = await registry.query('mutation { deleteServices(where: {needs: {every: {}}}) }')
  expect(empty.errors?.[0]?.extensions?.issues?.[0]?.code).toBe('EMPTY_FILTER')
  await registry.data('mutation { upsertService(input: {name: "tmp", needs: ["web", "tmp"]}) { outcome } }')
  expect(await registry.data('mutation { deleteServices(where: {needs: {some: {name: {equals: "tmp"}}}}) }')).toEqual({
    deleteServices: 1,
  })
})

test('a template that only lists lead to has a filter of lists, and no isNull', async () => {
  const fieldsOf = async (name: string) =>
    (await registry.data(`{ __type(name: "${name}") { inputFields { name type { name } } } }`)).__type?.inputFields.map(
      (field: { name: string; type: { name: string | null } }) => `${field.name}: ${field.type.name}`,
    )
  expect(await fieldsOf('TeamListWhere')).toEqual([
    'some: TeamWhere',
    'none: TeamWhere',
    'every: TeamWhere',
    'latest: TeamLatestWhere',
    'count: CountFilter',
    'where: TeamWhere',
  ])
  expect(await fieldsOf('TeamWhere')).toEqual([
    'AND: null',
    'OR: null',
    'NOT: null',
    'name: StringFilter',
    'area: StringFilter',
    'services: ServiceListWhere',
    '_meta: MetaWhere',
  ])
  expect((await fieldsOf('ServiceWhere'))?.slice(5, 8)).toEqual([
    'needs: ServiceListWhere',
    'teams: TeamListWhere',
    'neededBy: ServiceListWhere',
  ])
})
