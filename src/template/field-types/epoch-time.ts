import { quote } from '../quote.ts'
import { ValueError } from './field-type.ts'

/** Milliseconds since 1970 below this are taken for seconds: it is in March 1973. */
const leastMilliseconds = 1e11

/** The last one of the year 9999. */
const mostMilliseconds = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

const form = /^\d+(?:\.\d+)?$/

/** Whether a value counts milliseconds in a form that only filters take: as text, which Grafana's macros make, or with a fraction. */
export function isEpochForFilter(value: unknown): boolean {
  return typeof value === 'number' ? !Number.isInteger(value) : typeof value === 'string' && form.test(value)
}

/**
 * The time, in RFC 3339, that a number of milliseconds since 1970 means; digits beyond a microsecond are dropped. Throws
 * `ValueError` for what is not a number, lies beyond the calendar, or is a number of seconds.
 */
export function parseEpoch(value: unknown): string {
  const [whole = '', fraction = ''] = String(value).split('.')
  const milliseconds = form.test(String(value)) ? Number(whole) : Number.NaN
  if (milliseconds > mostMilliseconds) {
    throw new ValueError(
      `${quote(value)} is not a time: counted in milliseconds since 1970, it lies beyond the year 9999 (a number of microseconds must be divided by 1000, one of nanoseconds by 1000000)`,
    )
  }
  if (Number.isNaN(milliseconds) || milliseconds < leastMilliseconds) {
    throw new ValueError(
      `${quote(value)} is not a time: give one such as "2026-11-22T07:57:31Z", or milliseconds since 1970, which are at least 100000000000 (a smaller number counts seconds: multiply it by 1000)`,
    )
  }
  const text = new Date(milliseconds).toISOString()
  return fraction === '' ? text : text.replace('Z', `${fraction.slice(0, 3)}Z`)
}

/** Why such a value cannot be stored. */
export function refuseEpochForFilter(value: unknown): void {
  if (isEpochForFilter(value)) {
    throw new ValueError(
      `${quote(value)} counts milliseconds in a form that only filters take; give a whole number, or a time such as "2026-11-22T07:57:31Z"`,
    )
  }
}
