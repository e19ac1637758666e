import { quote } from '../quote.ts'
import { isCalendarDate } from './date.ts'
import { isEpochForFilter, parseEpoch, refuseEpochForFilter } from './epoch-time.ts'
import { comparisonOperators, equalityOperators, type FieldType, ValueError } from './field-type.ts'
import { parseUnlessRelative, refuseRelativeTime } from './relative-time.ts'
import { readTime, type TimeOrigin } from './written-time.ts'

/**
 * A point in time. It accepts RFC 3339 with an offset (`2026-11-22T08:57:31+01:00`) and the other forms that programs write
 * (`written-time.ts`), a date alone (midnight UTC) and milliseconds since 1970, which Grafana sends: as text in filters alone. Stored in
 * UTC with three decimals of a second, or six if there are microseconds: `2026-11-22T07:57:31.000Z`.
 */
export const datetimeType: FieldType = {
  name: 'datetime',
  scalar: {
    name: 'DateTime',
    description:
      'A point in time in RFC 3339, such as `2026-11-22T07:57:31Z`, or in another common form that has its offset from UTC. A date alone (midnight UTC) and milliseconds since 1970 are accepted as well; filters also take these as text, and `now`, `now-7d` and `now+1w` (`s m h d w`). It is returned in UTC.',
    specifiedBy: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
    takesFractions: true,
    // Only the field knows whether it is a filter.
    parse: (value) => (isEpochForFilter(value) ? keepEpoch(value) : parseUnlessRelative(value, parseDatetime)),
  },
  operators: [...equalityOperators, ...comparisonOperators],
  ordering: 'instant',
  canBeKey: true,
  needsQuotes: true,
  constraints: [],
  parse(value, _field, { isFilter }) {
    if (isFilter && isEpochForFilter(value)) return parseDatetime(parseEpoch(value))
    refuseEpochForFilter(value)
    refuseRelativeTime(value)
    return parseDatetime(value)
  },
}

/** Checked, and as text, which is what a scalar keeps. */
function keepEpoch(value: unknown): string {
  parseEpoch(value)
  return String(value)
}

/** The stored form of a time. Throws `ValueError`. Digits beyond microseconds, which PostgreSQL does not keep, are dropped. */
export function parseDatetime(value: unknown, origin?: TimeOrigin): string {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return parseDatetime(value.toISOString())
  if (typeof value === 'number') return parseDatetime(parseEpoch(value))
  if (typeof value === 'string' && isCalendarDate(value)) return `${value}T00:00:00.000Z`
  const written = typeof value === 'string' ? readTime(value, origin) : undefined
  if (!written) throw new ValueError(`${quote(value)} is not a date and time such as "2026-11-22T07:57:31Z"`)
  const { moment, fraction } = written
  const year = moment.getUTCFullYear()
  if (year < 1 || year > 9999) throw new ValueError(`${quote(value)} is not within the years 0001 to 9999`)
  const digits = fraction.slice(0, 6).padEnd(6, '0')
  return `${moment.toISOString().slice(0, 19)}.${digits.endsWith('000') ? digits.slice(0, 3) : digits}Z`
}
