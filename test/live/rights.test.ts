import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runs } from '../support/property-runs.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { asAdmin, asToken } from '../support/test-identify.ts'

const templates = [
  '{ name: image, key: [name], fields: { name: string, team: string, note: string } }',
  '{ name: secret, key: [name], fields: { name: string } }',
]
const access = [
  `name: ours
who: [{ token: ours }]
may:
  - read: image
    where: { team: { equals: ours } }`,
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates, { access })
})
afterAll(() => registry?.close())

interface Node {
  readonly outcome: string
  readonly template: string
  readonly key: { readonly name: string }
  readonly version: number
  readonly document: unknown
  readonly changes: readonly { readonly field: string }[]
}

/** All that a caller is told after a cursor. */
async function tell(after: string, headers: Readonly<Record<string, string>>, first = 100): Promise<readonly Node[]> {
  const told: Node[] = []
  for (let at = after; ; ) {
    const { changes } = await registry.data(
      'query ($at: String, $first: Int) { changes(after: $at, first: $first) { nodes { outcome template key version document changes { field } } endCursor caughtUp } }',
      { at, first },
      headers,
    )
    told.push(...changes.nodes)
    if (changes.caughtUp) return told
    at = changes.endCursor
  }
}

const write = (mutation: string) => registry.data(`mutation { ${mutation} }`, {}, asAdmin)
const cursor = async () => String((await registry.data('{ cursor }', {}, asAdmin)).cursor)

test('an object that comes into the sight of a caller is created, and one that leaves it is deleted', async () => {
  const after = await cursor()
  await write('upsertImage(input: { name: "a", team: "theirs", note: "1" }) { outcome }')
  await write('upsertImage(input: { name: "a", team: "ours" }) { outcome }')
  await write('upsertImage(input: { name: "a", note: "2" }) { outcome }')
  await write('upsertImage(input: { name: "a", team: "theirs", note: "3" }) { outcome }')
  await write('deleteImage(name: "a") { name } upsertSecret(input: { name: "s" }) { outcome }')
  const key = { name: 'a' }
  const names = ['name', 'team', 'note'].map((field) => ({ field }))
  for (const first of [1, 100])
    expect(await tell(after, asToken('ours'), first)).toEqual([
      {
        ...{ outcome: 'CREATED', template: 'image', key, version: 2 },
        ...{ document: { name: 'a', team: 'ours', note: '1' }, changes: names },
      },
      {
        ...{ outcome: 'UPDATED', template: 'image', key, version: 3 },
        ...{ document: { name: 'a', team: 'ours', note: '2' }, changes: [{ field: 'note' }] },
      },
      {
        ...{ outcome: 'DELETED', template: 'image', key, version: 4 },
        ...{ document: { name: 'a', team: 'ours', note: '2' }, changes: names },
      },
    ])
  expect((await tell(after, asAdmin)).map(({ outcome, template }) => `${template} ${outcome}`)).toEqual([
    ...['image CREATED', 'image UPDATED', 'image UPDATED', 'image UPDATED', 'image DELETED', 'secret CREATED'],
  ])
})

test('whoever may read nothing of a template is refused where it is named', async () => {
  const { errors } = await registry.query('{ changes(templates: ["secret"]) { caughtUp } }', {}, asToken('ours'))
  expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
  const nobody = await registry.query('{ changes { caughtUp } }')
  expect(nobody.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED')
})

test('whoever applies what it is told has what it may read', async () => {
  const step = fc.record({
    name: fc.constantFrom('p', 'q', 'r'),
    team: fc.constantFrom('ours', 'theirs', null),
    note: fc.constantFrom('1', '2'),
  })
  const steps = fc.array(fc.oneof(step, fc.constantFrom('p', 'q', 'r')), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 5 }), async (all, first) => {
      await write('deleteImages(where: {}, all: true)')
      const after = await cursor()
      for (const one of all)
        await registry.data(
          typeof one === 'string'
            ? 'mutation ($name: String!) { deleteImage(name: $name) { name } }'
            : 'mutation ($input: ImageInput!) { upsertImage(input: $input) { outcome } }',
          typeof one === 'string' ? { name: one } : { input: one },
          asAdmin,
        )
      for (const headers of [asAdmin, asToken('ours')]) {
        const applied = new Map<string, unknown>()
        for (const { outcome, key, document } of await tell(after, headers, first)) {
          expect(outcome === 'CREATED').toBe(!applied.has(key.name))
          if (outcome === 'DELETED') applied.delete(key.name)
          else applied.set(key.name, document)
        }
        const { images } = await registry.data('{ images { nodes { _document } } }', {}, headers)
        const stored = images.nodes.map(({ _document }: { _document: unknown }) => _document)
        expect(new Set(applied.values())).toEqual(new Set(stored))
      }
    }),
    runs(10),
  )
})
