import { randomUUID } from 'node:crypto'
import { isInterfaceType, printType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildSchema } from '../../src/schema/build-schema.ts'
import { recordStatements } from '../support/record-statements.ts'
import { parseTexts, startRegistry, type TestRegistry } from '../support/registry.ts'

const host = `
name: host
key: [name]
fields:
  name: string
  owner: string!
`
const port = `
name: port
key: [host, number]
fields:
  host: { type: reference, to: host }
  number: int
`
/** Has a field with the name itself. */
const ticket = `
name: ticket
key: [id]
fields:
  id: int
  host: { type: reference, to: host }
`
/** Has it as the other side of a reference. */
const shelf = `
name: shelf
key: [name]
fields:
  name: string
`
const book = `
name: book
key: [name]
fields:
  name: string
  shelf: { type: reference, to: shelf, reverse: id }
`

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry([host, port, ticket, shelf, book])
  await registry.data(`mutation {
    upsertHosts(input: [{ name: "a", owner: "ann" }, { name: "b", owner: "bob" }]) { created }
    upsertPorts(input: [{ host: "a", number: 22 }, { host: "a", number: 80 }]) { created }
    upsertTicket(input: { id: 7, host: "a" }) { outcome }
    upsertShelf(input: { name: "s" }) { outcome }
    upsertBook(input: { name: "x", shelf: "s" }) { outcome }
  }`)
})
afterAll(() => registry?.close())

const uuidOf = async (one: string): Promise<string> =>
  (await registry.data(`{ ${one} { _meta { uuid } } }`))[one.replace(/\(.*/, '')]._meta.uuid

test('every object has its uuid as id, wherever it is selected', async () => {
  const a = await uuidOf('host(name: "a")')
  const data = await registry.data(`{
    host(name: "a") { key: id ports(first: 1, orderBy: [{ number: asc }]) { nodes { id host { id } } edges { node { id } } } }
    hosts(where: { name: { equals: "a" } }) { nodes { id _meta { uuid } } groupBy(by: [name]) { latest { id } } }
    portMatrix(rows: number, columns: host, columnWhere: { name: { equals: "a" } }) { columns { id } }
    books { nodes { id shelf { name } } }
  }`)
  const port = await uuidOf('port(host: "a", number: 22)')
  expect(data).toEqual({
    host: {
      key: a,
      ports: { nodes: [{ id: port, host: { id: a } }], edges: [{ node: { id: port } }] },
    },
    hosts: { nodes: [{ id: a, _meta: { uuid: a } }], groupBy: [{ latest: { id: a } }] },
    portMatrix: { columns: [{ id: a }] },
    books: { nodes: [{ id: await uuidOf('book(name: "x")'), shelf: { name: 's' } }] },
  })
})

test('what is written and deleted has its id too', async () => {
  const { upsertHost } = await registry.data(
    'mutation { upsertHost(input: { name: "gone", owner: "o" }) { host { id _meta { uuid } } } }',
  )
  expect(upsertHost.host.id).toBe(upsertHost.host._meta.uuid)
  const { id } = upsertHost.host
  expect(await registry.data('mutation { deleteHost(name: "gone") { id } }')).toEqual({ deleteHost: { id } })
  expect(await registry.data('mutation { deleteHost(name: "gone") { id } }')).toEqual({ deleteHost: null })
  expect(await registry.data(`{ node(id: "${id}") { id } }`)).toEqual({ node: null })
})

describe('node', () => {
  const query = `query Again($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Host { name ports(first: 1, orderBy: [{ number: desc }]) { nodes { number } } }
      ... on Port { number }
      ... on RegistryObject { _document }
    }
  }`

  test('is the object of any template, in one statement', async () => {
    const [a, port] = [await uuidOf('host(name: "a")'), await uuidOf('port(host: "a", number: 80)')]
    let found: unknown
    const statements = await recordStatements(async () => {
      found = await registry.data(query, { id: a })
    })
    expect(found).toEqual({
      node: {
        __typename: 'Host',
        id: a,
        name: 'a',
        ports: { nodes: [{ number: 80 }] },
        _document: { name: 'a', owner: 'ann' },
      },
    })
    expect(statements).toHaveLength(1)
    expect(await registry.data(query, { id: port.toUpperCase() })).toEqual({
      node: { __typename: 'Port', id: port, number: 80, _document: { host: 'a', number: 80 } },
    })
  })

  test('is null for an id that no object has, and for objects without one', async () => {
    expect(await registry.data(query, { id: randomUUID() })).toEqual({ node: null })
    const { uuid } = (await registry.data('{ ticket(id: 7) { id _meta { uuid } } }')).ticket._meta
    expect(await registry.data(query, { id: uuid })).toEqual({ node: null })
    expect(await registry.data(`{ object(uuid: "${uuid}") { _document } }`)).toEqual({
      object: { _document: { id: 7, host: 'a' } },
    })
  })

  test.each([['abc'], [7]])('refuses %j, which is no id, in the first request and later ones', async (id) => {
    const wanted = {
      data: { node: null },
      errors: [
        {
          message: `id: "${id}" is not a UUID such as "b7205949-344b-4e51-a4a8-3d69ef43c8c7"`,
          path: ['node'],
          extensions: { code: 'BAD_USER_INPUT', issues: [{ path: ['id'], code: 'TYPE' }] },
        },
      ],
    }
    for (let i = 0; i < 2; i++) expect(await registry.query(query, { id })).toMatchObject(wanted)
    expect(await registry.query(`{ node(id: ${JSON.stringify(id)}) { id } }`)).toMatchObject(wanted)
  })

  test('names the type of an object that lacks what its template requires', async () => {
    const { upsertHost } = await registry.data(
      'mutation { upsertHost(input: { name: "unfit", owner: "o" }) { host { id } } }',
    )
    const { id } = upsertHost.host
    await registry.sql(`update registry_object set document = document - 'owner' where key = '["unfit"]'`)
    const answer = await registry.query('query ($id: ID!) { node(id: $id) { id ... on Host { name owner } } }', { id })
    expect(answer).toMatchObject({
      data: { node: null },
      errors: [{ path: ['node', 'owner'], extensions: { code: 'UNFIT_OBJECT', key: '["unfit"]' } }],
    })
    await registry.data('mutation { deleteHost(name: "unfit") { name } }')
  })
})

test('a field or another side with the name id keeps it', async () => {
  expect(await registry.data('{ ticket(id: 7) { id __typename } shelf(name: "s") { id { nodes { name } } } }')).toEqual(
    { ticket: { id: 7, __typename: 'Ticket' }, shelf: { id: { nodes: [{ name: 'x' }] } } },
  )
  const { __type } = await registry.data('{ __type(name: "Node") { possibleTypes { name } } }')
  expect(__type.possibleTypes).toEqual([{ name: 'Book' }, { name: 'Host' }, { name: 'Port' }])
})

test('without a template whose objects have an id there is neither node nor Node', () => {
  const schema = buildSchema(parseTexts(['name: ticket\nkey: [id]\nfields:\n  id: int\n']))
  expect([schema.getType('Node'), schema.getQueryType()?.getFields()['node']]).toEqual([undefined, undefined])
})

test.each([
  ['name: node\n', '_node', 'RegistryNode'],
  ['name: leaf\nplural: node\n', '_node', 'RegistryNode'],
  ['name: node\nplural: node_list\n', '_node', 'RegistryNode'],
])('the names of the API give way to a template %j', async (names, field, type) => {
  const own = await startRegistry([
    `${names}key: [name]\nfields:\n  name: string\n`,
    'name: thing\nkey: [name]\nfields:\n  name: string\n',
  ])
  try {
    const { upsertThing } = await own.data('mutation { upsertThing(input: { name: "n" }) { thing { id } } }')
    const { id } = upsertThing.thing
    expect(await own.data(`{ ${field}(id: "${id}") { id __typename } }`)).toEqual({
      [field]: { id, __typename: 'Thing' },
    })
    const schema = buildSchema(own.model)
    expect(isInterfaceType(schema.getType(type))).toBe(true)
    expect(schema.getQueryType()?.getFields()[field]?.type.toString()).toBe(type)
  } finally {
    await own.close()
  }
})

test('a name that must give way twice does', () => {
  const named = (name: string) => `name: ${name}\nkey: [name]\nfields:\n  name: string\n`
  const schema = buildSchema(parseTexts([named('node'), named('registry_node')]))
  expect(schema.getQueryType()?.getFields()['_node']?.type.toString()).toBe('RegistryRegistryNode')
  expect(printType(schema.getType('RegistryRegistryNode') as never)).toContain('interface RegistryRegistryNode')
})
