import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Template } from '../../src/template/model.ts'
import type { Document } from '../support/evaluate.ts'
import { fitOf, wordsOfQuery } from '../support/evaluate-search.ts'
import { runs, seed } from '../support/property-runs.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = [
  `
name: thing
key: [title, number]
fields:
  title: string
  number: int
  build: version
  tags: [string]
  stage: { type: enum, values: [alpha, betaTest, v1] }
  ratio: float
  flag: boolean
  token: uuid
  moment: datetime
  extra: json
  spec: { type: object, fields: { model: string, disks: { type: [object], fields: { label: string } } } }
  part: { type: reference, to: part, onMissing: allow }
`,
  'name: part\nkey: [code]\nfields:\n  code: string\n  note: string\n',
]

/** Pieces of texts that are split, folded and cut in many ways. */
const pieces = [
  ...[
    'ntp',
    'Client',
    'HTTPServer',
    'v1',
    'host01',
    '5.4.0-73',
    '/etc/ntp.conf',
    'a',
    'A',
    'b2c',
    'B312fe',
    '01',
    'x_y',
  ],
  ...[
    'é',
    'e\u0301',
    'A\u030a',
    'Straße',
    'ΟΔΟΣ',
    'ς',
    'İ',
    'ı',
    'ẞ',
    '\u4e2d\u6587',
    '\u{1f600}',
    'ТестКлиент',
    'ǅ',
    'ﬁ',
  ],
  ...[
    ' ',
    '  ',
    '-',
    '--',
    '_',
    '.',
    ':',
    '\t',
    '\n',
    '\u00a0',
    '\u3000',
    '—',
    '«',
    '\u0001',
    '\u007f',
    "'",
    "''",
    '\\',
    '|',
    '&',
    '!',
    '(',
    ':*',
    '<->',
    '%',
  ],
  ...['2026-11-28T23:12:29.000Z', 'b7205949-344b-4e51-a4a8-3d69ef43c8c7', 'x'.repeat(63), 'long-'.repeat(30)],
]
const textOf = (most: number) =>
  fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: most }).map((parts) => parts.join(''))

const option = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined, freq: 2 })
const partOf = fc.record({ code: textOf(3), note: option(textOf(6)) })
const thingOf = (codes: readonly string[]) =>
  fc.record({
    title: textOf(4),
    number: fc.integer({ min: -20, max: 20 }),
    build: option(fc.constantFrom('5.4.0-73', '5.15.0-2', 'v1.2', '20.04')),
    tags: option(fc.array(textOf(3), { maxLength: 3 })),
    stage: option(fc.constantFrom('alpha', 'betaTest', 'v1')),
    ratio: option(fc.constantFrom(0, 1.5, -0.25, 1e21, 1e-7, 3)),
    flag: option(fc.boolean()),
    token: option(fc.constantFrom('b7205949-344b-4e51-a4a8-3d69ef43c8c7')),
    moment: option(fc.constantFrom('2026-11-22T08:57:31.5+01:00', '2026-11-22T08:57:31.123456Z')),
    extra: option(fc.constantFrom<unknown>({ a: ['ntp', { b: 'v1 deep' }], c: 5 }, ['x y', null, true], 'text', 12)),
    spec: option(
      fc.record({ model: textOf(2), disks: fc.constantFrom([{ label: 'boot disk' }, { label: 'Data1' }], []) }),
    ),
    part: option(fc.constantFrom(...codes, 'nowhere ntp')),
  })

interface Stored {
  readonly template: Template
  readonly uuid: string
  readonly document: Document
}

describe(`with the objects of TEST_SEED=${seed}`, () => {
  let registry: TestRegistry
  /** By template, then by key. */
  let objects: readonly Stored[]
  beforeAll(async () => {
    registry = await startRegistry(templates)
    const parts = fc.sample(partOf, { seed, numRuns: 60 })
    const unique = [...new Map(parts.map((part) => [part.code.normalize('NFC'), part])).values()]
    const things = fc.sample(thingOf(unique.map(({ code }) => code)), { seed, numRuns: 120 })
    const byKey = new Map(things.map((thing) => [JSON.stringify([thing.title.normalize('NFC'), thing.number]), thing]))
    await registry.data(
      `mutation ($parts: [PartInput!]!, $things: [ThingInput!]!) { upsertParts(input: $parts) { failed } upsertThings(input: $things) { failed } }`,
      { parts: unique, things: [...byKey.values()] },
    )
    const { parts: allParts, things: allThings } = await registry.data(
      '{ parts(first: 1000) { nodes { _document _meta { uuid } } } things(first: 1000) { nodes { _document _meta { uuid } } } }',
    )
    const documents = new Map<string, Document>(
      [...allParts.nodes, ...allThings.nodes].map(({ _meta, _document }) => [_meta.uuid, _document]),
    )
    const rows = await registry.sql('select template, uuid from registry_object order by template, key')
    objects = rows.map(({ template, uuid }) => ({
      template: registry.model.byName.get(template) as Template,
      uuid,
      document: documents.get(uuid) as Document,
    }))
    expect(objects.length).toBeGreaterThan(100)
  })
  afterAll(() => registry?.close())

  /** A text that often occurs: a part of one that is stored, in another case; several of them; or any. */
  const searched = () => {
    const stored = [...new Set(objects.flatMap(({ document }) => JSON.stringify(document).split(/[\s"[\]{},]+/)))]
    const part = fc
      .tuple(fc.constantFrom(...stored.filter((text) => text !== '')), fc.nat(), fc.nat(), fc.constantFrom(0, 1, 2))
      .map(([text, from, length, way]) => {
        const characters = Array.from(text)
        const start = way === 0 ? 0 : from % characters.length
        const cut = characters.slice(start, start + 1 + (length % (characters.length - start))).join('')
        return way === 2 ? cut.toUpperCase() : cut
      })
    return fc
      .array(fc.oneof({ weight: 4, arbitrary: part }, { weight: 1, arbitrary: textOf(2) }), {
        minLength: 1,
        maxLength: 3,
      })
      .map((all) => all.join(' '))
      .filter((text) => wordsOfQuery(text).length > 0 && wordsOfQuery(text).length <= 10)
  }

  test('a search finds what a plain evaluation finds, in the same order and in the same fields', async () => {
    const cases = fc.record({
      text: searched(),
      first: fc.constantFrom(1, 3, 20, 1_000),
      names: fc.constantFrom(undefined, ['thing'], ['part'], ['part', 'thing', 'part']),
    })
    let found = 0
    await fc.assert(
      fc.asyncProperty(cases, async ({ text, first, names }) => {
        const expected = objects
          .filter(({ template }) => !names || (names as readonly string[]).includes(template.name))
          .flatMap(({ template, uuid, document }) => {
            const fit = fitOf(template, document, text)
            return fit ? [{ uuid, ...fit }] : []
          })
          .sort((a, b) => a.tier - b.tier)
          .slice(0, first)
          .map(({ uuid, field }) => ({ field, object: { _meta: { uuid } } }))
        const { search } = await registry.data(
          'query ($text: String!, $first: Int, $names: [String!]) { search(text: $text, first: $first, templates: $names) { nodes { field object { _meta { uuid } } } } }',
          { text, first, names },
        )
        expect(search.nodes).toEqual(expected)
        found += expected.length
      }),
      runs(400),
    )
    expect(found).toBeGreaterThan(0)
  })
})
