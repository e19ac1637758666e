import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listErrors } from '../support/list-errors.ts'
import { runs } from '../support/property-runs.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  // Half an hour of summer time, summer time from midnight on, and a day that never was.
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'Pacific/Apia',
]
const buckets = ['MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR']

/** Every 35 days or so from 2004 on, and each half hour around the ends of summer times. */
const moments = [
  ...Array.from({ length: 300 }, (_, i) => Date.UTC(1996, 0, 1) + i * 3_023_456_789),
  ...['2011-12-30T08:00Z', '2018-11-04T00:00Z', '2025-03-30T00:00Z', '2025-04-05T12:00Z', '2025-10-26T00:00Z'].flatMap(
    (day) => Array.from({ length: 24 }, (_, i) => Date.parse(day) + i * 1_800_000 + i),
  ),
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry([
    'name: event\nkey: [number]\nfields: { number: int, at: datetime, day: date, time_zone: string }\n',
  ])
  await registry.data('mutation ($input: [EventInput!]!) { upsertEvents(input: $input) { created } }', {
    input: moments.map((moment, number) => {
      const at = new Date(moment).toISOString()
      return { number, at, day: at.slice(0, 10), _meta: { createTime: at } }
    }),
  })
})
afterAll(() => registry?.close())

/** Names the bucket of a moment in a zone, from what JavaScript knows of it. */
function nameBucket(moment: number, zone: string, bucket: string): string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    calendar: 'iso8601',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  })
  const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]))
  const { year = '', month = '', day = '', hour = '', minute = '', timeZoneName: offset = '' } = parts
  const date = new Date(`${year}-${month}-${day}T00:00Z`)
  const monday = new Date(date.getTime() - ((date.getUTCDay() + 6) % 7) * 86_400_000)
  const names: Readonly<Record<string, string>> = {
    MINUTE: `${year}-${month}-${day} ${hour}:${minute} ${offset}`,
    HOUR: `${year}-${month}-${day} ${hour} ${offset}`,
    DAY: `${year}-${month}-${day}`,
    WEEK: monday.toISOString(),
    MONTH: `${year}-${month}`,
    QUARTER: `${year} ${Math.ceil(Number(month) / 3)}`,
    YEAR: year,
  }
  return names[bucket] ?? ''
}

test('buckets in a time zone hold what JavaScript has in them, and begin where they begin there', async () => {
  const cases = fc.record({ zone: fc.constantFrom(...zones), bucket: fc.constantFrom(...buckets) })
  const query = `query ($zone: String!, $bucket: TimeBucket!) { events {
    at: groupBy(by: [], buckets: {at: $bucket}, timeZone: $zone, first: 1000) { key { at } count }
    created: groupBy(by: [], buckets: {_meta: {createTime: $bucket}}, timeZone: $zone, first: 1000) { key { _meta { createTime } } count } } }`
  await fc.assert(
    fc.asyncProperty(cases, async ({ zone, bucket }) => {
      const expected = new Map<string, number>()
      for (const moment of [...moments].sort((a, b) => a - b)) {
        const name = nameBucket(moment, zone, bucket)
        expected.set(name, (expected.get(name) ?? 0) + 1)
      }
      const { events } = await registry.data(query, { zone, bucket })
      const starts = events.at.map(({ key }: { key: { at: string } }) => Date.parse(key.at))
      expect(
        events.at.map(({ count }: { count: number }, i: number) => [nameBucket(starts[i], zone, bucket), count]),
      ).toEqual([...expected])
      for (const start of starts) expect(nameBucket(start - 1, zone, bucket)).not.toBe(nameBucket(start, zone, bucket))
      expect(events.created).toEqual(
        events.at.map(({ key, count }: { key: { at: string }; count: number }) => ({
          key: { _meta: { createTime: key.at } },
          count,
        })),
      )
    }),
    runs(60),
  )
})

test('a date is the same day in every zone', async () => {
  const ask = (args: string) =>
    registry.data(`{ events { groupBy(by: [], buckets: {day: MONTH}, first: 1000 ${args}) { key { day } count } } }`)
  expect(await ask('timeZone: "Pacific/Apia"')).toEqual(await ask(''))
})

test.each([
  ['"Berlin"', 'timeZone: "Berlin" is not a time zone; give a name such as "Europe/Berlin" or "UTC"'],
  ['"UTC+2"', 'timeZone: "UTC+2" is not a time zone; give a name such as "Europe/Berlin" or "UTC"'],
  ['"+02:00"', 'timeZone: "+02:00" is not a time zone; give a name such as "Europe/Berlin" or "UTC"'],
  ['""', 'timeZone: "" is not a time zone; give a name such as "Europe/Berlin" or "UTC"'],
])('the time zone %s is refused', async (zone, message) => {
  const query = `{ events { groupBy(by: [], buckets: {at: DAY}, timeZone: ${zone}) { count } } }`
  expect(await listErrors(registry, query)).toEqual([`BAD_USER_INPUT groupBy.timeZone: ${message}`])
})

test('a time zone without buckets is refused', async () => {
  expect(await listErrors(registry, '{ events { groupBy(by: [day], timeZone: "UTC") { count } } }')).toEqual([
    'BAD_USER_INPUT groupBy.timeZone: timeZone says where days begin; give buckets such as {_meta: {updateTime: DAY}}, or leave timeZone out',
  ])
})
