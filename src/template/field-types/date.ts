import { quote } from '../quote.ts'
import { comparisonOperators, equalityOperators, type FieldType, ValueError } from './field-type.ts'
import { parseUnlessRelative, refuseRelativeTime } from './relative-time.ts'

/** A calendar day, `2026-11-22`. */
export const dateType: FieldType = {
  name: 'date',
  scalar: {
    name: 'Date',
    description:
      'A calendar day, such as `2026-11-22`. Filters also take `now`, `now-7d` and `now+1w` (`s m h d w`), as days in UTC.',
    specifiedBy: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
    parse: (value) => parseUnlessRelative(value, parseDate),
  },
  operators: [...equalityOperators, ...comparisonOperators],
  ordering: 'text',
  canBeKey: true,
  needsQuotes: true,
  constraints: [],
  parse(value) {
    refuseRelativeTime(value)
    return parseDate(value)
  },
}

/** The stored form of a day. Throws `ValueError`. */
function parseDate(value: unknown): string {
  if (typeof value !== 'string' || !isCalendarDate(value)) {
    throw new ValueError(`${quote(value)} is not a date such as "2026-11-22"`)
  }
  return value
}

/** Whether a text is a day that exists, in the form `YYYY-MM-DD`, years 0001 to 9999. */
export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < '0001') return false
  const moment = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text)
}
