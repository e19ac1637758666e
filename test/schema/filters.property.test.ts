import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scalarNameOf } from '../../src/template/field-types/field-type.ts'
import { fieldTypes } from '../../src/template/field-types/field-types.ts'
import {
  compareBy,
  type Document,
  keyOf,
  type MemoryObject,
  matchesArguments,
  matchesWhere,
  type Where,
} from '../support/evaluate.ts'
import { runs, seed } from '../support/property-runs.ts'
import { orderByOf, whereOf } from '../support/rich-filters.ts'
import { valueOfField } from '../support/rich-objects.ts'
import { pluralOfRich, type RichRegistry, startRichRegistry } from '../support/rich-registry.ts'

describe(`with the objects of TEST_SEED=${seed}`, () => {
  let rich: RichRegistry
  beforeAll(async () => {
    rich = await startRichRegistry(seed)
  })
  afterAll(() => rich?.registry.close())

  const uuidsOf = (objects: readonly MemoryObject[]) => objects.map((object) => object.meta['uuid'])

  const split = (name: string) =>
    `query ($where: ${rich.templateOf(name).typeName}Where!) {
      all: ${pluralOfRich[name]}(first: 1000) { totalCount }
      yes: ${pluralOfRich[name]}(first: 1000, where: $where) { totalCount nodes { _meta { uuid } } }
      no: ${pluralOfRich[name]}(first: 1000, where: {NOT: [$where]}) { totalCount nodes { _meta { uuid } } }
    }`

  test('what was stored is what was given', () => {
    for (const [name, documents] of rich.written) {
      const byKey = (all: readonly Document[]) =>
        new Map(all.map((document) => [keyOf(rich.templateOf(name), document, rich.registry.model), document]))
      expect(byKey(rich.objectsOf(name).map((object) => object.document))).toEqual(byKey(documents))
    }
  })

  test('a filter and its NOT give what a plain evaluation says, and together everything once', async () => {
    const query = new Map(Object.keys(pluralOfRich).map((name) => [name, split(name)]))
    const whereIn = (name: string) =>
      whereOf(rich.templateOf(name), rich.registry.model, rich.keys, rich.meta, 3).map((where) => ({ name, where }))
    const filters = fc.oneof(
      { weight: 3, arbitrary: whereIn('item') },
      ...['check', 'slot', 'place'].map((name) => ({ weight: 1, arbitrary: whereIn(name) })),
    )
    await fc.assert(
      fc.asyncProperty(filters, async ({ name, where }) => {
        const expected = rich.objectsOf(name).filter((object) => matchesWhere(object, where, rich.memory))
        const rest = rich.objectsOf(name).filter((object) => !expected.includes(object))
        const toPage = (objects: readonly MemoryObject[]) => ({
          totalCount: objects.length,
          nodes: uuidsOf(objects).map((uuid) => ({ _meta: { uuid } })),
        })
        expect(await rich.registry.data(query.get(name) ?? '', { where })).toEqual({
          all: { totalCount: rich.objectsOf(name).length },
          yes: toPage(expected),
          no: toPage(rest),
        })
      }),
      runs(350),
    )
  })

  test('equality arguments give what a plain evaluation says', async () => {
    const cases = fc.constantFrom('item', 'check', 'slot', 'place').chain((name) => {
      const { fields } = rich.templateOf(name)
      return fc
        .subarray([...fields], { minLength: 1, maxLength: 2 })
        .chain((chosen) =>
          fc.record(Object.fromEntries(chosen.map((field) => [field.name, valueOfField(field, rich.keys)])), {
            noNullPrototype: true,
          }),
        )
        .map((args) => ({ name, args: args as Document }))
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ name, args }) => {
        const names = Object.keys(args)
        const types = rich.registry.model.byName
          .get(name)
          ?.fields.filter((field) => names.includes(field.name))
          .map((field) => `$${field.name}: ${inputTypeOf(name, field.name)}`)
        const query = `query (${types?.join(', ')}) { found: ${pluralOfRich[name]}(first: 1000, ${names.map((one) => `${one}: $${one}`).join(', ')}) { nodes { _meta { uuid } } } }`
        const expected = rich.objectsOf(name).filter((object) => matchesArguments(object, args, rich.memory))
        expect(
          (await rich.registry.data(query, args)).found.nodes.map(
            (node: { _meta: { uuid: string } }) => node._meta.uuid,
          ),
        ).toEqual(uuidsOf(expected))
      }),
      runs(100),
    )
  })

  function inputTypeOf(name: string, fieldName: string): string {
    const template = rich.templateOf(name)
    const field = template.fieldByName.get(fieldName)
    const own: Record<string, string> = {
      place: 'PlaceKey',
      wish: 'PlaceKey',
      routes: 'PlaceKey',
      slot: 'SlotKey',
      state: 'ItemState',
      stage: 'ItemStage',
      stages: 'ItemStages',
      size: 'ItemSizeInput',
      spec: 'ItemSpecInput',
      disks: 'ItemDisksInput',
    }
    const scalar = own[fieldName] ?? scalarNameOf(fieldTypes[field?.type ?? 'string']) ?? 'String'
    return field?.list ? `[${scalar}!]` : scalar
  }

  test('walking the pages forwards or backwards gives every object once, in the order that a plain sort gives', async () => {
    // What else is asked of a page, and in which order, must not matter to its objects.
    const print = (
      pageInfo: readonly string[],
    ) => `query ($where: ItemWhere!, $orderBy: [ItemOrderBy!]!, $first: Int, $after: String, $last: Int, $before: String) {
      items(where: $where, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
        totalCount nodes { _meta { uuid } } edges { cursor node { _meta { uuid } } } pageInfo { ${pageInfo.join(' ')} } } }`
    const pageInfoFields = ['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor']
    const walks = fc.record({
      orderBy: orderByOf(rich.templateOf('item')),
      where: fc.oneof(
        { weight: 3, arbitrary: fc.constant<Where>({}) },
        { weight: 1, arbitrary: whereOf(rich.templateOf('item'), rich.registry.model, rich.keys, rich.meta, 1) },
      ),
      size: fc.oneof(fc.integer({ min: 5, max: 60 }), fc.constantFrom(1, 3)),
      isForward: fc.boolean(),
      asked: fc.shuffledSubarray(pageInfoFields, { minLength: 4 }),
      isShort: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(walks, async ({ orderBy, where, size, isForward, asked, isShort }) => {
        const needed = isForward ? ['hasNextPage', 'endCursor'] : ['hasPreviousPage', 'startCursor']
        const selected = isShort ? asked.filter((name) => needed.includes(name)) : asked
        const query = print(selected)
        const expected = rich
          .objectsOf('item')
          .filter((object) => matchesWhere(object, where, rich.memory))
          .sort(compareBy(orderBy, rich.memory))
        const walked: unknown[] = []
        let cursor: string | null = null
        for (let more = true; more; ) {
          const variables: object = isForward ? { first: size, after: cursor } : { last: size, before: cursor }
          const { items } = await rich.registry.data(query, { where, orderBy, ...variables })
          const page: { cursor: string; node: { _meta: { uuid: string } } }[] = items.edges
          const from = isForward ? walked.length : Math.max(0, expected.length - walked.length - size)
          const to = isForward ? Math.min(expected.length, walked.length + size) : expected.length - walked.length
          expect(items).toEqual({
            totalCount: expected.length,
            nodes: expected.slice(from, to).map(({ meta: { uuid } }) => ({ _meta: { uuid } })),
            edges: expected
              .slice(from, to)
              .map(({ meta: { uuid } }, i) => ({ cursor: page[i]?.cursor, node: { _meta: { uuid } } })),
            pageInfo: Object.fromEntries(
              Object.entries({
                hasNextPage: to < expected.length,
                hasPreviousPage: from > 0,
                startCursor: page[0]?.cursor ?? null,
                endCursor: page.at(-1)?.cursor ?? null,
              }).filter(([name]) => selected.includes(name)),
            ),
          })
          walked.push(...page)
          cursor = isForward ? items.pageInfo.endCursor : items.pageInfo.startCursor
          more = isForward ? items.pageInfo.hasNextPage : items.pageInfo.hasPreviousPage
        }
        expect(walked).toHaveLength(expected.length)
      }),
      runs(60),
    )
  })

  test('a page between two cursors is what lies between them', async () => {
    const query = `query ($orderBy: [ItemOrderBy!]!, $first: Int, $last: Int, $after: String, $before: String) {
      items(orderBy: $orderBy, first: $first, last: $last, after: $after, before: $before) { totalCount edges { cursor node { _meta { uuid } } } } }`
    const spans = fc.record({
      orderBy: orderByOf(rich.templateOf('item')),
      a: fc.nat(rich.objectsOf('item').length - 1),
      b: fc.nat(rich.objectsOf('item').length - 1),
      size: fc.integer({ min: 0, max: 60 }),
      isForward: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(spans, async ({ orderBy, a, b, size, isForward }) => {
        const expected = uuidsOf([...rich.objectsOf('item')].sort(compareBy(orderBy, rich.memory)))
        const all = (await rich.registry.data(query, { orderBy, first: 1000 })).items.edges
        const variables = { orderBy, [isForward ? 'first' : 'last']: size, after: all[a].cursor, before: all[b].cursor }
        const { items } = await rich.registry.data(query, variables)
        const between = expected.slice(a + 1, Math.max(a + 1, b))
        expect(items.edges.map((edge: { node: { _meta: { uuid: string } } }) => edge.node._meta.uuid)).toEqual(
          isForward ? between.slice(0, size) : between.slice(Math.max(0, between.length - size)),
        )
        expect(items.totalCount).toBe(expected.length)
      }),
      runs(60),
    )
  })

  test('keys that differ only in their Unicode form are one key', () => {
    const document = (name: string) => ({ name })
    expect(keyOf(rich.templateOf('item'), document('e\u0301'), rich.registry.model)).toBe(
      keyOf(rich.templateOf('item'), document('é'), rich.registry.model),
    )
  })
})
