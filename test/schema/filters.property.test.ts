import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Template } from '../../src/template/model.ts'
import {
  compareBy,
  type Document,
  keyOf,
  type Memory,
  type MemoryObject,
  matchesArguments,
  matchesWhere,
  type Where,
} from '../support/evaluate.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { documentOf, orderByOf, valueOfField, whereOf } from '../support/rich-objects.ts'
import { richTemplates } from '../support/rich-templates.ts'

/** TEST_SEED repeats a run: the same objects, filters and orderings. */
const seed = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const runs = (count: number) => ({ seed, numRuns: Number(process.env['TEST_RUNS'] ?? count) })
const counts = { place: 6, slot: 8, item: 50, check: 50 } as const

const plurals: Readonly<Record<string, string>> = { place: 'places', slot: 'slots', item: 'items', check: 'checks' }

describe(`with the objects of TEST_SEED=${seed}`, () => {
  let registry: TestRegistry
  let memory: Memory
  const keys = new Map<string, readonly unknown[]>()
  const meta: Record<string, unknown[]> = {}

  const templateOf = (name: string) => registry.model.byName.get(name) as Template
  const objectsOf = (name: string) => memory.objects.filter((object) => object.template === name)

  beforeAll(async () => {
    registry = await startRegistry(richTemplates)
    const written: Record<string, Document[]> = {}
    keys.set(
      'item',
      Array.from({ length: counts.item }, (_, i) => nameOf(i)),
    )
    for (const name of Object.keys(counts)) {
      const documents = generate(name as keyof typeof counts)
      written[name] = documents
      if (name !== 'item')
        keys.set(
          name,
          documents.map((document) =>
            Object.fromEntries(templateOf(name).key.map((field) => [field.name, document[field.name]])),
          ),
        )
      await write(name, documents)
    }
    // Some are written again, so that versions, times and authors differ.
    await write(
      'item',
      (written['item'] ?? [])
        .filter((_, i) => i % 3 === 0)
        .map((document, i) => ({ ...document, ...(i % 2 === 0 && { text: 'again' }) })),
    )
    memory = { model: registry.model, objects: (await Promise.all(Object.keys(counts).map(read))).flat() }
    for (const object of memory.objects)
      for (const [name, value] of Object.entries(object.meta)) meta[name] = [...(meta[name] ?? []), value ?? 'nobody']
    // What was stored is what was given.
    const again = (document: Document, i: number) =>
      i % 3 === 0 && (i / 3) % 2 === 0 ? { ...document, text: 'again' } : document
    for (const name of Object.keys(counts)) {
      const expected = (written[name] ?? []).map((document, i) => (name === 'item' ? again(document, i) : document))
      expect(objectsOf(name).map((object) => object.document)).toEqual(expected)
    }
  })
  afterAll(() => registry?.close())

  function nameOf(i: number): string {
    return `${['x', 'X', 'é', 'e\u0301', '"', '\\', '%', '\u{1f600}', '\ue000'][i % 9]}${i}`
  }

  function generate(name: keyof typeof counts): Document[] {
    const serials = new Set<unknown>()
    return fc.sample(documentOf(templateOf(name), keys), { seed, numRuns: counts[name] }).map((document, i) => {
      const { serial, wish, routes, ...rest } = document
      const isFree = serial !== undefined && !serials.has(serial)
      serials.add(serial)
      const key = {
        place: () => ({ zone: ['é', 'e\u0301', 'a', '"', 'z', '\u{1f600}'][i], rack: i % 2 }),
        slot: () => ({ place: keys.get('place')?.[i % 5], number: i }),
        item: () => ({ name: nameOf(i) }),
        check: () => ({ item: nameOf((i * 7) % 31), name: `c${i % 3}${i > 30 ? i : ''}` }),
      }[name]()
      // Every third wish points nowhere.
      const wished = i % 3 === 0 && wish !== undefined ? { zone: 'nowhere', rack: i } : wish
      const nowhere = { zone: 'nowhere', rack: i }
      const routed = i % 3 === 1 && Array.isArray(routes) ? [nowhere, ...routes, ...routes] : routes
      return {
        ...rest,
        ...key,
        ...(isFree && { serial }),
        ...(wished !== undefined && { wish: wished }),
        ...(routed !== undefined && { routes: routed }),
      }
    })
  }

  async function write(name: string, documents: readonly Document[]): Promise<void> {
    const { typeName } = templateOf(name)
    const authors = [{}, { 'x-registry-actor': 'a' }, { 'x-registry-actor': 'B' }, { 'x-registry-actor': '_%' }]
    // Items refer to each other, so all of a template go at once where they are new.
    const parts = name === 'item' ? [documents] : authors.map((_, i) => documents.filter((__, j) => j % 4 === i))
    if (name === 'item') {
      await registry.data(
        `mutation ($input: [ItemInput!]!) { upsertItems(input: $input) { failed } }`,
        { input: documents },
        authors[documents.length % 4],
      )
      return
    }
    for (const document of documents) {
      const part = parts.findIndex((one) => one.includes(document))
      await registry.data(
        `mutation ($input: ${typeName}Input!) { upsert${typeName}(input: $input) { outcome } }`,
        { input: document },
        authors[part],
      )
    }
  }

  async function read(name: string): Promise<MemoryObject[]> {
    const answer = await registry.data(
      `{ all: ${plurals[name]}(first: 1000) { nodes { _document _meta { uuid version createTime updateTime createdBy updatedBy } } } }`,
    )
    return answer.all.nodes.map((node: { _document: Document; _meta: MemoryObject['meta'] }) => ({
      template: name,
      document: node._document,
      meta: node._meta,
    }))
  }

  const uuidsOf = (objects: readonly MemoryObject[]) => objects.map((object) => object.meta['uuid'])

  const split = (name: string) =>
    `query ($where: ${templateOf(name).typeName}Where!) {
      all: ${plurals[name]}(first: 1000) { totalCount }
      yes: ${plurals[name]}(first: 1000, where: $where) { totalCount nodes { _meta { uuid } } }
      no: ${plurals[name]}(first: 1000, where: {NOT: [$where]}) { totalCount nodes { _meta { uuid } } }
    }`

  test('a filter and its NOT give what a plain evaluation says, and together everything once', async () => {
    const query = new Map(Object.keys(counts).map((name) => [name, split(name)]))
    const filters = fc
      .constantFrom('item', 'item', 'item', 'check', 'slot', 'place')
      .chain((name) => whereOf(templateOf(name), registry.model, keys, meta, 3).map((where) => ({ name, where })))
    await fc.assert(
      fc.asyncProperty(filters, async ({ name, where }) => {
        const expected = objectsOf(name).filter((object) => matchesWhere(object, where, memory))
        const rest = objectsOf(name).filter((object) => !expected.includes(object))
        const toPage = (objects: readonly MemoryObject[]) => ({
          totalCount: objects.length,
          nodes: uuidsOf(objects).map((uuid) => ({ _meta: { uuid } })),
        })
        expect(await registry.data(query.get(name) ?? '', { where })).toEqual({
          all: { totalCount: objectsOf(name).length },
          yes: toPage(expected),
          no: toPage(rest),
        })
      }),
      runs(350),
    )
  })

  test('equality arguments give what a plain evaluation says', async () => {
    const cases = fc.constantFrom('item', 'check', 'slot', 'place').chain((name) => {
      const { fields } = templateOf(name)
      return fc
        .subarray([...fields], { minLength: 1, maxLength: 2 })
        .chain((chosen) =>
          fc.record(Object.fromEntries(chosen.map((field) => [field.name, valueOfField(field, keys)])), {
            noNullPrototype: true,
          }),
        )
        .map((args) => ({ name, args: args as Document }))
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ name, args }) => {
        const names = Object.keys(args)
        const types = registry.model.byName
          .get(name)
          ?.fields.filter((field) => names.includes(field.name))
          .map((field) => `$${field.name}: ${inputTypeOf(name, field.name)}`)
        const query = `query (${types?.join(', ')}) { found: ${plurals[name]}(first: 1000, ${names.map((one) => `${one}: $${one}`).join(', ')}) { nodes { _meta { uuid } } } }`
        const expected = objectsOf(name).filter((object) => matchesArguments(object, args, memory))
        expect(
          (await registry.data(query, args)).found.nodes.map((node: { _meta: { uuid: string } }) => node._meta.uuid),
        ).toEqual(uuidsOf(expected))
      }),
      runs(100),
    )
  })

  function inputTypeOf(name: string, fieldName: string): string {
    const template = templateOf(name)
    const field = template.fieldByName.get(fieldName)
    const types: Record<string, string> = {
      int: 'Int',
      float: 'Float',
      boolean: 'Boolean',
      bigint: 'BigInt',
      datetime: 'DateTime',
      date: 'Date',
      uuid: 'UUID',
      json: 'JSON',
      object: 'ItemSizeInput',
    }
    const own: Record<string, string> = {
      place: 'PlaceKey',
      wish: 'PlaceKey',
      routes: 'PlaceKey',
      slot: 'SlotKey',
      state: 'ItemState',
      stage: 'ItemStage',
    }
    const scalar = own[fieldName] ?? types[field?.type ?? ''] ?? 'String'
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
      orderBy: orderByOf(templateOf('item')),
      where: fc.oneof(
        { weight: 3, arbitrary: fc.constant<Where>({}) },
        { weight: 1, arbitrary: whereOf(templateOf('item'), registry.model, keys, meta, 1) },
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
        const expected = objectsOf('item')
          .filter((object) => matchesWhere(object, where, memory))
          .sort(compareBy(orderBy, memory))
        const walked: unknown[] = []
        let cursor: string | null = null
        for (let more = true; more; ) {
          const variables: object = isForward ? { first: size, after: cursor } : { last: size, before: cursor }
          const { items } = await registry.data(query, { where, orderBy, ...variables })
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
      orderBy: orderByOf(templateOf('item')),
      a: fc.nat(counts.item - 1),
      b: fc.nat(counts.item - 1),
      size: fc.integer({ min: 0, max: 60 }),
      isForward: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(spans, async ({ orderBy, a, b, size, isForward }) => {
        const expected = uuidsOf([...objectsOf('item')].sort(compareBy(orderBy, memory)))
        const all = (await registry.data(query, { orderBy, first: 1000 })).items.edges
        const variables = { orderBy, [isForward ? 'first' : 'last']: size, after: all[a].cursor, before: all[b].cursor }
        const { items } = await registry.data(query, variables)
        const between = expected.slice(a + 1, Math.max(a + 1, b))
        expect(items.edges.map((edge: { node: { _meta: { uuid: string } } }) => edge.node._meta.uuid)).toEqual(
          isForward ? between.slice(0, size) : between.slice(Math.max(0, between.length - size)),
        )
        expect(items.totalCount).toBe(counts.item)
      }),
      runs(60),
    )
  })

  test('keys that differ only in their Unicode form are one key', () => {
    const document = (name: string) => ({ name })
    expect(keyOf(templateOf('item'), document('e\u0301'), registry.model)).toBe(
      keyOf(templateOf('item'), document('é'), registry.model),
    )
  })
})
