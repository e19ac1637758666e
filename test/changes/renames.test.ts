import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

let database: TestDatabase
let older: TestRegistry
let newer: TestRegistry
beforeAll(async () => {
  database = await createTestDatabase()
  older = await startRegistry(
    [
      '{ name: image, key: [name], fields: { name: string, distr: { type: string, indexed: true }, spec: { type: object, fields: { cpu: int } } } }',
      '{ name: role, key: [name, image], fields: { name: string, image: { type: reference, to: image } } }',
    ],
    { databaseUrl: database.url },
  )
  await older.data(`mutation {
    upsertImages(input: [{name: "a", distr: "d1", spec: {cpu: 1}}, {name: "b", distr: "d2"}, {name: "c", distr: "d3"}, {name: "d", distr: "d4"}]) { created }
    upsertRoles(input: [{name: "r", image: "a"}, {name: "r", image: "b"}]) { created } }`)
  newer = await startRegistry(
    [
      '{ name: machine, renamedFrom: [vm, image], key: [id], fields: { id: { type: string, renamedFrom: name }, distribution: { type: string, indexed: true, renamedFrom: [distro, distr] }, spec: { type: object, fields: { cores: { type: int, renamedFrom: cpu } } } } }',
      '{ name: role, key: [name, on], fields: { name: string, on: { type: reference, to: machine, renamedFrom: image, reverse: assigned } } }',
    ],
    { databaseUrl: database.url },
  )
})
afterAll(async () => {
  await newer?.close()
  await older?.close()
  await database?.drop()
})

test('filters, orderings, references, reverse sides, groups and lookups follow a rename', async () => {
  expect(
    await newer.data(`{
      machine(id: "a") { id distribution spec { cores } assigned { nodes { name } } _document }
      machines(where: {distribution: {gt: "d1"}, assigned: {some: {name: {equals: "r"}}}}, orderBy: [{distribution: desc}]) { nodes { id } }
      roles(on: "b") { nodes { name on { id } _document } groupBy(by: [on]) { key { on { id } } count } }
      role(name: "r", on: "a") { name }
      roleMatrix(rows: name, columns: on) { columns { ... on Machine { id } } }
    }`),
  ).toEqual({
    machine: {
      id: 'a',
      distribution: 'd1',
      spec: { cores: 1 },
      assigned: { nodes: [{ name: 'r' }] },
      _document: { id: 'a', distribution: 'd1', spec: { cores: 1 } },
    },
    machines: { nodes: [{ id: 'b' }] },
    roles: {
      nodes: [{ name: 'r', on: { id: 'b' }, _document: { name: 'r', on: 'b' } }],
      groupBy: [{ key: { on: { id: 'b' } }, count: 1 }],
    },
    role: { name: 'r' },
    roleMatrix: { columns: ['a', 'b', 'c', 'd'].map((id) => ({ id })) },
  })
})

test('the cursor of an open page goes on under the new names', async () => {
  const page = await older.data(
    '{ images(first: 2, orderBy: [{distr: desc}]) { nodes { name } pageInfo { endCursor } } }',
  )
  expect(page.images.nodes).toEqual([{ name: 'd' }, { name: 'c' }])
  const after = JSON.stringify(page.images.pageInfo.endCursor)
  expect(
    await newer.data(`{ machines(first: 2, after: ${after}, orderBy: [{distribution: desc}]) { nodes { id } } }`),
  ).toEqual({ machines: { nodes: [{ id: 'b' }, { id: 'a' }] } })
})

test('each server goes on writing under its own names', async () => {
  await older.data(
    'mutation { upsertImage(input: {name: "e", distr: "d5", spec: {cpu: 5}}) { outcome } upsertRole(input: {name: "s", image: "e"}) { outcome } }',
  )
  await newer.data(
    'mutation { upsertMachine(input: {id: "f", distribution: "d6"}) { outcome } upsertRole(input: {name: "s", on: "f"}) { outcome } }',
  )
  expect(
    await newer.data('{ roles(where: {name: {equals: "s"}}) { nodes { on { id distribution spec { cores } } } } }'),
  ).toEqual({
    roles: {
      nodes: [
        { on: { id: 'e', distribution: 'd5', spec: { cores: 5 } } },
        { on: { id: 'f', distribution: 'd6', spec: null } },
      ],
    },
  })
  expect(await older.data('{ image(name: "f") { distr roles { nodes { name } } } }')).toEqual({
    image: { distr: 'd6', roles: { nodes: [{ name: 's' }] } },
  })
  expect((await newer.query('mutation { deleteMachine(id: "e") { id } }')).errors?.[0]?.extensions?.code).toBe(
    'STILL_REFERENCED',
  )
})

test('nothing was moved', async () => {
  const rows = await newer.sql('select distinct template from registry_object order by 1')
  expect(rows).toEqual([{ template: 'image' }, { template: 'role' }])
})
