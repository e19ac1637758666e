import { expect, test } from 'vitest'
import { useRegistries } from './use-registries.ts'

const registries = useRegistries()
const start = (...templates: readonly string[]) => registries.start(templates)

const host = (fields: string, key = '[name]') => `{ name: host, key: ${key}, fields: { name: string, ${fields} } }`

test('json and objects take the members of each other by their names, also after a renaming', async () => {
  const older = await start(host('size: { type: object, fields: { cpu: int, note: string } }'))
  await older.data('mutation { upsertHost(input: {name: "a", size: {cpu: 4, note: "n"}}) { outcome } }')
  await start(host('size: { type: object, fields: { cores: { type: int, renamedFrom: cpu } } }'))
  await older.data('mutation { upsertHost(input: {name: "b"}) { outcome } }')
  const loose = await start(host('size: json'))
  const sizes = await loose.data('{ hosts { nodes { size } } }')
  expect(sizes).toEqual({ hosts: { nodes: [{ size: { cores: 4 } }, { size: null }] } })
  await loose.data('mutation { upsertHost(input: {name: "a", size: {cores: 8}}) { outcome } }')
  expect(await older.data('{ hosts { nodes { size { cpu } } } }')).toEqual({
    hosts: { nodes: [{ size: { cpu: 8 } }, { size: null }] },
  })
})

test('a former object stays as it was written while it says the same', async () => {
  const older = await start(host('size: { type: object, fields: { cpu: json } }'))
  await older.data('mutation { upsertHost(input: {name: "a", size: {cpu: ["7"]}}) { outcome } }')
  const newer = await start(host('size: { type: object, fields: { cpu: bigint } }'))
  expect(await newer.data('{ hosts { nodes { size { cpu } } } }')).toEqual({
    hosts: { nodes: [{ size: { cpu: '7' } }] },
  })
  expect(await older.data('{ hosts { nodes { size { cpu } } } }')).toEqual({
    hosts: { nodes: [{ size: { cpu: ['7'] } }] },
  })
})

test('a list of references becomes one reference if it has one item, and shows the names of the key otherwise', async () => {
  const key = '[name, site]'
  const first = await start(host('site: string, needs: { type: [reference], to: host }', key))
  await first.data(
    'mutation { upsertHosts(input: [{name: "a", site: "s"}, {name: "b", site: "s", needs: [{name: "a", site: "s"}]}, {name: "c", site: "s", needs: [{name: "a", site: "s"}, {name: "b", site: "s"}]}]) { created } }',
  )
  const renamed = 'place: { type: string, renamedFrom: site }'
  const next = await start(host(`${renamed}, needs: { type: reference, to: host }`, '[name, place]'))
  const { data, errors } = await next.query('{ hosts { nodes { needs { name } _document } } }')
  expect(data.hosts.nodes.map(({ needs }: { needs: unknown }) => needs)).toEqual([null, { name: 'a' }, null])
  expect(data.hosts.nodes[2]._document.needs).toEqual([
    { name: 'a', place: 's' },
    { name: 'b', place: 's' },
  ])
  expect(errors).toMatchObject([{ path: ['hosts', 'nodes', 2, 'needs'], extensions: { code: 'UNFIT_OBJECT' } }])
})

test('references among the objects of a template follow its keys, time after time, and each plan counts what is there', async () => {
  const fields = 'site: { type: string, default: s }, needs: { type: reference, to: host }'
  const first = await start(host(fields))
  await first.data(
    'mutation { upsertHosts(input: [{name: "a"}, {name: "b", needs: "a"}]) { created } again: upsertHost(input: {name: "a", needs: "b"}) { outcome } }',
  )
  const needs = '{ hosts { nodes { name needs { name } _meta { uuid } } } }'
  const before = await first.data(needs)
  let last = first
  for (const key of ['[name, site]', '[site, name]', '[name]']) {
    last = await start(host(`${fields}, note: string`, key))
    expect(await last.data(needs), key).toEqual(before)
  }
  await last.data('mutation { upsertHost(input: {name: "c", needs: "a"}) { outcome } }')
  const files = [{ name: 'host.yaml', text: host('site: { type: string, default: s }, note: string') }]
  const plan = 'query ($files: [TemplateFile!]!) { templatePlan(files: $files) { entries { path effect objects } } }'
  expect((await last.data(plan, { files })).templatePlan.entries).toEqual([
    { path: 'fields.needs', effect: 'ORPHANS', objects: 3 },
  ])
})

test('a key of a reference to which values do not convert is refused', async () => {
  const image = '{ name: image, key: [name], fields: { name: string } }'
  const first = await start(image, host('base: string'))
  await first.data('mutation { upsertImage(input: {name: "u"}) { outcome } }')
  await first.data('mutation { upsertHosts(input: [{name: "a", base: "u"}, {name: "b", base: "gone"}]) { created } }')
  const next = host('base: { type: reference, to: image }', '[name, base]')
  await expect(start(image, next)).rejects.toThrow(
    'CONFLICTS host.key: objects that lack a field of the new key or what it refers to, whose value does not convert to the new type of a key field, or whose key would be too long (1 object: "b")',
  )
  await first.data('mutation { deleteHost(name: "b") { name } }')
  const newer = await start(image, next)
  expect(await newer.data('{ hosts { nodes { name base { name } } } }')).toEqual({
    hosts: { nodes: [{ name: 'a', base: { name: 'u' } }] },
  })
})

test('a key of a reference whose target is missing is refused', async () => {
  const image = '{ name: image, key: [name], fields: { name: string } }'
  const base = (onMissing: string) => `base: { type: reference, to: image, onMissing: ${onMissing} }`
  await (await start(image, host(base('allow')))).data(
    'mutation { upsertHost(input: {name: "a", base: "u"}) { outcome } }',
  )
  await start(image, host(base('reject')))
  await expect(start(image, host(base('reject'), '[name, base]'))).rejects.toThrow(
    'CONFLICTS host.key: objects that lack a field of the new key or what it refers to, or whose key would be too long (1 object: "a")',
  )
})
