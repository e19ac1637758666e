import { quote } from '../quote.ts'
import { ValueError } from './field-type.ts'

const form = /^now(?:([+-])(\d+)([smhdw]))?$/
const unitMilliseconds = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/** Whether a value is a time relative to that of its request: `now`, `now-90m`, `now+1w`. Only filters and arguments take it. */
export function isRelativeTime(value: unknown): value is string {
  return typeof value === 'string' && form.test(value)
}

/** The time or, for a `date`, the day in UTC that a relative time means. Throws `ValueError` outside the years 0001 to 9999. */
export function resolveRelativeTime(text: string, type: 'datetime' | 'date', now: Date): string {
  const [, sign, count = '0', unit = 's'] = form.exec(text) ?? []
  const offset = Number(count) * unitMilliseconds[unit as keyof typeof unitMilliseconds]
  const moment = new Date(now.getTime() + (sign === '-' ? -offset : offset))
  const year = moment.getUTCFullYear()
  if (!(year >= 1 && year <= 9999)) throw new ValueError(`${quote(text)} is not within the years 0001 to 9999`)
  return type === 'date' ? moment.toISOString().slice(0, 10) : moment.toISOString()
}

/** Parses a value of a scalar for times; a relative one stays as it is until the request runs. Throws `ValueError`. */
export function parseUnlessRelative(value: unknown, parse: (value: unknown) => string): string {
  if (isRelativeTime(value)) return value
  if (typeof value !== 'string' || !/^\s*now/i.test(value)) return parse(value)
  throw new ValueError(
    `${quote(value)} is not a time relative to now; write now, or now-7d or now+1w, with a whole number of s, m, h, d or w`,
  )
}

/** Why a relative time cannot be stored. */
export function refuseRelativeTime(value: unknown): void {
  if (isRelativeTime(value))
    throw new ValueError(
      `${quote(value)} is relative to the time of a request, which only filters take; give the time itself`,
    )
}
