import { createUsageError } from '../cli-error.ts'

/**
 * A point in time, as the registry takes it: `90d`, `12h` or `2w` from now on, by the clock of the registry; the beginning of a day in
 * UTC, `2027-01-01`; or a time in RFC 3339. Throws a usage error for anything else.
 */
export function parseExpiry(option: string, text: string): string {
  const given = text.trim()
  if (/^[1-9]\d{0,5}[hdw]$/.test(given)) return `now+${given}`
  if (isDay(given)) return `${given}T00:00:00Z`
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(given) && isDay(given.slice(0, 10)))
    return given
  throw createUsageError(
    `${option} takes how long from now on, such as 90d, 12h or 2w, or a day, such as 2027-01-01, not ${JSON.stringify(text)}.`,
  )
}

/** 2027-02-30 is none. */
function isDay(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text)
}
