import { createUsageError } from '../cli-error.ts'

/** In milliseconds. */
const units = { h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/**
 * A point in time, as RFC 3339: from now on, `90d`, `12h`, `2w`; the beginning of a day in UTC, `2027-01-01`; or the time itself. Throws
 * a usage error if it is none, or is past. `now` is in milliseconds since 1970.
 */
export function parseExpiry(option: string, text: string, now: number): string {
  const time = readTime(text.trim(), now)
  if (!Number.isFinite(time) || time > latest)
    throw createUsageError(
      `${option} takes how long from now on, such as 90d, 12h or 2w, or a day, such as 2027-01-01, not ${JSON.stringify(text)}.`,
    )
  if (time <= now) throw createUsageError(`${option} ${text} is past. Give a later time.`)
  return new Date(time).toISOString()
}

const latest = Date.UTC(10_000, 0) - 1

function readTime(text: string, now: number): number {
  const [, count, unit] = /^(\d{1,6})([hdw])$/.exec(text) ?? []
  if (count !== undefined) return now + Number(count) * units[unit as keyof typeof units]
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text)) return Number.NaN
  const day = Date.parse(text.slice(0, 10))
  // 2027-02-30 would be the second of March.
  const isDay = Number.isFinite(day) && new Date(day).toISOString().startsWith(text.slice(0, 10))
  return isDay ? Date.parse(text) : Number.NaN
}
