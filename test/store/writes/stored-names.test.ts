import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'
import { withStoredNames } from '../../support/with-stored-names.ts'

const templates = [
  'name: image\nkey: [name, arch]\nfields:\n  name: string\n  arch: string\n',
  `name: report
key: [name]
fields:
  name: string
  count: int
  images: { type: [reference], to: image, onDelete: unset }
  parts: { type: [object], fields: { size: int } }
  finished: datetime
  log: { type: string, merge: { maxBy: finished } }
  image: { type: reference, to: image, merge: { maxBy: finished }, reverse: latest_of }
`,
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates, { changeModel: withStoredNames })
  await registry.data(
    'mutation { upsertImages(input: [{ name: "a", arch: "x" }, { name: "b", arch: "x" }]) { created } }',
  )
})
afterAll(() => registry?.close())

test('fields that are stored under other names are changed, merged and told by their own', async () => {
  const [a, b] = ['{ name: "a", arch: "x" }', '{ name: "b", arch: "x" }']
  const write = async (input: string, change = '{}') =>
    (
      await registry.data(
        `mutation { upsertReport(input: { name: "r", ${input} }, change: ${change}) { changes { field before after } report { image { name } images { name } } } }`,
      )
    ).upsertReport
  const keyOf = (name: string) => ({ name, arch: 'x' })
  expect(
    await write(
      `finished: "2026-01-02T00:00:00Z", log: "last", image: ${a}`,
      `{ images: { add: [${a}] }, parts: { add: [{ size: 1 }] } }`,
    ),
  ).toEqual({
    changes: [
      { field: 'name', before: null, after: 'r' },
      { field: 'images', before: null, after: [keyOf('a')] },
      { field: 'parts', before: null, after: [{ size: 1 }] },
      { field: 'finished', before: null, after: '2026-01-02T00:00:00.000Z' },
      { field: 'log', before: null, after: 'last' },
      { field: 'image', before: null, after: keyOf('a') },
    ],
    report: { image: { name: 'a' }, images: [{ name: 'a' }] },
  })
  const late = `finished: "2026-01-01T00:00:00Z", log: "late", image: ${b}`
  expect(
    await write(
      late,
      `{ count: { increment: 2 }, images: { add: [${b}], remove: [${a}] }, parts: { remove: [{ size: 1 }] } }`,
    ),
  ).toEqual({
    changes: [
      { field: 'count', before: null, after: 2 },
      { field: 'images', before: [keyOf('a')], after: [keyOf('b')] },
      { field: 'parts', before: [{ size: 1 }], after: [] },
    ],
    report: { image: { name: 'a' }, images: [{ name: 'b' }] },
  })
})
