import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FieldType } from '../../src/template/field-types/field-type.ts'
import { fieldTypes } from '../../src/template/field-types/field-types.ts'
import type { Field } from '../../src/template/model.ts'
import { latestOf, latestPer, type MemoryObject, matchesWhere, type Where } from '../support/evaluate.ts'
import { averageOf, compareByPaths, extremeMetaOf, extremeOf, groupBy, sumOf } from '../support/evaluate-groups.ts'
import { runs, seed } from '../support/property-runs.ts'
import { whereOf } from '../support/rich-filters.ts'
import { pluralOfRich, type RichRegistry, startRichRegistry } from '../support/rich-registry.ts'

const typesWith = (key: 'ordering' | 'totals') =>
  Object.values(fieldTypes as Readonly<Record<string, FieldType>>).flatMap((type) => (type[key] ? [type.name] : []))
const ordered = typesWith('ordering')
const numeric = typesWith('totals')
const metaNames = ['uuid', 'version', 'createTime', 'updateTime', 'createdBy', 'updatedBy']

describe(`with the objects of TEST_SEED=${seed}`, () => {
  let rich: RichRegistry
  beforeAll(async () => {
    rich = await startRichRegistry(seed)
  })
  afterAll(() => rich?.registry.close())

  const fieldsOf = (name: string, types: readonly string[]) =>
    rich.templateOf(name).fields.filter((field) => !field.list && types.includes(field.type))
  const groupFieldsOf = (name: string) => fieldsOf(name, [...ordered, 'reference'])
  const matching = (name: string, where: Where) =>
    rich.objectsOf(name).filter((object) => matchesWhere(object, where, rich.memory))
  const uuidOf = (object: MemoryObject) => ({ _meta: { uuid: object.meta['uuid'] } })

  const someWhere = (name: string) =>
    fc.oneof(
      { weight: 2, arbitrary: fc.constant<Where>({}) },
      { weight: 1, arbitrary: whereOf(rich.templateOf(name), rich.registry.model, rich.keys, rich.meta, 1) },
    )
  /** Few, so that there are groups of several objects. */
  const someFields = (name: string) =>
    fc
      .shuffledSubarray([...groupFieldsOf(name)], { minLength: 1, maxLength: 2 })
      .map((fields) => fields.map((field) => field.name))

  /** Entries of `orderBy`, some of which lead through references. */
  function someTerm(name: string, depth: number): fc.Arbitrary<Where> {
    const direction = fc.constantFrom('asc', 'desc')
    const own = fc
      .tuple(fc.constantFrom(...fieldsOf(name, ordered).map((field) => field.name)), direction)
      .map(([field, to]): Where => ({ [field]: to }))
    const meta = fc
      .tuple(fc.constantFrom(...metaNames), direction)
      .map(([field, to]): Where => ({ _meta: { [field]: to } }))
    const references = depth > 0 ? fieldsOf(name, ['reference']) : []
    return fc.oneof(
      { weight: 2, arbitrary: own },
      { weight: 1, arbitrary: meta },
      ...references.map((field) => ({
        weight: 2,
        arbitrary: someTerm(field.reference?.to ?? '', depth - 1).map((term): Where => ({ [field.name]: term })),
      })),
    )
  }

  test('latestPer leaves of what matches the latest of each group, to order, page, count and aggregate', async () => {
    const cases = fc.constantFrom('item', 'item', 'check', 'slot', 'place').chain((name) =>
      fc.record({
        name: fc.constant(name),
        where: someWhere(name),
        fields: someFields(name),
        orderBy: fc.array(someTerm(name, 1), { maxLength: 2 }),
        whereLatest: someWhere(name),
        size: fc.integer({ min: 1, max: 70 }),
      }),
    )
    await fc.assert(
      fc.asyncProperty(cases, async ({ name, where, fields, orderBy, whereLatest, size }) => {
        const { typeName } = rich.templateOf(name)
        const query = `query ($where: ${typeName}Where!, $orderBy: [${typeName}OrderBy!]!, $latestPer: [${typeName}Field!]!, $whereLatest: ${typeName}Where!, $first: Int!, $after: String) {
          list: ${pluralOfRich[name]}(where: $where, orderBy: $orderBy, latestPer: $latestPer, whereLatest: $whereLatest, first: $first, after: $after) {
            totalCount aggregate { count } groupBy(by: $latestPer, first: 1000) { count latest { _meta { uuid } } }
            nodes { _meta { uuid } } pageInfo { hasNextPage endCursor } } }`
        const expected = latestPer(matching(name, where), fields, rich.memory)
          .filter((object) => matchesWhere(object, whereLatest, rich.memory))
          .sort(compareByPaths(orderBy, rich.memory))
        const variables = { where, orderBy, latestPer: fields, whereLatest, first: size }
        const { list } = await rich.registry.data(query, variables)
        expect(list).toEqual({
          totalCount: expected.length,
          aggregate: { count: expected.length },
          groupBy: expect.anything(),
          nodes: expected.slice(0, size).map(uuidOf),
          pageInfo: { hasNextPage: size < expected.length, endCursor: list.pageInfo.endCursor },
        })
        expect(list.groupBy.map(({ count }: { count: number }) => count)).toEqual(expected.map(() => 1))
        expect(list.groupBy.map(({ latest }: { latest: unknown }) => JSON.stringify(latest)).sort()).toEqual(
          expected.map((object) => JSON.stringify(uuidOf(object))).sort(),
        )
        const next = (await rich.registry.data(query, { ...variables, after: list.pageInfo.endCursor })).list
        expect(next.nodes).toEqual(expected.slice(size, 2 * size).map(uuidOf))
      }),
      runs(120),
    )
  })

  test('latestPer and groupBy of a reverse side are of the objects on that side', async () => {
    const cases = fc.record({ field: fc.constantFrom('children', 'peerOf'), fields: someFields('item') })
    await fc.assert(
      fc.asyncProperty(cases, async ({ field, fields }) => {
        const { items } = await rich.registry.data(
          `query ($fields: [ItemField!]!) { items(first: 100) { nodes { name
            all: ${field}(first: 100) { nodes { _meta { uuid } } }
            list: ${field}(first: 100, latestPer: $fields) { totalCount nodes { _meta { uuid } } }
            grouped: ${field} { groupBy(by: $fields, first: 100) { count latest { _meta { uuid } } } } } } }`,
          { fields },
        )
        for (const item of items.nodes) {
          const uuids = new Set(item.all.nodes.map((node: { _meta: { uuid: string } }) => node._meta.uuid))
          const others = rich.objectsOf('item').filter((object) => uuids.has(object.meta['uuid']))
          const expected = latestPer(others, fields, rich.memory)
          expect(item.list).toEqual({ totalCount: expected.length, nodes: expected.map(uuidOf) })
          const groups = groupBy(others, { by: fields, buckets: [], orderBy: 'KEY', first: 100 }, rich.memory)
          expect(item.grouped.groupBy).toEqual(
            groups.map(({ objects }) => ({ count: objects.length, latest: uuidOf(latestOf(objects, rich.memory)) })),
          )
        }
      }),
      runs(25),
    )
  })

  test('groupBy gives the groups, sizes, latest objects and aggregates that a plain evaluation gives, in its order', async () => {
    const cases = fc.constantFrom('item', 'item', 'check', 'slot').chain((name) => {
      const times = [
        '_meta.createTime',
        '_meta.updateTime',
        ...fieldsOf(name, ['datetime', 'date']).map((one) => one.name),
      ]
      const bucket = fc.constantFrom('MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR')
      return fc
        .record({
          name: fc.constant(name),
          where: someWhere(name),
          by: fc.oneof(fc.constant<string[]>([]), someFields(name)),
          // In the order of the template, `_meta` last.
          buckets: fc
            .subarray([...times.slice(2), ...times.slice(0, 2)], { maxLength: 2 })
            .chain((names) => fc.tuple(...names.map((one) => bucket.map((to) => [one, to] as const)))),
          orderBy: fc.constantFrom('KEY', 'COUNT'),
          first: fc.oneof(fc.constant(1000), fc.integer({ min: 0, max: 5 })),
        })
        .map((request) => ({ ...request, buckets: request.buckets.filter(([one]) => !request.by.includes(one)) }))
        .filter(({ by, buckets }) => by.length + buckets.length > 0)
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ name, where, ...request }) => {
        const { typeName } = rich.templateOf(name)
        const names = [...request.by, ...request.buckets.map(([one]) => one)]
        const printed = names.filter((one) => !one.startsWith('_meta')).map((one) => printField(name, one))
        const query = `query ($where: ${typeName}Where!, $by: [${typeName}Field!]!, $buckets: ${typeName}GroupBy, $orderBy: GroupOrder!, $first: Int!) {
          list: ${pluralOfRich[name]}(where: $where, first: 1) { groupBy(by: $by, buckets: $buckets, orderBy: $orderBy, first: $first) {
            key { ${printed.join(' ')} _meta { createTime updateTime } } count latest { _meta { uuid } }
            aggregate { count max { _meta { updateTime } } } } } }`
        const { list } = await rich.registry.data(query, {
          where,
          ...request,
          buckets: bucketsInput(request.buckets),
        })
        expect(list.groupBy).toEqual(
          groupBy(matching(name, where), request, rich.memory).map(({ key, objects }) => ({
            key: printKey(name, key),
            count: objects.length,
            latest: uuidOf(latestOf(objects, rich.memory)),
            aggregate: {
              count: objects.length,
              max: { _meta: { updateTime: extremeMetaOf(objects, 'updateTime', 'desc') } },
            },
          })),
        )
      }),
      runs(200),
    )
  })

  function printField(template: string, name: string): string {
    return rich.templateOf(template).fieldByName.get(name)?.reference ? `${name} { _meta { uuid } }` : name
  }

  function printKey(template: string, key: Readonly<Record<string, unknown>>): unknown {
    const meta = { createTime: key['_meta.createTime'] ?? null, updateTime: key['_meta.updateTime'] ?? null }
    const own = Object.entries(key)
      .filter(([name]) => !name.startsWith('_meta'))
      .map(([name, value]) => {
        const isReference = rich.templateOf(template).fieldByName.get(name)?.reference !== undefined
        return [name, isReference && value !== null ? { _meta: { uuid: value } } : value]
      })
    return { ...Object.fromEntries(own), _meta: meta }
  }

  function bucketsInput(buckets: readonly (readonly [string, string])[]): object {
    const isMeta = ([name]: readonly [string, string]) => name.startsWith('_meta')
    const meta = buckets.filter(isMeta).map(([name, bucket]) => [name.slice('_meta.'.length), bucket])
    const own = Object.fromEntries(buckets.filter((one) => !isMeta(one)))
    return meta.length > 0 ? { ...own, _meta: Object.fromEntries(meta) } : own
  }

  test('aggregate gives the extremes, averages and sums that a plain evaluation gives', async () => {
    const cases = fc
      .constantFrom('item', 'item', 'check', 'slot', 'place')
      .chain((name) => fc.record({ name: fc.constant(name), where: someWhere(name), by: someFields(name) }))
    await fc.assert(
      fc.asyncProperty(cases, async ({ name, where, by }) => {
        const [extremes, numbers] = [fieldsOf(name, ordered), fieldsOf(name, numeric)]
        const printed = (fields: readonly Field[]) => fields.map((field) => field.name).join(' ')
        const meta = '_meta { version createTime updateTime }'
        const aggregate = `aggregate { count min { ${printed(extremes)} ${meta} } max { ${printed(extremes)} ${meta} }
          ${numbers.length > 0 ? `avg { ${printed(numbers)} } sum { ${printed(numbers)} }` : ''} }`
        const { typeName } = rich.templateOf(name)
        const { list } = await rich.registry.data(
          `query ($where: ${typeName}Where!, $by: [${typeName}Field!]!) {
            list: ${pluralOfRich[name]}(where: $where, first: 3) { ${aggregate} groupBy(by: $by, first: 1000) { ${aggregate} } } }`,
          { where, by },
        )
        const expected = (objects: readonly MemoryObject[]) => ({
          count: objects.length,
          ...Object.fromEntries(
            (['asc', 'desc'] as const).map((direction) => [
              direction === 'asc' ? 'min' : 'max',
              {
                ...Object.fromEntries(extremes.map((field) => [field.name, extremeOf(objects, field, direction)])),
                _meta: Object.fromEntries(
                  ['version', 'createTime', 'updateTime'].map((one) => [one, extremeMetaOf(objects, one, direction)]),
                ),
              },
            ]),
          ),
          ...(numbers.length > 0 && {
            avg: Object.fromEntries(numbers.map((field) => [field.name, closeTo(averageOf(objects, field))])),
            sum: Object.fromEntries(numbers.map((field) => [field.name, sumOf(objects, field)])),
          }),
        })
        const objects = matching(name, where)
        expect(list.aggregate).toEqual(expected(objects))
        const groups = groupBy(objects, { by, buckets: [], orderBy: 'KEY', first: 1000 }, rich.memory)
        expect(list.groupBy).toEqual(groups.map((group) => ({ aggregate: expected(group.objects) })))
      }),
      runs(100),
    )
  })

  /** PostgreSQL divides to sixteen digits at least. */
  function closeTo(value: number | string | null): unknown {
    if (typeof value !== 'number' || value === 0) return value
    return {
      asymmetricMatch: (other: unknown) => typeof other === 'number' && Math.abs(other / value - 1) < 1e-12,
      toString: () => `about ${value}`,
    }
  }

  test('walking the pages of an ordering through references gives every object once, in the order of a plain sort', async () => {
    const walks = fc.constantFrom('item', 'item', 'check', 'slot').chain((name) =>
      fc.record({
        name: fc.constant(name),
        orderBy: fc.array(someTerm(name, 2), { minLength: 1, maxLength: 3 }),
        where: someWhere(name),
        size: fc.integer({ min: 4, max: 40 }),
        isForward: fc.boolean(),
      }),
    )
    await fc.assert(
      fc.asyncProperty(walks, async ({ name, orderBy, where, size, isForward }) => {
        const { typeName } = rich.templateOf(name)
        const query = `query ($where: ${typeName}Where!, $orderBy: [${typeName}OrderBy!]!, $first: Int, $after: String, $last: Int, $before: String) {
          list: ${pluralOfRich[name]}(where: $where, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
            nodes { _meta { uuid } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`
        const expected = matching(name, where).sort(compareByPaths(orderBy, rich.memory))
        const walked: unknown[] = []
        let cursor: string | null = null
        for (let more = true; more; ) {
          const variables: object = isForward ? { first: size, after: cursor } : { last: size, before: cursor }
          const { list } = await rich.registry.data(query, { where, orderBy, ...variables })
          if (isForward) walked.push(...list.nodes)
          else walked.unshift(...list.nodes)
          cursor = isForward ? list.pageInfo.endCursor : list.pageInfo.startCursor
          more = isForward ? list.pageInfo.hasNextPage : list.pageInfo.hasPreviousPage
          if (walked.length > expected.length) break
        }
        expect(walked).toEqual(expected.map(uuidOf))
      }),
      runs(100),
    )
  })
})
