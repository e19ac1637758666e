import { expect, test } from 'vitest'
import type { TestRegistry } from '../support/registry.ts'
import { holdTasks, releaseTasks } from './hold-tasks.ts'
import { useRegistries } from './use-registries.ts'

const { start } = useRegistries()

const host = (size: string) => `{ name: host, key: [name], fields: { name: string, size: ${size}, note: string } }`

const upsert = (registry: TestRegistry, input: string) =>
  registry.query(`mutation { upsertHost(input: {${input}}) { outcome host { size _meta { version } } } }`)

/** A server of `int` with some objects, and one of the wider type, which is served while no object has been filled. */
async function widen(type: string) {
  const older = await start([host('int')])
  for (const [name, size] of Object.entries({ a: '5', b: '10', c: '7', d: 'null', e: '5' }))
    await older.data(`mutation { upsertHost(input: {name: "${name}", size: ${size}}) { outcome } }`)
  await holdTasks(older)
  const newer = await start([host(type)], '')
  expect(newer.generation).toBe(2)
  const filled = await newer.sql("select key from registry_object where document ? 'size~2'")
  expect(filled).toEqual([])
  return { older, newer }
}

const print = (type: string) => (size: number | null) => (size === null || type === 'float' ? size : String(size))
const types = [['float'], ['bigint']]

test.each(types)('int → %s is served before any object has been filled, and reads as before', async (type) => {
  const { newer } = await widen(type)
  const value = print(type)
  const read = () =>
    newer.data(`{
      hosts(orderBy: [{size: desc}, {name: asc}]) { nodes { name size _document } }
      equal: hosts(where: {size: {equals: 5}}) { nodes { name } }
      more: hosts(where: {size: {gt: 5}}) { nodes { name } }
      in: hosts(where: {size: {in: [7, 10]}}) { nodes { name } }
      none: hosts(where: {size: {isNull: true}}) { nodes { name } }
      groups: hosts { groupBy(by: [size]) { key { size } count } aggregate { max { size } sum { size } } }
      page: hosts(first: 2, orderBy: [{size: asc}, {name: asc}]) { nodes { name } pageInfo { endCursor } }
      templates { name state violations { field } }
    }`)
  const answer = await read()
  const named = (...names: string[]) => ({ nodes: names.map((name) => ({ name })) })
  expect(answer).toEqual({
    hosts: {
      nodes: Object.entries({ d: null, b: 10, c: 7, a: 5, e: 5 }).map(([name, size]) => ({
        name,
        size: value(size),
        _document: size === null ? { name } : { name, size: value(size) },
      })),
    },
    equal: named('a', 'e'),
    more: named('b', 'c'),
    in: named('b', 'c'),
    none: named('d'),
    groups: {
      groupBy: [
        { key: { size: value(5) }, count: 2 },
        { key: { size: value(7) }, count: 1 },
        { key: { size: value(10) }, count: 1 },
        { key: { size: null }, count: 1 },
      ],
      aggregate: { max: { size: value(10) }, sum: { size: value(27) } },
    },
    page: { ...named('a', 'e'), pageInfo: { endCursor: expect.any(String) } },
    templates: [{ name: 'host', state: 'FILLING', violations: [] }],
  })
  await releaseTasks(newer)
  await expect.poll(() => newer.data('{ templates { state } }')).toEqual({ templates: [{ state: 'ACTIVE' }] })
  expect(await read()).toEqual({ ...answer, templates: [{ name: 'host', state: 'ACTIVE', violations: [] }] })
})

test.each(types)('writes of int → %s meet what has not been filled', async (type) => {
  const { older, newer } = await widen(type)
  const value = print(type)
  const size = (input: string) => upsert(newer, input).then(({ data, errors }) => errors ?? data.upsertHost)
  expect(await size('name: "a", size: 5')).toEqual({
    outcome: 'UNCHANGED',
    host: { size: value(5), _meta: { version: 1 } },
  })
  expect(await size('name: "e", size: null')).toEqual({
    outcome: 'UPDATED',
    host: { size: null, _meta: { version: 2 } },
  })
  expect(await size('name: "c", note: "n"')).toEqual({
    outcome: 'UPDATED',
    host: { size: value(7), _meta: { version: 2 } },
  })
  const raised = 'mutation { upsertHost(input: {name: "b"}, change: {size: {increment: 1}}) { host { size } } }'
  expect(await newer.data(raised)).toEqual({ upsertHost: { host: { size: value(11) } } })
  const large = type === 'float' ? '7.5' : '"5000000000"'
  await size(`name: "c", size: ${large}`)
  const before = await older.query('{ hosts { nodes { name size } } }')
  expect(before.data.hosts.nodes).toEqual([
    { name: 'a', size: 5 },
    { name: 'b', size: 11 },
    { name: 'c', size: null },
    { name: 'd', size: null },
    { name: 'e', size: null },
  ])
})

test.each(types)('a unique int that turns %s stays unique before objects have been filled', async (type) => {
  const unique = (name: string) => host(`{ type: ${name}, unique: true }`)
  const older = await start([unique('int')])
  await older.data('mutation { upsertHosts(input: [{name: "a", size: 5}, {name: "b", size: 10}]) { created } }')
  await holdTasks(older)
  const newer = await start([unique(type)], '')
  const refused = await upsert(newer, 'name: "c", size: 5')
  expect(refused.errors?.[0]?.extensions?.issues).toEqual([
    { path: ['input', 'size'], code: 'UNIQUE_CONFLICT', message: expect.stringContaining('already has the value') },
  ])
  expect((await upsert(newer, 'name: "b", size: 6')).errors).toBeUndefined()
  expect((await upsert(newer, 'name: "c", size: 10')).errors).toBeUndefined()
  await releaseTasks(newer)
  expect((await upsert(newer, 'name: "d", size: 5')).errors?.[0]?.extensions?.code).toBe('UNIQUE_CONFLICT')
})

test.each(types)('a list of int turns a list of %s, and reads as before', async (type) => {
  const older = await start([host('{ type: [int] }')])
  await older.data(
    'mutation { upsertHosts(input: [{name: "a", size: [5, 6]}, {name: "b", size: []}, {name: "c"}]) { created } }',
  )
  await holdTasks(older)
  const newer = await start([host(`{ type: [${type}] }`)], '')
  const list = [5, 6].map(print(type))
  expect(newer.generation).toBe(2)
  expect(
    await newer.data(
      `{ hosts { nodes { name size } } has: hosts(where: {size: {has: ${JSON.stringify(list[1])}}}) { nodes { name } } }`,
    ),
  ).toEqual({
    hosts: {
      nodes: [
        { name: 'a', size: list },
        { name: 'b', size: [] },
        { name: 'c', size: null },
      ],
    },
    has: { nodes: [{ name: 'a' }] },
  })
})
