import { expect, test } from 'vitest'
import { useRegistries } from '../changes/use-registries.ts'
import type { TestRegistry } from '../support/registry.ts'
import { asAdmin, asToken } from '../support/test-identify.ts'

const registries = useRegistries()

/** Starts a registry whose caller `reader` may read, and write, all docs but those that match. */
async function start(templates: readonly string[], hidden?: string): Promise<TestRegistry> {
  const reader = `name: reader\nwho: [{ token: reader }]\nmay:\n  - read: doc\n    where: { NOT: ${hidden} }\n  - write: doc`
  return registries.start(templates, 'any', hidden === undefined ? {} : { access: [reader] })
}

const write = (registry: TestRegistry, mutation: string) => registry.data(`mutation { ${mutation} }`, {}, asAdmin)

/** What each way of reading the past of the doc "d" tells the reader of its first version. */
async function readPast(registry: TestRegistry) {
  const page = '{ nodes { version document changes { before } } totalCount }'
  const admin = await registry.data('{ docHistory(name: "d") { nodes { time } } }', {}, asAdmin)
  const [last, first] = [admin.docHistory.nodes[0], admin.docHistory.nodes.at(-1)]
  const told = await registry.data(
    `query ($first: DateTime!, $last: DateTime!) { doc(name: "d") { _history ${page} } docHistory(name: "d") ${page} at: doc(name: "d", at: $first) { name } docsDiff(from: $first, to: $last, where: { name: { equals: "d" } }) { nodes { before } } }`,
    { first: first.time, last: last.time },
    asToken('reader'),
  )
  const restored = await registry.query(
    'mutation { restoreDoc(name: "d", version: 1, dryRun: true) { outcome } }',
    {},
    asToken('reader'),
  )
  return { ...told, restored: restored.errors?.[0]?.extensions?.code }
}

const doc = (fields: string) => `{ name: doc, key: [name], fields: { name: string, ${fields} } }`

/** What is told of the doc if the reader may read its last version alone. */
function onlyLast(version: number, document: object) {
  const changes = Object.values(document).map(() => ({ before: null }))
  const versions = { nodes: [{ version, document, changes }], totalCount: 1 }
  return {
    doc: { _history: versions },
    docHistory: versions,
    at: null,
    docsDiff: { nodes: [{ before: null }] },
    restored: 'NOT_FOUND',
  }
}

test('a rule judges a former version by the value that it has in the type of now', async () => {
  const older = await start([doc('secret: string')])
  await write(
    older,
    'a: upsertDocs(input: [{ name: "d", secret: "true" }, { name: "open", secret: "false" }]) { created }',
  )
  const newer = await start([doc('secret: boolean')], '{ secret: { equals: true } }')
  await write(newer, 'a: upsertDocs(input: [{ name: "d", secret: false }, { name: "open", secret: null }]) { updated }')
  expect(await readPast(newer)).toEqual(onlyLast(3, { name: 'd', secret: false }))
  // As it was written, if it may be read.
  const open = await newer.data('{ docHistory(name: "open") { nodes { document } } }', {}, asToken('reader'))
  expect(open.docHistory.nodes.map((node: { document: object }) => node.document)).toEqual([
    { name: 'open' },
    { name: 'open', secret: false },
    { name: 'open', secret: 'false' },
  ])
})

test('a rule judges a former version by the value that a new field has in what lacks it', async () => {
  const older = await start([doc('note: string')])
  await write(older, 'upsertDoc(input: { name: "d", note: "1" }) { outcome }')
  const newer = await start(
    [doc('note: string, level: { type: string, required: true, default: secret }')],
    '{ level: { equals: secret } }',
  )
  await write(newer, 'upsertDoc(input: { name: "d", note: "2", level: "open" }) { outcome }')
  const lastOnly = onlyLast(2, { name: 'd', note: '2', level: 'open' })
  expect(await readPast(newer)).toEqual(lastOnly)
  // A version from before there was a past: it stands in the change alone.
  await newer.sql(`delete from registry_past`)
  await newer.sql(`update registry_change set document = '{"name": "d", "note": "1"}' where version = 1`)
  const { docHistory, restored } = await readPast(newer)
  expect({ docHistory, restored }).toEqual({ docHistory: lastOnly.docHistory, restored: 'NOT_FOUND' })
})

test('a version is not told if a value that the rule looks at is not known in the type of now', async () => {
  const older = await start([doc('secret: string, size: string')])
  await write(older, 'upsertDoc(input: { name: "d", secret: "yes, very", size: "large" }) { outcome }')
  const newer = await start([doc('secret: boolean, size: int')], '{ secret: { equals: true } }')
  await write(newer, 'upsertDoc(input: { name: "d", secret: false }) { outcome }')
  const read = (registry: TestRegistry) =>
    registry.data('{ docHistory(name: "d") { nodes { document changes { field before } } } }', {}, asToken('reader'))
  const [last, ...others] = (await read(newer)).docHistory.nodes
  expect(others).toEqual([])
  expect(last.changes).not.toContainEqual(expect.objectContaining({ field: 'secret', before: 'yes, very' }))
  // The rule does not look at the other value that does not fit.
  expect(last.document).toEqual({ name: 'd', secret: false, size: 'large' })
})

test.each([
  ['_meta', 'note: string', '{ _meta: { createdBy: { equals: bob } } }'],
  [
    'a new field',
    'note: string, owner: { type: string, required: true, default: { actor: true } }',
    '{ owner: { equals: bob } }',
  ],
])(
  'a version is not told if the rule looks at the creator, in %s, and the version does not know it',
  async (_, fields, hidden) => {
    const older = await start([doc('note: string')])
    for (const note of [1, 2]) await write(older, `upsertDoc(input: { name: "d", note: "${note}" }) { outcome }`)
    await older.sql(`update registry_object set created_by = 'ann'`)
    await older.sql(`update registry_past set created_by = 'bob'`)
    const newer = await start([doc(fields)], hidden)
    const read = async () =>
      (await newer.data('{ docHistory(name: "d") { nodes { version } } }', {}, asToken('reader'))).docHistory.nodes
    expect(await read()).toEqual([{ version: 2 }])
    await newer.sql(`delete from registry_past`)
    await newer.sql(`update registry_change set document = '{"name": "d", "note": "1"}' where version = 1`)
    expect(await read()).toEqual([{ version: 2 }])
  },
)
