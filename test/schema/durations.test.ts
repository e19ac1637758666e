import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fieldTypes } from '../../src/template/field-types/field-types.ts'
import { explain } from '../support/explain.ts'
import { runs } from '../support/property-runs.ts'
import { type RecordedStatement, recordStatements } from '../support/record-statements.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = [
  'name: suite\nkey: [name]\nfields:\n  name: string\n',
  `
name: run
key: [name, limit]
fields:
  name: string
  limit: duration
  suite: { type: reference, to: suite }
  took: { type: duration, indexed: true }
  pause: { type: duration, unique: true }
  grace: { type: duration, default: 1h30m }
  spec: { type: object, fields: { timeout: duration } }
  waits: [duration]
`,
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates)
  await registry.data(
    `mutation { upsertSuites(input: [{ name: "s" }]) { failed } upsertRuns(input: [
      { name: "a", limit: "24h", suite: "s", took: "90m", pause: "1s", spec: { timeout: "PT60S" }, waits: ["1w", "0s"] }
      { name: "a", limit: "90m", suite: "s", took: "1h30m", pause: "1000001ms", grace: "PT0.5S" }
      { name: "b", limit: "1h", suite: "s", took: "100m" }
      { name: "c", limit: "9h", suite: "s", took: "1.5s" }
      { name: "d", limit: "10h" }]) { failed } }`,
  )
})
afterAll(() => registry?.close())

async function stored(value: unknown): Promise<unknown> {
  const answer = await registry.query(
    'mutation ($it: Duration!) { upsertRun(input: {name: "x", limit: $it}, dryRun: true) { run { limit } } }',
    { it: value },
  )
  return answer.data?.upsertRun.run.limit ?? answer.errors?.[0]?.message.replace(/^.*Duration: /, '')
}

describe('a duration is kept in one form', () => {
  test.each([
    ['90m', 'PT1H30M'],
    ['1h30m', 'PT1H30M'],
    ['PT90M', 'PT1H30M'],
    ['P1DT2H', 'P1DT2H'],
    ['26h', 'P1DT2H'],
    ['24h', 'P1D'],
    ['1w2d', 'P9D'],
    ['P1W', 'P7D'],
    ['P1W1DT1S', 'P8DT1S'],
    ['0s', 'PT0S'],
    ['P0D', 'PT0S'],
    ['1.50s', 'PT1.5S'],
    ['PT1,5S', 'PT1.5S'],
    ['250ms', 'PT0.25S'],
    ['1s1500ms', 'PT2.5S'],
    ['0.000001s', 'PT0.000001S'],
    ['0.0000010s', 'PT0.000001S'],
    ['007m', 'PT7M'],
    ['999999999d23h59m59.999999s', 'P999999999DT23H59M59.999999S'],
  ])('%s is %s', async (written, kept) => {
    expect(await stored(written)).toBe(kept)
  })

  test.each([
    ['P1Y', '"P1Y" has years or months, which differ in length; write days or weeks'],
    ['P1M', '"P1M" has years or months, which differ in length; write days or weeks'],
    ['P1Y2DT1M', '"P1Y2DT1M" has years or months, which differ in length; write days or weeks'],
    ['2y', '"2y" has years or months, which differ in length; write days or weeks'],
    ['-90m', '"-90m" is negative, which a duration cannot be'],
    ['-PT5M', '"-PT5M" is negative, which a duration cannot be'],
    [90, '90 has no unit; write a duration such as "90s" or "90m"'],
    ['90', '"90" is not a duration such as "90m", "1h30m" or "P1DT2H"'],
    ['', '"" is not a duration such as "90m", "1h30m" or "P1DT2H"'],
    ['P', '"P" is not a duration such as "90m", "1h30m" or "P1DT2H"'],
    ['P1DT', '"P1DT" is not a duration such as "90m", "1h30m" or "P1DT2H"'],
    ['30m1h', '"30m1h" is not a duration such as "90m", "1h30m" or "P1DT2H"'],
    ['1.5h', '"1.5h" is not a duration such as "90m", "1h30m" or "P1DT2H"'],
    ['1H', '"1H" is not a duration such as "90m", "1h30m" or "P1DT2H"'],
    ['1 h', '"1 h" is not a duration such as "90m", "1h30m" or "P1DT2H"'],
    ['0.0000001s', '"0.0000001s" has more than six decimals; at most six can be stored'],
    ['1000000000d', '"1000000000d" is not less than 1000000000 days'],
    [true, 'true is not a duration such as "90m", "1h30m" or "P1DT2H"'],
  ])('%j is refused', async (written, message) => {
    expect(await stored(written)).toBe(message)
  })

  test('which the database reads and prints as the program does', async () => {
    const microseconds = fc.oneof(fc.bigInt(0n, 10n ** 13n), fc.bigInt(0n, 86_399_999_999_999_999_999n))
    const written = fc.array(microseconds, { minLength: 20, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(written, async (list) => {
        const seconds = list.map((one) => `${one / 1_000_000n}.${String(one % 1_000_000n).padStart(6, '0')}`)
        const kept = seconds.map((one) => fieldTypes.duration.parse(`${one}s`, undefined as never, undefined as never))
        const rows = await registry.sql(
          'select registry_duration_text(given.seconds) as text, registry_duration_seconds(given.text) = given.seconds as same from unnest($1::numeric[], $2::text[]) as given (seconds, text)',
          [seconds, kept],
        )
        expect(rows).toEqual(kept.map((text) => ({ text, same: true })))
      }),
      runs(20),
    )
  })
})

test('durations of one length are one key, one value and one group, however they are written', async () => {
  const {
    run,
    other,
    runs: list,
  } = await registry.data(`{
    run(name: "a", limit: "5400s") { limit took pause grace spec { timeout } waits _document }
    other: run(name: "a", limit: "P1D") { grace }
    runs(took: "PT5400S", where: { took: { in: ["90m", "1d"] }, waits: { has: "7d" }, spec: { timeout: { lt: "2m" } } }) { nodes { name } }
  }`)
  expect(run).toEqual({
    limit: 'PT1H30M',
    took: 'PT1H30M',
    pause: 'PT16M40.001S',
    grace: 'PT0.5S',
    spec: null,
    waits: null,
    _document: expect.objectContaining({ limit: 'PT1H30M', took: 'PT1H30M' }),
  })
  expect(other).toEqual({ grace: 'PT1H30M' })
  expect(list.nodes).toEqual([{ name: 'a' }])
  const twice = await registry.query(
    'mutation { upsertRun(input: { name: "e", limit: "1s", pause: "1000ms" }) { outcome } }',
  )
  expect(twice.errors?.[0]?.extensions?.code).toBe('UNIQUE_CONFLICT')
})

test('durations are ordered, paged, grouped, added up and crossed by their length', async () => {
  const { page, all, runMatrix } = await registry.data(`{
    page: runs(orderBy: [{ limit: desc }], first: 2) { nodes { limit } pageInfo { endCursor } }
    all: runs {
      aggregate { min { limit took } max { limit took } avg { took pause } sum { took limit } }
      groupBy(by: [took]) { key { took } count }
    }
    runMatrix(rows: limit, columns: suite) { rows { row } presentCount }
  }`)
  expect(page.nodes).toEqual([{ limit: 'P1D' }, { limit: 'PT10H' }])
  expect(all.aggregate).toEqual({
    min: { limit: 'PT1H', took: 'PT1.5S' },
    max: { limit: 'P1D', took: 'PT1H40M' },
    avg: { took: 'PT1H10M0.375S', pause: 'PT8M20.5005S' },
    sum: { took: 'PT4H40M1.5S', limit: 'P1DT21H30M' },
  })
  expect(all.groupBy).toEqual([
    { key: { took: 'PT1.5S' }, count: 1 },
    { key: { took: 'PT1H30M' }, count: 2 },
    { key: { took: 'PT1H40M' }, count: 1 },
    { key: { took: null }, count: 1 },
  ])
  expect(runMatrix).toEqual({
    rows: ['PT1H', 'PT1H30M', 'PT9H', 'PT10H', 'P1D'].map((row) => ({ row })),
    presentCount: 4,
  })
  const { rest } = await registry.data(
    'query ($after: String!) { rest: runs(orderBy: [{ limit: desc }], after: $after) { nodes { limit } } }',
    { after: page.pageInfo.endCursor },
  )
  expect(rest.nodes).toEqual([{ limit: 'PT9H' }, { limit: 'PT1H30M' }, { limit: 'PT1H' }])
  const { given } = await registry.data(
    '{ given: runMatrix(rows: limit, columns: suite, rowIn: ["1d", "60m", "2h"]) { cells { row state } } }',
  )
  expect(given.cells).toEqual([
    { row: 'P1D', state: 'PRESENT' },
    { row: 'PT1H', state: 'PRESENT' },
    { row: 'PT2H', state: 'MISSING' },
  ])
})

test('a range of an indexed duration is read from its index, and texts of another form are passed over', async () => {
  await registry.sql(
    `insert into registry_object (template, key, uuid, document, refs, version, created_at, updated_at, outcome)
     select 'run', format('["r%s","PT1S"]', i), gen_random_uuid(), jsonb_build_object('name', 'r' || i, 'limit', 'PT1S', 'took',
       case when i % 2 = 0 then 'P1Y' else registry_duration_text(i + 100000) end), '{}', 1, now(), now(), 'CREATED'
     from generate_series(1, 5000) as i`,
  )
  await registry.sql('analyze registry_run_objects')
  let answer: unknown
  const [statement] = await recordStatements(async () => {
    answer = await registry.data(
      '{ runs(where: { took: { gt: "104990s" } }) { aggregate { count max { took } sum { took } } groupBy(by: [took], first: 1) { key { took } } } }',
    )
  })
  expect(answer).toEqual({
    runs: {
      aggregate: { count: 5, max: { took: 'P1DT5H9M59S' }, sum: { took: 'P6DT1H49M35S' } },
      groupBy: [{ key: { took: 'P1DT5H9M51S' } }],
    },
  })
  const client = new pg.Client(registry.connection)
  await client.connect()
  try {
    const { nodes } = await explain(client, statement as RecordedStatement, 'force_custom_plan')
    const names = nodes.flatMap((node) => node['Index Name'] ?? [])
    expect(names).toContainEqual(expect.stringMatching(/^ro_run_took_/))
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan')
  } finally {
    await client.end()
  }
})
