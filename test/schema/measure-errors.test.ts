import { afterAll, beforeAll, expect, test } from 'vitest'
import { listErrors } from '../support/list-errors.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry([
    'name: run\nkey: [name]\nfields: { name: string, took: duration, ratio: float, big: bigint }\n',
  ])
  await registry.data('mutation ($input: [RunInput!]!) { upsertRuns(input: $input) { created } }', {
    input: [
      { name: 'a', took: '1m', ratio: -1.7e308, big: '1' },
      { name: 'b', took: '2m', ratio: 1.7e308, big: '9007199254740993' },
      { name: 'c' },
    ],
  })
})
afterAll(() => registry?.close())

test.each([
  [
    'percentile(fraction: 95) { ratio }',
    'BAD_USER_INPUT runs.aggregate.percentile.fraction: fraction: 95 is not from 0 to 1; write 0.95 for 95 percent',
  ],
  [
    'percentile(fraction: 1.1) { ratio }',
    'BAD_USER_INPUT runs.aggregate.percentile.fraction: fraction: 1.1 is not from 0 to 1; write 0.011 for 1.1 percent',
  ],
  [
    'percentile(fraction: 1e400) { ratio }',
    'BAD_USER_INPUT runs.aggregate.percentile.fraction: fraction: Infinity is not from 0 to 1; give 0.5 for the median',
  ],
  [
    'low: percentile(fraction: -0.5) { ratio }',
    'BAD_USER_INPUT runs.aggregate.low.fraction: fraction: -0.5 is not from 0 to 1; give 0.5 for the median',
  ],
  [
    'count(where: null)',
    'BAD_USER_INPUT runs.aggregate.count.where: null is not a value to filter by at aggregate.count.where; leave where out, or use isNull: true on a field in it to find absent values',
  ],
  [
    Array.from({ length: 101 }, (_, i) => `r${i}: rate(where: {})`).join(' '),
    'LIMIT_EXCEEDED aggregate.r100: aggregate.r100: the request has 101 distinct counts, percentiles, rates and filtered counts; at most 100 are allowed (limit "measures"). Split it into smaller requests.',
  ],
])('%s is refused', async (selection, message) => {
  const [error] = await listErrors(registry, `{ runs { aggregate { ${selection} } } }`)
  expect(error).toBe(message.replace('runs.aggregate', 'aggregate'))
})

test.each([
  [
    'having: null',
    'having: null is not a value to filter by at groupBy.having; leave having out, or use isNull: true on a field in it to find absent values',
  ],
  [
    'having: {}',
    'having: the filter at runs.groupBy.having is empty; give a value (its variable may be missing), or leave having out',
  ],
  [
    'having: {max: {}}',
    'having.max: the filter at runs.groupBy.having.max is empty; give a value (its variable may be missing), or leave max out',
  ],
  [
    'having: {max: {took: {}}}',
    'having.max.took: the filter at runs.groupBy.having.max.took is empty; give a value (its variable may be missing), or leave took out',
  ],
  [
    'having: {max: {name: {field: {gt: "name"}}}}',
    'having.max.name.field: field compares two fields of one object, but having compares what is measured of a group; give a value',
  ],
  [
    'having: {matching: {where: {}}}',
    'having.matching: the filter at runs.groupBy.having.matching has where but nothing to compare; add count or rate',
  ],
  [
    'having: {percentile: {fraction: 2, value: {took: {gt: "1s"}}}}',
    'having.percentile.fraction: fraction: 2 is not from 0 to 1; write 0.02 for 2 percent',
  ],
  [
    'orderByAggregate: [{}]',
    'orderByAggregate.0: each entry of orderByAggregate must name exactly one field, but this one names none; write a list such as [{count: desc}, {max: {_meta: {updateTime: asc}}}]',
  ],
  [
    'orderByAggregate: [{count: asc, max: {took: asc}}]',
    'orderByAggregate.0: each entry of orderByAggregate must name exactly one field, but this one names count and max; write a list such as [{count: desc}, {max: {_meta: {updateTime: asc}}}]',
  ],
  [
    'orderByAggregate: [{matching: {where: {}}}]',
    'orderByAggregate.0.matching: each entry of orderByAggregate must name exactly one field, but this one names none; write {where: {…}, rate: asc}',
  ],
])('groupBy(by: [name], %s) is refused', async (args, message) => {
  expect(await listErrors(registry, `{ runs { groupBy(by: [name], ${args}) { count } } }`)).toEqual([
    `BAD_USER_INPUT groupBy.${message.replace('runs.', '')}`,
  ])
})

test('the sum of bigints has more digits than a bigint, and compares all the same', async () => {
  const most = '9223372036854775807'
  await registry.data(
    'mutation ($big: BigInt!) { upsertRuns(input: [{name: "x", big: $big}, {name: "y", big: $big}]) { created } }',
    {
      big: most,
    },
  )
  const query =
    '{ runs(where: {name: {in: ["x", "y"]}}) { groupBy(by: [big], having: {sum: {big: {gt: 1.8e19}}}, orderByAggregate: [{sum: {big: desc}}]) { count } } }'
  expect(await registry.data(query)).toEqual({ runs: { groupBy: [{ count: 2 }] } })
})

test('a fraction may come in a variable, and is checked there too', async () => {
  const query =
    'query ($fraction: Float!) { runs(where: {name: {lt: "d"}}) { aggregate { percentile(fraction: $fraction) { took ratio big } } } }'
  expect(await registry.data(query, { fraction: 0.25 })).toEqual({
    runs: { aggregate: { percentile: { took: 'PT1M15S', ratio: null, big: 2251799813685249 } } },
  })
  expect(await registry.data(query, { fraction: 1 })).toEqual({
    runs: { aggregate: { percentile: { took: 'PT2M', ratio: 1.7e308, big: 9007199254740992 } } },
  })
  expect(await listErrors(registry, query, { fraction: 50 })).toEqual([
    'BAD_USER_INPUT aggregate.percentile.fraction: fraction: 50 is not from 0 to 1; write 0.5 for 50 percent',
  ])
})

test('of no objects, a rate is null and counts are 0', async () => {
  const list =
    'runs(name: "none") { aggregate { count(where: {}) rate(where: {}) distinctCount { took } percentile(fraction: 0.5) { took } } }'
  expect(await registry.data(`{ ${list} }`)).toEqual({
    runs: { aggregate: { count: 0, rate: null, distinctCount: { took: 0 }, percentile: { took: null } } },
  })
})

test.each([
  [
    'nodes(first: 1001) { name }',
    'LIMIT_EXCEEDED groupBy.nodes.first: groupBy.nodes.first: the request has 1,001 objects in one page; at most 1,000 are allowed (limit "pageSize"). Ask for one page after another: after: <endCursor>.',
  ],
  [
    'nodes(first: 1000) { name }',
    'LIMIT_EXCEEDED The request has 1,001,000 objects within its reach; at most 1,000,000 are allowed (limit "nodes"). Give the inner lists a smaller first, or ask for fewer at once.',
  ],
  [
    'nodes(orderBy: [{}]) { name }',
    'BAD_USER_INPUT groupBy.nodes.orderBy.0: each entry of orderBy must name exactly one field, but this one names none; write a list such as [{name: asc}, {_meta: {updateTime: desc}}]',
  ],
])('%s of each group is refused', async (selection, message) => {
  expect(await listErrors(registry, `{ runs { groupBy(by: [name], first: 1000) { ${selection} } } }`)).toEqual([
    message,
  ])
})
