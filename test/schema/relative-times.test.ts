import { afterAll, beforeAll, expect, test } from 'vitest'
import { listErrors } from '../support/list-errors.ts'
import { recordStatements } from '../support/record-statements.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const hour = 3_600_000
const day = 24 * hour

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry([
    `
name: run
key: [name]
fields:
  name: string
  began: { type: datetime, indexed: true }
  due: date
  moments: [datetime]
  days: [date]
  spec: { type: object, fields: { since: datetime } }
  steps: { type: [object], fields: { at: datetime } }
  note: string
`,
    'name: slot\nkey: [day]\nfields: { day: date, note: string }\n',
  ])
  const now = Date.now()
  const at = (offset: number) => new Date(now + offset).toISOString()
  const run = (name: string, offset: number) => ({
    name,
    began: at(offset),
    due: at(offset).slice(0, 10),
    moments: [at(offset)],
    days: [at(offset).slice(0, 10)],
    spec: { since: at(offset) },
    steps: [{ at: at(offset) }],
    note: 'now-7d',
    _meta: { createTime: at(Math.min(offset, 0)), updateTime: at(Math.min(offset, 0)) },
  })
  await registry.data('mutation ($input: [RunInput!]!) { upsertRuns(input: $input) { created } }', {
    input: [run('old', -8 * day), run('recent', -2 * hour), run('coming', 3 * day)],
  })
})
afterAll(() => registry?.close())

const namesOf = async (where: string) =>
  (await registry.data(`{ runs(where: ${where}) { nodes { name } } }`)).runs.nodes.map(
    ({ name }: { name: string }) => name,
  )

test.each([
  ['{began: {gte: "now-7d"}}', ['recent', 'coming']],
  ['{began: {lt: "now-1w"}}', ['old']],
  ['{began: {gt: "now"}}', ['coming']],
  ['{began: {gt: "now-180m", lt: "now+0s"}}', ['recent']],
  ['{began: {lt: "now+1w"}}', ['old', 'recent', 'coming']],
  ['{began: {gt: "now-10800s", lte: "now-1h"}}', ['recent']],
  ['{began: {not: "now"}}', ['old', 'recent', 'coming']],
  ['{began: {in: ["now", "now-7d"]}}', []],
  ['{due: {in: ["now-8d", "now+3d", "2000-01-01"]}}', ['old', 'coming']],
  ['{due: {notIn: ["now-8d", "now+3d"]}}', ['recent']],
  ['{due: {notIn: ["2000-01-01", "now-8d"]}}', ['recent', 'coming']],
  ['{days: {hasSome: ["now-8d", "2000-01-01"]}}', ['old']],
  ['{days: {hasEvery: ["now-8d", "2000-01-01"]}}', []],
  ['{days: {hasEvery: ["now-8d"]}}', ['old']],
  ['{days: {has: "now+3d"}}', ['coming']],
  ['{days: {equals: ["now-8d"]}}', ['old']],
  ['{spec: {since: {gt: "now"}}}', ['coming']],
  ['{steps: {some: {at: {lt: "now-7d"}}}}', ['old']],
  ['{_meta: {updateTime: {lt: "now-7d"}}}', ['old']],
  ['{_meta: {createTime: {gte: "now-1d"}}}', ['recent', 'coming']],
  ['{NOT: {began: {gte: "now-7d"}}}', ['old']],
  ['{note: {equals: "now-7d"}}', ['old', 'recent', 'coming']],
])('%s finds %j', async (where, names) => {
  expect(await namesOf(where)).toEqual(names)
})

test('a time relative to now may come in a variable, as an equality argument and as a key', async () => {
  const query =
    'query ($time: DateTime!, $day: Date!) { runs(where: {began: {gte: $time}}) { nodes { name } } due: runs(due: $day) { nodes { name } } slot(day: $day) { note } }'
  await registry.data('mutation { upsertSlot(input: {day: "2000-01-01", note: "old"}) { outcome } }')
  await registry.data('mutation ($day: Date!) { upsertSlot(input: {day: $day, note: "today"}) { outcome } }', {
    day: new Date().toISOString().slice(0, 10),
  })
  expect(await registry.data(query, { time: 'now-7d', day: 'now+3d' })).toEqual({
    runs: { nodes: [{ name: 'recent' }, { name: 'coming' }] },
    due: { nodes: [{ name: 'coming' }] },
    slot: null,
  })
  expect((await registry.data(query, { time: 'now', day: 'now' })).slot).toEqual({ note: 'today' })
})

test('it is worked out for each request anew, and once for all of a request', async () => {
  const query =
    '{ a: runs(where: {began: {gte: "now-7d"}}) { totalCount } b: runs(where: {_meta: {updateTime: {gte: "now-7d"}}}) { totalCount } }'
  const times: string[][] = []
  for (const _ of [1, 2, 3]) {
    const before = Date.now()
    const statements = await recordStatements(async () => void (await registry.data(query)))
    const values = statements.flatMap((statement) => statement.values).filter((value) => typeof value === 'string')
    expect(new Set(values).size).toBe(1)
    const moment = Date.parse(String(values[0])) + 7 * day
    expect(moment).toBeGreaterThanOrEqual(before)
    expect(moment).toBeLessThanOrEqual(Date.now())
    times.push(values as string[])
  }
  expect(times[2]?.[0]).not.toBe(times[0]?.[0])
})

test('deleteRuns takes it', async () => {
  await registry.data('mutation { upsertRun(input: {name: "gone", began: "2001-01-01"}) { outcome } }')
  expect(await registry.data('mutation { deleteRuns(where: {began: {lt: "now-3000d"}}) }')).toEqual({ deleteRuns: 1 })
})

const refused = (value: string) =>
  `"${value}" is relative to the time of a request, which only filters take; give the time itself`

test.each([
  ['mutation { upsertRun(input: {name: "x", began: "now"}) { outcome } }', [`input.began: began: ${refused('now')}`]],
  [
    'mutation { upsertRun(input: {name: "x", due: "now-7d", moments: ["now"], spec: {since: "now+1w"}}) { outcome } }',
    [
      `input.due: due: ${refused('now-7d')}`,
      `input.moments.0: moments: ${refused('now')}`,
      `input.spec.since: since: ${refused('now+1w')}`,
    ],
  ],
  [
    'mutation { upsertRun(input: {name: "x", _meta: {createTime: "now-1d"}}) { outcome } }',
    [`input._meta.createTime: createTime: ${refused('now-1d')}`],
  ],
  [
    '{ runs(where: {began: {lt: "now-7y"}}) { totalCount } }',
    [
      'where.began.lt: DateTime: "now-7y" is not a time relative to now; write now, or now-7d or now+1w, with a whole number of s, m, h, d or w',
    ],
  ],
  [
    '{ runs(where: {began: {lt: "now+9999999w"}}) { totalCount } }',
    ['where.began.lt: began: "now+9999999w" is not within the years 0001 to 9999'],
  ],
])('%s is an error that says what to do', async (operation, expected) => {
  expect(await listErrors(registry, operation)).toEqual(expected.map((message) => `BAD_USER_INPUT ${message}`))
})
