import type { TimeBucket } from '../plan/groups.ts'
import type { Given } from '../plan/open-value.ts'
import type { Field } from '../template/model.ts'
import { integer, literal, type Sql, sql, trusted } from './sql.ts'
import { documentOf } from './stored-document.ts'

/** How a bucket is cut from the text of a time: the number of characters, and the text that completes them to a time and to a day. */
interface TextBucket {
  readonly length: number
  readonly time: string
  readonly day: string
}

const midnight = 'T00:00:00.000Z'

/** Weeks, from Monday on, and quarters are computed first; the others are a prefix of the text. */
const textBuckets: Readonly<Record<TimeBucket, TextBucket>> = {
  MINUTE: { length: 16, time: ':00.000Z', day: '' },
  HOUR: { length: 13, time: ':00:00.000Z', day: '' },
  DAY: { length: 10, time: midnight, day: '' },
  WEEK: { length: 10, time: midnight, day: '' },
  MONTH: { length: 7, time: `-01${midnight}`, day: '-01' },
  QUARTER: { length: 7, time: `-01${midnight}`, day: '-01' },
  YEAR: { length: 4, time: `-01-01${midnight}`, day: '-01-01' },
}

/** The unit of `date_trunc`. */
const units: Readonly<Record<TimeBucket, Sql>> = {
  MINUTE: trusted("'minute'"),
  HOUR: trusted("'hour'"),
  DAY: trusted("'day'"),
  WEEK: trusted("'week'"),
  MONTH: trusted("'month'"),
  QUARTER: trusted("'quarter'"),
  YEAR: trusted("'year'"),
}

/** A time zone other than UTC, by name. */
type Zone = Given<string> | undefined

/** The form of a day from 0001-01-01 on. The functions below accept it even if the month has fewer than 31 days. */
const dayForm = trusted("'^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'")
const timeForm = trusted("'^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:'")

/**
 * The bucket of a `datetime` or `date` field, as the part of its text that identifies the bucket; null
 * if the field is absent or is not a time. Texts are cut instead of being converted to times and back:
 *
 *     (case when document->>'builtAt' ~ '…' then left(document->>'builtAt', 10) end) collate "C"
 */
export function compileBucket(field: Field, bucket: TimeBucket, zone: Zone, row: string): Sql {
  const text = sql`(${documentOf(field, row)}->>${literal(field.attribute)})`
  if (zone !== undefined && field.type === 'datetime')
    return sql`(case when ${text} ~ ${timeForm} then ${compileTimeBucket(compileTime(text), bucket, zone)} end)`
  const form = field.type === 'date' ? dayForm : timeForm
  return sql`((case when ${text} ~ ${form} then ${compileCut(text, bucket)} end) collate "C")`
}

/** The time that a text of that form means, to the second. Casting the text would fail on a day that its month does not have. */
function compileTime(text: Sql): Sql {
  const part = (from: number, count: number) => sql`substr(${text}, ${integer(from)}, ${integer(count)})::int`
  const day = sql`(make_date(${part(1, 4)}, ${part(6, 2)}, 1) + (${part(9, 2)} - 1))`
  return sql`((${day} + make_time(${part(12, 2)}, ${part(15, 2)}, 0)) at time zone 'UTC')`
}

function compileCut(text: Sql, bucket: TimeBucket): Sql {
  const part = (from: number, count: number) => sql`substr(${text}, ${integer(from)}, ${integer(count)})::int`
  if (bucket === 'QUARTER') return sql`left(${text}, 5) || (array['01', '04', '07', '10'])[(${part(6, 2)} + 2) / 3]`
  if (bucket === 'WEEK') {
    const day = sql`make_date(${part(1, 4)}, ${part(6, 2)}, 1) + (${part(9, 2)} - 1)`
    return sql`to_char(date_trunc('week', ${day}), 'YYYY-MM-DD')`
  }
  return sql`left(${text}, ${integer(textBuckets[bucket].length)})`
}

/** The beginning of a bucket of `compileBucket`, in the stored form of the field's values. */
export function compileBucketStart(field: Field, bucket: TimeBucket, zone: Zone, value: Sql): Sql {
  if (zone !== undefined && field.type === 'datetime') return compileTimeBucketStart(value, zone)
  const { day, time } = textBuckets[bucket]
  return sql`(${value} || ${literal(field.type === 'date' ? day : time)})`
}

/**
 * The beginning of the bucket of a time with time zone, in UTC: `date_trunc('day', o1.created_at at time zone 'UTC')`. In another
 * zone it is a time with time zone, so that the two hours at the end of summer time are two buckets.
 */
export function compileTimeBucket(time: Sql, bucket: TimeBucket, zone: Zone): Sql {
  if (zone !== undefined) return sql`date_trunc(${units[bucket]}, ${time}, ${zone}::text)`
  return sql`date_trunc(${units[bucket]}, ${time} at time zone 'UTC')`
}

export function compileTimeBucketStart(value: Sql, zone: Zone): Sql {
  const inUtc = zone === undefined ? value : sql`${value} at time zone 'UTC'`
  return sql`to_char(${inUtc}, 'YYYY-MM-DD"T"HH24:MI:SS".000Z"')`
}
