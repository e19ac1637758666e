import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { asAdmin, asToken } from '../support/test-identify.ts'

const templates = [
  'name: image\nkey: [name]\nfields: { name: string, team: string, note: string }\n',
  'name: role\nkey: [name]\nfields: { name: string, image: { type: reference, to: image } }\n',
]
const access = [
  `name: ours
who: [{ token: ours }]
may:
  - read: image
    where: { team: { equals: ours } }
  - write: image`,
  `name: not-theirs
who: [{ token: others }]
may:
  - read: image
    where: { NOT: { team: { equals: theirs } } }
  - read: role
    where: { image: { team: { equals: ours } } }`,
  'name: roles-only\nwho: [{ token: roles-only }]\nmay: [{ read: role }]',
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates, { access })
  const write = (fields: string) =>
    registry.data(`mutation { upsertImage(input: { ${fields} }) { outcome } }`, {}, asAdmin)
  await write('name: "came", team: "theirs", note: "1"')
  await write('name: "came", team: "ours", note: "2"')
  await write('name: "came", team: "ours", note: "3"')
  await write('name: "left", team: "ours", note: "1"')
  await write('name: "left", team: "theirs", note: "2"')
  await write('name: "gone", team: "ours", note: "1"')
  await write('name: "taken", team: "ours", note: "1"')
  await write('name: "taken", team: "theirs", note: "2"')
  await registry.data(
    'mutation { a: deleteImage(name: "gone") { name } b: deleteImage(name: "taken") { name } upsertRoles(input: [{ name: "r", image: "came" }, { name: "s", image: "left" }]) { created } }',
    {},
    asAdmin,
  )
  // A version from before there was a past: it stands in the change alone.
  await registry.sql(
    `update registry_change set document = '{"name": "r", "image": "came"}' where template = 'role' and key = '["r"]'`,
  )
  await registry.sql(
    `insert into registry_change (template, key, uuid, outcome, version, document, changed_at) select 'role', '["old"]', gen_random_uuid(), outcome, version, document, now()
     from (values ('CREATED', 1, '{"name": "old", "image": "left"}'::jsonb), ('UPDATED', 2, '{"name": "old", "image": "came"}')) as v (outcome, version, document)`,
  )
})
afterAll(() => registry?.close())

const page = '{ nodes { version outcome document changes { field before after } } totalCount }'

test('versions are told whose own values the caller may read, and nothing of those before', async () => {
  const told = await registry.data(
    `{ imageHistory(name: "came") ${page} image(name: "came") { _history ${page} } }`,
    {},
    asToken('ours'),
  )
  const versions = {
    nodes: [
      {
        version: 3,
        outcome: 'UPDATED',
        document: { name: 'came', team: 'ours', note: '3' },
        changes: [{ field: 'note', before: '2', after: '3' }],
      },
      {
        version: 2,
        outcome: 'UPDATED',
        document: { name: 'came', team: 'ours', note: '2' },
        changes: [
          { field: 'name', before: null, after: 'came' },
          { field: 'team', before: null, after: 'ours' },
          { field: 'note', before: null, after: '2' },
        ],
      },
    ],
    totalCount: 2,
  }
  expect(told).toEqual({ imageHistory: versions, image: { _history: versions } })
  const all = await registry.data(`{ imageHistory(name: "came") { totalCount } }`, {}, asAdmin)
  expect(all.imageHistory.totalCount).toBe(3)
})

test.each([
  ['left', 'ours', []],
  ['left', 'others', []],
  ['gone', 'ours', ['DELETED', 'CREATED']],
  ['taken', 'ours', []],
])('of the image %s, %s is told %j', async (name, token, outcomes) => {
  const { imageHistory } = await registry.data(
    `{ imageHistory(name: "${name}") { nodes { outcome } totalCount } }`,
    {},
    asToken(token),
  )
  expect(imageHistory).toEqual({ nodes: outcomes.map((outcome) => ({ outcome })), totalCount: outcomes.length })
})

test('a rule on what an object refers to holds for what the version referred to', async () => {
  const read = (name: string) =>
    registry.data(`{ roleHistory(name: "${name}") { nodes { version } } }`, {}, asToken('others'))
  expect(await read('r')).toEqual({ roleHistory: { nodes: [{ version: 1 }] } })
  expect(await read('s')).toEqual({ roleHistory: { nodes: [] } })
  expect(await read('old')).toEqual({ roleHistory: { nodes: [{ version: 2 }] } })
})

test('a version whose values are not known is not told, whatever the rule says', async () => {
  for (const note of ['1', '2'])
    await registry.data(`mutation { upsertImage(input: { name: "lost", note: "${note}" }) { outcome } }`, {}, asAdmin)
  const read = () => registry.data('{ imageHistory(name: "lost") { totalCount } }', {}, asToken('others'))
  expect(await read()).toEqual({ imageHistory: { totalCount: 2 } })
  await registry.sql(`delete from registry_past where template = 'image' and key = '["lost"]'`)
  expect(await read()).toEqual({ imageHistory: { totalCount: 1 } })
})

test('a template that the caller may not read at all is refused', async () => {
  for (const field of ['imageHistory(name: "came")', 'imagesDiff(from: "2026-01-01")']) {
    const { errors } = await registry.query(`{ ${field} { totalCount } }`, {}, asToken('roles-only'))
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'FORBIDDEN' } })
  }
})

test('what comes into sight is created, and what leaves it deleted', async () => {
  const { imageHistory } = await registry.data('{ imageHistory(name: "came") { nodes { time } } }', {}, asAdmin)
  const [third, second, first] = imageHistory.nodes
  const diff = (from: string, to: string, token: string) =>
    registry.data(
      `query ($from: DateTime!, $to: DateTime!) { imagesDiff(from: $from, to: $to) { nodes { outcome before after } } }`,
      { from, to },
      asToken(token),
    )
  const [two, three] = ['2', '3'].map((note) => ({ name: 'came', team: 'ours', note }))
  expect(await diff(first.time, second.time, 'ours')).toEqual({
    imagesDiff: { nodes: [{ outcome: 'CREATED', before: null, after: two }] },
  })
  expect(await diff(second.time, third.time, 'ours')).toEqual({
    imagesDiff: { nodes: [{ outcome: 'UPDATED', before: two, after: three }] },
  })
})

test('a version that the caller may not read is not restored', async () => {
  const { errors } = await registry.query(
    'mutation { restoreImage(name: "came", version: 1) { outcome } }',
    {},
    asToken('ours'),
  )
  expect(errors?.[0]).toMatchObject({
    message: 'version: the image "came" has no version 1 to restore: there are 3, 2.',
    extensions: { code: 'NOT_FOUND' },
  })
  const reader = await registry.query(
    'mutation { restoreImage(name: "came", version: 2) { outcome } }',
    {},
    asToken('others'),
  )
  expect(reader.errors?.[0]).toMatchObject({ extensions: { code: 'FORBIDDEN' } })
})
