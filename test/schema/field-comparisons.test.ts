import { afterAll, beforeAll, expect, test } from 'vitest'
import { listErrors } from '../support/list-errors.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry([
    `
name: task
key: [name]
fields:
  name: string
  owner: string
  due: datetime
  finished: datetime
  day: date
  least: int
  most: bigint
  ratio: float
  state: { type: enum, values: [open, done] }
  wanted: { type: enum, values: [open, done] }
  other: { type: enum, values: [a, b] }
  ok: boolean
  good: boolean
  tags: [string]
  spec: { type: object, fields: { low: int, high: int } }
`,
    'name: field_comparison\nkey: [name]\nfields: { name: string, other: string }\n',
  ])
  await registry.data('mutation ($input: [TaskInput!]!) { upsertTasks(input: $input) { created } }', {
    input: [
      {
        name: 'early',
        owner: 'EARLY',
        due: '2026-01-02',
        finished: '2026-01-01T23:59:59.999999Z',
        least: 1,
        most: '1',
        ratio: 1.5,
        state: 'open',
        wanted: 'open',
        ok: true,
        good: false,
      },
      {
        name: 'late',
        owner: 'late',
        due: '2026-01-02',
        finished: '2026-01-02T00:00:00.000001Z',
        least: 3,
        most: '9007199254740993',
        ratio: 0.5,
        state: 'done',
        wanted: 'open',
        ok: false,
        good: false,
      },
      { name: 'unknown', owner: 'x', due: '2026-01-02' },
    ],
  })
})
afterAll(() => registry?.close())

test.each([
  ['{finished: {field: {lte: "due"}}}', ['early']],
  ['{finished: {field: {gt: "due"}}}', ['late']],
  ['{NOT: {finished: {field: {gt: "due"}}}}', ['early', 'unknown']],
  ['{finished: {field: {not: "due"}}}', ['early', 'late', 'unknown']],
  ['{owner: {field: {equals: "name"}}}', ['late']],
  ['{owner: {field: {equals: "name"}, mode: insensitive}}', ['early', 'late']],
  ['{owner: {field: {not: "name"}, startsWith: "E"}}', ['early']],
  ['{least: {field: {equals: "most"}}}', ['early']],
  ['{most: {field: {gt: "ratio"}}}', ['late']],
  ['{ratio: {field: {gt: "least", lt: "least"}}}', []],
  ['{state: {field: {equals: "wanted"}}}', ['early']],
  ['{state: {field: {not: "wanted"}}}', ['late', 'unknown']],
  ['{ok: {field: {equals: "good"}}}', ['late']],
  ['{_meta: {updateTime: {field: {gte: "createTime"}}, createdBy: {field: {equals: "updatedBy"}}}}', []],
  ['{_meta: {updateTime: {field: {equals: "createTime"}}}}', ['early', 'late', 'unknown']],
])('%s finds %j', async (where, names) => {
  const { tasks } = await registry.data(`{ tasks(where: ${where}) { nodes { name } } }`)
  expect(tasks.nodes.map(({ name }: { name: string }) => name)).toEqual(names)
})

test.each([
  ['{finished: {field: {gt: "dew"}}}', 'finished.field.gt: "dew" is no field of task; use due'],
  [
    '{finished: {field: {gt: "day"}}}',
    'finished.field.gt: "day" cannot be compared with finished, because a date and a datetime differ; use due',
  ],
  [
    '{state: {field: {equals: "other"}}}',
    'state.field.equals: "other" cannot be compared with state, because an enum of a, b and an enum of open, done differ; use wanted',
  ],
  [
    '{least: {field: {gt: "name"}}}',
    'least.field.gt: "name" cannot be compared with least, because a string and an int differ; use one of most, ratio',
  ],
  ['{state: {field: {lt: "wanted"}}}', 'state.field.lt: lt: values of state are equal or not; use equals or not'],
  [
    '{name: {field: {equals: "tags"}}}',
    'name.field.equals: "tags" cannot be compared with name, because a list of string and a string differ; use owner',
  ],
  [
    '{spec: {low: {field: {lt: "high"}}}}',
    'spec.low.field.lt: lt: only the fields of a whole object can be compared, not members such as low',
  ],
  [
    '{name: {field: {}}}',
    'name.field: the filter at where.name.field is empty; give a value (its variable may be missing), or leave field out',
  ],
  [
    '{name: {field: {equals: null}}}',
    'name.field.equals: null is not a value to filter by at where.name.field.equals; to find absent values, use isNull: true',
  ],
])('%s is refused', async (where, message) => {
  expect(await listErrors(registry, `{ tasks(where: ${where}) { totalCount } }`)).toEqual([
    `BAD_USER_INPUT where.${message}`,
  ])
})

test('its type gives way to that of a template', async () => {
  const { type } = await registry.data('{ type: __type(name: "RegistryFieldComparison") { inputFields { name } } }')
  expect(type.inputFields.map(({ name }: { name: string }) => name)).toEqual([
    'equals',
    'not',
    'lt',
    'lte',
    'gt',
    'gte',
  ])
  expect(await registry.data('{ fieldComparisons(where: {name: {field: {equals: "other"}}}) { totalCount } }')).toEqual(
    {
      fieldComparisons: { totalCount: 0 },
    },
  )
})
