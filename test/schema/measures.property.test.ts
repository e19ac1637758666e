import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FieldType } from '../../src/template/field-types/field-type.ts'
import { fieldTypes } from '../../src/template/field-types/field-types.ts'
import type { Field } from '../../src/template/model.ts'
import { compareAbsentLast, compareOf, microsecondsOf } from '../support/compare-values.ts'
import { latestOf, latestPer, type MemoryObject, matchesField, matchesWhere, type Where } from '../support/evaluate.ts'
import { compareByPaths, extremeMetaOf, extremeOf, groupBy, sumOf } from '../support/evaluate-groups.ts'
import { countOf, distinctCountOf, percentileOf, rateOf } from '../support/evaluate-measures.ts'
import { runs, seed } from '../support/property-runs.ts'
import { orderByOf, whereOf } from '../support/rich-filters.ts'
import { pluralOfRich, type RichRegistry, startRichRegistry } from '../support/rich-registry.ts'

const typesWith = (key: 'ordering' | 'totals') =>
  Object.values(fieldTypes as Readonly<Record<string, FieldType>>).flatMap((type) => (type[key] ? [type.name] : []))

describe(`with the objects of TEST_SEED=${seed}`, () => {
  let rich: RichRegistry
  beforeAll(async () => {
    rich = await startRichRegistry(seed)
  })
  afterAll(() => rich?.registry.close())

  const fieldsOf = (name: string, types: readonly string[]) =>
    rich.templateOf(name).fields.filter((field) => !field.list && types.includes(field.type))
  const groupFieldsOf = (name: string) => fieldsOf(name, [...typesWith('ordering'), 'reference'])
  const matching = (name: string, where: Where) =>
    rich.objectsOf(name).filter((object) => matchesWhere(object, where, rich.memory))
  const namesOf = (fields: readonly Field[]) => fields.map((field) => field.name).join(' ')

  const whereIn = (name: string) => whereOf(rich.templateOf(name), rich.registry.model, rich.keys, rich.meta, 1)
  const someWhere = (name: string) =>
    fc.oneof({ weight: 2, arbitrary: fc.constant<Where>({}) }, { weight: 1, arbitrary: whereIn(name) })
  /** Few, so that there are groups of several objects. */
  const someFields = (name: string) =>
    fc
      .shuffledSubarray([...groupFieldsOf(name)], { minLength: 1, maxLength: 2 })
      .map((fields) => fields.map((field) => field.name))
  const fractions = fc.oneof(fc.constantFrom(0, 0.5, 0.95, 1), fc.double({ min: 0, max: 1, noNaN: true }))

  test('aggregate gives the counts, rates, distinct counts and percentiles that a plain evaluation gives', async () => {
    const cases = fc.constantFrom('item', 'item', 'check', 'slot', 'place').chain((name) =>
      fc.record({
        name: fc.constant(name),
        where: someWhere(name),
        counted: someWhere(name),
        rated: whereIn(name),
        by: someFields(name),
        fraction: fractions,
      }),
    )
    await fc.assert(
      fc.asyncProperty(cases, async ({ name, where, counted, rated, by, fraction }) => {
        const [grouped, numbers] = [groupFieldsOf(name), fieldsOf(name, typesWith('totals'))]
        const { typeName } = rich.templateOf(name)
        const aggregate = `aggregate { all: count count(where: $counted) rate(where: $rated) distinctCount { ${namesOf(grouped)} }
          ${numbers.length > 0 ? `percentile(fraction: $fraction) { ${namesOf(numbers)} }` : ''} }`
        const { list } = await rich.registry.data(
          `query ($where: ${typeName}Where!, $counted: ${typeName}Where!, $rated: ${typeName}Where!, $by: [${typeName}Field!]!${numbers.length > 0 ? ', $fraction: Float!' : ''}) {
            list: ${pluralOfRich[name]}(where: $where, first: 1) { ${aggregate} groupBy(by: $by, first: 1000) { ${aggregate} } } }`,
          { where, counted, rated, by, fraction },
        )
        const expected = (objects: readonly MemoryObject[]) => ({
          all: objects.length,
          count: countOf(objects, counted, rich.memory),
          rate: rateOf(objects, rated, rich.memory),
          distinctCount: Object.fromEntries(
            grouped.map((field) => [field.name, distinctCountOf(objects, field, rich.memory)]),
          ),
          ...(numbers.length > 0 && {
            percentile: Object.fromEntries(
              numbers.map((field) => [field.name, closeTo(percentileOf(objects, field, fraction), field)]),
            ),
          }),
        })
        const objects = matching(name, where)
        expect(list.aggregate).toEqual(expected(objects))
        const groups = groupBy(objects, { by, buckets: [], orderBy: 'KEY', first: 1000 }, rich.memory)
        expect(list.groupBy).toEqual(groups.map((group) => ({ aggregate: expected(group.objects) })))
      }),
      runs(80),
    )
  })

  /** A measure of a group: where it stands in `having` and `orderByAggregate`, its value, and a field of its type. */
  interface TestMeasure {
    readonly place: (inner: unknown) => Where
    readonly valueOf: (objects: readonly MemoryObject[]) => unknown
    readonly field: Field
  }

  function measuresOf(name: string): fc.Arbitrary<TestMeasure> {
    const number = { list: false, type: 'int', values: [] } as unknown as Field
    const float = { ...number, type: 'float' } as Field
    const ordered = fieldsOf(name, typesWith('ordering'))
    const numbers = fieldsOf(name, typesWith('totals')).filter(({ type }) => type === 'int' || type === 'duration')
    const typeOfTotal = (field: Field, other: Field) => (field.type === 'duration' ? field : other)
    const matching = whereIn(name).chain((where) =>
      fc.constantFrom<TestMeasure>(
        {
          place: (inner) => ({ matching: { where, count: inner } }),
          valueOf: (objects) => countOf(objects, where, rich.memory),
          field: number,
        },
        {
          place: (inner) => ({ matching: { where, rate: inner } }),
          valueOf: (objects) => rateOf(objects, where, rich.memory),
          field: float,
        },
      ),
    )
    return fc.oneof(
      fc.constant<TestMeasure>({
        place: (inner) => ({ count: inner }),
        valueOf: (objects) => objects.length,
        field: number,
      }),
      fc.constantFrom(...groupFieldsOf(name)).map(
        (field): TestMeasure => ({
          place: (inner) => ({ distinctCount: { [field.name]: inner } }),
          valueOf: (objects) => distinctCountOf(objects, field, rich.memory),
          field: number,
        }),
      ),
      fc.tuple(fc.constantFrom(...ordered), fc.constantFrom('min', 'max')).map(
        ([field, extreme]): TestMeasure => ({
          place: (inner) => ({ [extreme]: { [field.name]: inner } }),
          valueOf: (objects) => extremeOf(objects, field, extreme === 'min' ? 'asc' : 'desc'),
          field,
        }),
      ),
      fc.tuple(fc.constantFrom('createTime', 'updateTime'), fc.constantFrom('min', 'max')).map(
        ([meta, extreme]): TestMeasure => ({
          place: (inner) => ({ [extreme]: { _meta: { [meta]: inner } } }),
          valueOf: (objects) => extremeMetaOf(objects, meta, extreme === 'min' ? 'asc' : 'desc'),
          field: { ...number, type: 'datetime' },
        }),
      ),
      matching,
      ...(numbers.length === 0
        ? []
        : [
            fc.constantFrom(...numbers).map(
              (field): TestMeasure => ({
                place: (inner) => ({ sum: { [field.name]: inner } }),
                valueOf: (objects) => toComparable(sumOf(objects, field)),
                field: typeOfTotal(field, float),
              }),
            ),
            fc.constantFrom(...numbers.filter(({ type }) => type === 'int')).map(
              (field): TestMeasure => ({
                place: (inner) => ({ percentile: { fraction: 0.5, value: { [field.name]: inner } } }),
                valueOf: (objects) => percentileOf(objects, field, 0.5),
                field: float,
              }),
            ),
          ]),
    )
  }

  test('nodes gives the first objects of each group in their own order', async () => {
    const cases = fc.constantFrom('item', 'item', 'check', 'slot').chain((name) =>
      fc.record({
        name: fc.constant(name),
        where: someWhere(name),
        by: someFields(name),
        latestPer: fc.oneof(fc.constant(undefined), someFields(name)),
        orderBy: fc.oneof(
          orderByOf(rich.templateOf(name)),
          fc
            .constantFrom<Where>(
              ...fieldsOf(name, ['reference']).map(
                (field): Where => ({ [field.name]: { _meta: { createTime: 'desc' } } }),
              ),
            )
            .map((term) => [term]),
        ),
        size: fc.constantFrom(1, 2, 3, 500),
      }),
    )
    await fc.assert(
      fc.asyncProperty(cases, async ({ name, where, by, latestPer: per, orderBy, size }) => {
        const { typeName } = rich.templateOf(name)
        const query = `query ($where: ${typeName}Where!, $by: [${typeName}Field!]!, $per: [${typeName}Field!], $orderBy: [${typeName}OrderBy!]!, $size: Int!) {
          list: ${pluralOfRich[name]}(where: $where, latestPer: $per) { groupBy(by: $by, first: 1000) {
            nodes(orderBy: $orderBy, first: $size) { _meta { uuid } } } } }`
        const matches = matching(name, where)
        const objects = per ? latestPer(matches, per, rich.memory) : matches
        const groups = groupBy(objects, { by, buckets: [], orderBy: 'KEY', first: 1000 }, rich.memory)
        const { list } = await rich.registry.data(query, { where, by, per, orderBy, size })
        expect(list.groupBy).toEqual(
          groups.map((group) => ({
            nodes: [...group.objects]
              .sort(compareByPaths(orderBy, rich.memory))
              .slice(0, size)
              .map((object) => ({ _meta: { uuid: object.meta['uuid'] } })),
          })),
        )
      }),
      runs(80),
    )
  })

  test('having keeps the groups, and orderByAggregate orders them, as a plain evaluation does', async () => {
    const cases = fc.constantFrom('item', 'item', 'check', 'slot').chain((name) =>
      fc.record({
        name: fc.constant(name),
        where: someWhere(name),
        by: someFields(name),
        tests: fc.array(
          fc.tuple(
            measuresOf(name),
            fc.constantFrom('equals', 'not', 'lt', 'lte', 'gt', 'gte', 'isNull'),
            fc.nat(),
            fc.boolean(),
          ),
          { maxLength: 2 },
        ),
        order: fc.array(fc.tuple(measuresOf(name), fc.constantFrom('asc', 'desc')), { maxLength: 2 }),
        orderBy: fc.constantFrom('KEY', 'COUNT'),
        first: fc.constantFrom(1000, 3),
      }),
    )
    await fc.assert(
      fc.asyncProperty(cases, async ({ name, where, by, tests, order, orderBy, first }) => {
        const { typeName } = rich.templateOf(name)
        const groups = groupBy(matching(name, where), { by, buckets: [], orderBy, first: 1000 }, rich.memory)
        const filters = tests.map(([measure, operator, pick, isNegated]) => {
          // Compared with the value of one of the groups, so that some are equal to it.
          const values = groups.map(({ objects }) => measure.valueOf(objects)).filter((value) => value !== null)
          const known =
            ['boolean', 'enum'].includes(measure.field.type) && /^[lg]t/.test(operator) ? 'equals' : operator
          const isNull = known === 'isNull' || values.length === 0
          // A count is never absent.
          const isCount = JSON.stringify(measure.place('')).includes('ount"')
          const filter: Where =
            isNull && !isCount
              ? { isNull: pick % 2 === 0 }
              : { [isNull ? 'gte' : known]: values[pick % values.length] ?? 0 }
          return { measure, filter, isNegated }
        })
        const having: Where = {
          AND: filters.map(({ measure, filter, isNegated }) =>
            isNegated ? { NOT: [measure.place(filter)] } : measure.place(filter),
          ),
        }
        const kept = groups.filter(({ objects }) =>
          filters.every(
            ({ measure, filter, isNegated }) =>
              matchesField(measure.valueOf(objects) ?? undefined, measure.field, filter) !== isNegated,
          ),
        )
        const sorted = kept
          .map((group) => ({ group, values: order.map(([measure]) => measure.valueOf(group.objects) ?? undefined) }))
          .sort((a, b) =>
            order.reduce((result, [measure, direction], i) => {
              const compared = compareAbsentLast(a.values[i], b.values[i], compareOf(measure.field))
              return result || (direction === 'desc' ? -compared : compared)
            }, 0),
          )
        const query = `query ($where: ${typeName}Where!, $by: [${typeName}Field!]!, $having: ${typeName}Having!, $order: [${typeName}GroupOrderBy!]!, $orderBy: GroupOrder!, $first: Int!) {
          list: ${pluralOfRich[name]}(where: $where, first: 1) { groupBy(by: $by, having: $having, orderByAggregate: $order, orderBy: $orderBy, first: $first) {
            count latest { _meta { uuid } } } } }`
        const { list } = await rich.registry.data(query, {
          where,
          by,
          having,
          order: order.map(([measure, direction]) => measure.place(direction)),
          orderBy,
          first,
        })
        expect(list.groupBy).toEqual(
          sorted.slice(0, first).map(({ group: { objects } }) => ({
            count: objects.length,
            latest: { _meta: { uuid: latestOf(objects, rich.memory).meta['uuid'] } },
          })),
        )
      }),
      runs(150),
    )
  })
})

/** A sum of durations counts as absent from a billion days on, which no duration has. */
function toComparable(sum: string | number | null): string | number | null {
  return /^P\d{10,}D/.test(String(sum)) ? null : sum
}

/** Durations are rounded to microseconds. */
function closeTo(value: number | null, field: Field): unknown {
  if (value === null) return null
  const isDuration = field.type === 'duration'
  return {
    asymmetricMatch(other: unknown) {
      if (typeof other !== (isDuration ? 'string' : 'number')) return false
      const number = isDuration ? Number(microsecondsOf(String(other))) / 1e6 : Number(other)
      return Math.abs(number - value) <= Math.abs(value) * 1e-12 + (isDuration ? 1e-6 : 0)
    },
    toString: () => `about ${value}`,
  }
}
