/** How far a time zone's clocks are ahead of UTC at a time; both in milliseconds. */
export type TimeZone = (time: number) => number

/** The zone of a name: `Europe/Moscow`, `UTC`, `+03:00`. Undefined if there is none. */
export function parseTimeZone(name: string): TimeZone | undefined {
  const fixed = parseOffset(name)
  if (fixed !== undefined) return () => fixed
  try {
    // Sweden writes times as ISO 8601 does.
    const formatter = new Intl.DateTimeFormat('sv-SE', { timeZone: name, dateStyle: 'short', timeStyle: 'medium' })
    return (time) => Date.parse(`${formatter.format(time)}Z`) - time
  } catch {
    return undefined
  }
}

/**
 * A time of PyYAML as RFC 3339 in UTC, with its microseconds. A time without an offset is local to the zone. As in Python,
 * if an hour occurs twice, it is the first one, and if it is skipped, it has the offset before the change.
 * Undefined if the text is not a time.
 */
export function toUtc(written: string, timeZone: TimeZone): string | undefined {
  const match =
    /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?[ \t]*(Z|[-+]\d\d?(?::\d\d)?)?)?$/.exec(
      written,
    )
  if (!match) return undefined
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset] = match
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  const seen = new Date(wall)
  const isReal =
    seen.getUTCMonth() + 1 === Number(month) && seen.getUTCDate() === Number(day) && seen.getUTCHours() === Number(hour)
  if (!isReal) return undefined
  const ahead = offset === undefined ? offsetOf(wall, timeZone) : (parseOffset(offset) ?? 0)
  return `${new Date(wall - ahead).toISOString().slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, '0')}Z`
}

/**
 * `28/11/2021 14:40:44`, as pyRegistryStore's own `now()` writes it, and `28.11.2021` with the year first; other texts as they
 * are.
 */
export function toIsoOrder(written: string): string {
  const match = /^(\d\d)([/.])(\d\d)\2(\d{4})(?:[ T]+(\d\d:\d\d)(:\d\d(?:\.\d+)?)?)?$/.exec(written.trim())
  if (!match) return written
  const [, day, , month, year, minutes, seconds = ':00'] = match
  return `${year}-${month}-${day}${minutes === undefined ? '' : ` ${minutes}${seconds}`}`
}

/** How far the zone's clocks are ahead of UTC when they show this time. */
function offsetOf(wall: number, timeZone: TimeZone): number {
  const day = 86_400_000
  const before = timeZone(wall - day)
  const after = timeZone(wall + day)
  return timeZone(wall - before) === before || timeZone(wall - after) !== after ? before : after
}

function parseOffset(text: string): number | undefined {
  if (text === 'Z') return 0
  const [, sign, hours, minutes = '0'] = /^([-+])(\d\d?)(?::?(\d\d))?$/.exec(text) ?? []
  return sign ? (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000 : undefined
}
