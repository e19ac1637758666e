import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GraphqlAnswer, startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = [
  'name: image\nkey: [name]\nfields: { name: string, distr: string }\n',
  `name: role
key: [name, version]
additionalFields: true
fields:
  name: string
  version: { type: int }
  image: { type: reference, to: image }
  kind: { type: enum, values: [small-one, big-one] }
  spec: { type: object, fields: { cpu-count: int, on: date } }
  at: datetime
  size: bigint
  tags: { type: [string] }
  later: string
  later_image: { type: reference, to: image, reverse: laterRoles }
`,
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates)
  await registry.data('mutation { upsertImages(input: [{ name: "a" }, { name: "b" }]) { created } }')
})
afterAll(() => registry?.close())

const ci = { 'x-registry-actor': 'jenkins', 'x-registry-run': 'https://ci/2' }
const first =
  'image: "a", kind: small_one, spec: { cpu_count: 2, on: "2026-01-01" }, at: "2026-01-01T00:00:00Z", size: "9007199254740993", tags: ["x"], _additional: { ticket: { id: 1 } }'

async function write(name: string, fields: string): Promise<void> {
  await registry.data(`mutation { upsertRole(input: { name: "${name}", version: 1, ${fields} }) { outcome } }`)
}

function restore(name: string, args: string): Promise<GraphqlAnswer> {
  return registry.query(
    `mutation { restoreRole(name: "${name}", version: 1, ${args}) { outcome role { _document _meta { version } } } }`,
    {},
    ci,
  )
}

test('makes an object what it was: what it lacked then is cleared, and what it is now is in its history', async () => {
  await write('back', first)
  const { role } = await registry.data('{ role(name: "back", version: 1) { _document } }')
  await write(
    'back',
    'image: null, kind: big_one, spec: { cpu_count: 3 }, at: null, size: "1", tags: [], later: "x", later_image: "b", _additional: { ticket: null, other: 2 }',
  )
  expect((await restore('back', '_version: 1, ifVersion: 7')).errors?.[0]).toMatchObject({
    extensions: { code: 'VERSION_CONFLICT' },
  })
  const dry = await restore('back', '_version: 1, dryRun: true')
  expect(dry.data.restoreRole.role._document).toEqual(role._document)
  expect((await restore('back', '_version: 1, ifVersion: 2')).data.restoreRole).toEqual({
    outcome: 'UPDATED',
    role: { _document: role._document, _meta: { version: 3 } },
  })
  expect((await restore('back', '_version: 1')).data.restoreRole).toMatchObject({ outcome: 'UNCHANGED' })
  const told = await registry.data(
    '{ roleHistory(name: "back", version: 1, first: 1) { nodes { outcome version actor run document } totalCount } }',
  )
  expect(told.roleHistory).toEqual({
    nodes: [{ outcome: 'UPDATED', version: 3, actor: 'jenkins', run: 'https://ci/2', document: role._document }],
    totalCount: 3,
  })
})

test('creates an object again that is gone, and goes on counting', async () => {
  await write('gone', first)
  const { role } = await registry.data('{ role(name: "gone", version: 1) { _document } }')
  await registry.data('mutation { deleteRole(name: "gone", version: 1) { name } }')
  expect((await restore('gone', '_version: 2')).errors?.[0]).toMatchObject({
    message: expect.stringContaining('give the version before it, 1'),
    extensions: { code: 'BAD_USER_INPUT', issues: [{ path: ['_version'], code: 'DELETED' }] },
  })
  expect((await restore('gone', '_version: 1, ifVersion: 0')).data.restoreRole).toEqual({
    outcome: 'CREATED',
    role: { _document: role._document, _meta: { version: 3 } },
  })
})

test('refuses what never was, and names what there is', async () => {
  await write('few', 'tags: ["1"]')
  await write('few', 'tags: ["2"]')
  expect((await restore('few', '_version: 9')).errors?.[0]).toMatchObject({
    message: '_version: the role ["few",1] has no version 9 to restore: there are 2, 1.',
    extensions: { code: 'NOT_FOUND', issues: [{ path: ['_version'], code: 'NOT_FOUND' }] },
  })
  expect((await restore('none', '_version: 1')).errors?.[0]).toMatchObject({
    message: '_version: the role ["none",1] has no version 1 to restore: there is no version under this key.',
  })
})

test('goes the way of an upsert: a reference to what is gone is refused', async () => {
  await write('broken', 'image: "b"')
  await write('broken', 'image: null')
  await registry.data('mutation { deleteImage(name: "b") { name } }')
  expect((await restore('broken', '_version: 1')).errors?.[0]).toMatchObject({
    extensions: { code: 'REFERENCE_NOT_FOUND', issues: [{ path: ['_version', 'image'] }] },
  })
})

test('tells what it has changed, and clears what is merged otherwise', async () => {
  const merging = await startRegistry([
    'name: report\nkey: [name]\nfields: { name: string, finished: { type: datetime, merge: max }, worst: { type: int, merge: min } }\n',
  ])
  try {
    await merging.data('mutation { upsertReport(input: { name: "a", worst: 3 }) { outcome } }')
    await merging.data(
      'mutation { upsertReport(input: { name: "a", worst: 2, finished: "2026-01-01T00:00:00Z" }) { outcome } }',
    )
    const mutation =
      'mutation { restoreReport(name: "a", version: 1) { outcome changes { field before after } report { _document } } }'
    expect((await merging.data(mutation)).restoreReport).toEqual({
      outcome: 'UPDATED',
      changes: [
        { field: 'finished', before: '2026-01-01T00:00:00.000Z', after: null },
        { field: 'worst', before: 2, after: 3 },
      ],
      report: { _document: { name: 'a', worst: 3 } },
    })
    expect((await merging.data(mutation)).restoreReport).toMatchObject({ outcome: 'UNCHANGED', changes: [] })
  } finally {
    await merging.close()
  }
})
