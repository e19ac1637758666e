import { expect, test } from 'vitest'
import { useRegistries } from './use-registries.ts'

const { start } = useRegistries()

const targets = ['image', 'disk'].map((name) => `{ name: ${name}, key: [name], fields: { name: string } }`)
const host = (fields: string, key = '[name]') => `{ name: host, key: ${key}, fields: { name: string, ${fields} } }`
const sized = (type: string, more = '') => host(`size: ${type}, zone: { type: string, default: z }${more}`)
const read = '{ cursor hosts { nodes { name size _meta { version } } } }'
const feed =
  'query ($after: String) { changes(after: $after) { nodes { key version outcome actor document } caughtUp } }'

const first = host(
  'size: string, passed: boolean, tags: string, day: datetime, load: int, runs: { type: reference, to: image }',
)
const second = host(
  'size: int, passed: { type: enum, values: [ok, bad], convert: { true: ok, false: bad } }, tags: [string], day: date, load: float, runs: { type: reference, to: disk }',
)
const objects = [
  '{ name: "size", size: "007" }',
  '{ name: "large", size: "large" }',
  '{ name: "passed", passed: true }',
  '{ name: "tags", tags: "x" }',
  '{ name: "day", day: "2026-01-02T00:00:00Z" }',
  '{ name: "load", load: 5 }',
  '{ name: "runs", runs: "u" }',
  '{ name: "plain" }',
]

test('what reads otherwise under a type that was there before gets a version and a change, also in a template that goes back exactly', async () => {
  const oldest = await start([...targets, first])
  await oldest.data(
    'mutation { upsertImage(input: { name: "u" }) { outcome } upsertDisk(input: { name: "u" }) { outcome } }',
  )
  await oldest.data(`mutation { upsertHosts(input: [${objects.join(', ')}]) { created } }`)
  const older = await start([...targets, second])
  const versions = '{ cursor hosts { nodes { name _meta { version } } } }'
  const before = await older.data(versions)
  const toVersions = ({ hosts }: typeof before) =>
    Object.fromEntries(hosts.nodes.map(({ name, _meta }: (typeof hosts.nodes)[0]) => [name, _meta.version]))
  expect(toVersions(before)).toEqual({
    ...{ size: 2, passed: 2, tags: 2, day: 2, runs: 2 },
    large: 1,
    load: 1,
    plain: 1,
  })
  const plan = 'query ($files: [TemplateFile!]!) { templatePlan(files: $files) { digest } }'
  const files = [...targets, first].map((text, i) => ({ name: `${i}.yaml`, text }))
  const { digest } = (await older.data(plan, { files })).templatePlan
  const back = await start([...targets, first], digest)
  expect(toVersions(await back.data(versions))).toEqual({
    ...{ size: 3, passed: 3, tags: 3, day: 3, runs: 3 },
    ...{ large: 2, load: 1, plain: 1 },
  })
  const { changes } = await back.data(feed, { after: before.cursor })
  const change = { outcome: 'UPDATED', actor: 'registry', version: 3 }
  expect(changes.nodes).toEqual([
    { ...change, key: { name: 'day' }, document: { name: 'day', day: '2026-01-02T00:00:00.000Z' } },
    { ...change, key: { name: 'large' }, version: 2, document: { name: 'large', size: 'large' } },
    { ...change, key: { name: 'passed' }, document: { name: 'passed', passed: true } },
    { ...change, key: { name: 'runs' }, document: { name: 'runs', runs: 'u' } },
    { ...change, key: { name: 'size' }, document: { name: 'size', size: '007' } },
    { ...change, key: { name: 'tags' }, document: { name: 'tags', tags: 'x' } },
  ])
  const history = '{ host(name: "size") { _history(first: 9) { nodes { version actor } } } }'
  expect((await back.data(history)).host._history.nodes.map(({ version }: { version: number }) => version)).toEqual([
    3, 2, 1,
  ])
})

test('types that come and go give one version each time, and a server with the former type goes on writing', async () => {
  const texts = await start([sized('string')])
  await texts.data('mutation { upsertHosts(input: [{ name: "a", size: "007" }, { name: "b" }]) { created } }')
  const numbers = await start([sized('int')])
  const again = await start([sized('string', ', note: string')])
  const nodes = (...found: readonly (readonly [unknown, number])[]) =>
    found.map(([size, version], i) => ({ name: 'abc'[i], size, _meta: { version } }))
  expect((await again.data(read)).hosts.nodes).toEqual(nodes(['007', 3], [null, 1]))
  await numbers.data('mutation { upsertHosts(input: [{ name: "a", size: 8 }, { name: "c", size: 9 }]) { created } }')
  expect((await again.data(read)).hosts.nodes).toEqual(nodes(['8', 4], [null, 1], ['9', 1]))
  await again.data('mutation { upsertHost(input: { name: "b", size: "010" }) { outcome } }')
  expect((await numbers.data(read)).hosts.nodes).toEqual(nodes([8, 4], [10, 2], [9, 1]))
  const last = await start([sized('int', ', note: string')])
  expect((await last.data(read)).hosts.nodes).toEqual(nodes([8, 5], [10, 3], [9, 2]))
})

test('what reads otherwise under a type that was there before gets one version together with another key', async () => {
  const fields = (type: string) =>
    `size: ${type}, zone: { type: string, default: z }, needs: { type: reference, to: host }`
  const texts = await start([host(fields('string'))])
  await texts.data(
    'mutation { upsertHosts(input: [{ name: "a", size: "007" }, { name: "b", needs: "a", size: "08" }, { name: "c", needs: "a" }]) { created } }',
  )
  await start([host(fields('int'))])
  const again = await start([host(fields('string'), '[name, zone]')])
  const { cursor: _, hosts } = await again.data(read)
  expect(hosts.nodes).toEqual([
    { name: 'a', size: '007', _meta: { version: 3 } },
    { name: 'b', size: '08', _meta: { version: 3 } },
    { name: 'c', size: null, _meta: { version: 1 } },
  ])
  const history = '{ host(name: "b", zone: "z") { _history(first: 9) { nodes { version } } } }'
  expect((await again.data(history)).host._history.nodes).toEqual([{ version: 3 }, { version: 2 }, { version: 1 }])
})
