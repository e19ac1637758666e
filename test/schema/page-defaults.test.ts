import { getIntrospectionQuery, type IntrospectionObjectType, type IntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = [
  '{ name: rack, key: [name], fields: { name: string, size: int } }',
  '{ name: node, key: [name], fields: { name: string, rack: { type: reference, to: rack, reverse: nodes }, size: int } }',
]

/** More than any page has that nobody has given a size. */
const many = 130

let registry: TestRegistry
let from: string
beforeAll(async () => {
  registry = await startRegistry(templates)
  const write = (field: string, type: string, input: object[]) =>
    registry.data(`mutation ($input: [${type}!]!) { ${field}(input: $input) { failed } }`, { input })
  const names = Array.from({ length: many }, (_, i) => `r${i}`)
  from = (await registry.sql('select clock_timestamp() as time'))[0]?.['time'].toISOString()
  // And as many versions of one object.
  const versions = names.map((_, size) => ({ name: 'r0', size: size + 1 }))
  await write('upsertRacks', 'RackInput', [...names.map((name) => ({ name })), ...versions])
  await write('upsertNodes', 'NodeInput', [...names.map((name) => ({ name, rack: 'r0' })), ...versions])
  await registry.sql(
    `insert into registry_trail (action, subject, details) select 'OBJECT_PURGED', 'rack', '{}' from generate_series(1, $1)`,
    [many],
  )
})
afterAll(() => registry?.close())

/** A read of each field that has pages, without `first`, and where its page stands in the answer. */
const reads: Readonly<Record<string, readonly [query: string, path: string]>> = {
  'Query.racks': ['{ racks { nodes { name } } }', 'racks.nodes'],
  'Query.nodes': ['{ nodes { nodes { name } } }', 'nodes.nodes'],
  'Rack.nodes': ['{ rack(name: "r0") { nodes { nodes { name } } } }', 'rack.nodes.nodes'],
  'Node._history': ['{ node(name: "r0") { _history { nodes { version } } } }', 'node._history.nodes'],
  'Rack._history': ['{ rack(name: "r0") { _history { nodes { version } } } }', 'rack._history.nodes'],
  'Query.nodeHistory': ['{ nodeHistory(name: "r0") { nodes { version } } }', 'nodeHistory.nodes'],
  'Query.rackHistory': ['{ rack(name: "r0") { _history { nodes { version } } } }', 'rack._history.nodes'],
  'Query.nodesDiff': ['{ nodesDiff(from: "FROM") { nodes { key } } }', 'nodesDiff.nodes'],
  'Query.racksDiff': ['{ racksDiff(from: "FROM") { nodes { key } } }', 'racksDiff.nodes'],
  'NodeConnection.groupBy': ['{ nodes { groupBy(by: [name]) { count } } }', 'nodes.groupBy'],
  'RackConnection.groupBy': ['{ racks { groupBy(by: [name]) { count } } }', 'racks.groupBy'],
  'NodeGroup.nodes': ['{ nodes { groupBy(by: [size], orderBy: COUNT) { nodes { name } } } }', 'nodes.groupBy.0.nodes'],
  'RackGroup.nodes': ['{ racks { groupBy(by: [size], orderBy: COUNT) { nodes { name } } } }', 'racks.groupBy.0.nodes'],
  'Query.administrationLog': ['{ administrationLog { nodes { action } } }', 'administrationLog.nodes'],
  'Query.search': ['{ search(text: "r") { nodes { field } } }', 'search.nodes'],
  'Query.changes': ['{ changes { nodes { version } } }', 'changes.nodes'],
  'Query.retention': ['{ retention(template: "node", last: 1, per: ["rack"]) { keys } }', 'retention.keys'],
  'Query.exportHistory': ['{ exportHistory(template: "node") { nodes } }', 'exportHistory.nodes'],
}

test('the schema says how large each page is that nobody has given a size', async () => {
  const { __schema }: IntrospectionQuery = await registry.data(getIntrospectionQuery())
  const objects = __schema.types.filter((type): type is IntrospectionObjectType => type.kind === 'OBJECT')
  const said = objects.flatMap(({ name, fields }) =>
    fields.flatMap((field) => {
      const first = field.args.find((argument) => argument.name === 'first')
      return first ? [[`${name}.${field.name}`, Number(first.defaultValue)] as const] : []
    }),
  )
  const given = await Promise.all(
    Object.entries(reads).map(async ([name, [query, path]]) => {
      const page = path.split('.').reduce((value, key) => value[key], await registry.data(query.replace('FROM', from)))
      return [name, page.length] as const
    }),
  )
  expect(Object.fromEntries(given)).toEqual(Object.fromEntries(said))
})
