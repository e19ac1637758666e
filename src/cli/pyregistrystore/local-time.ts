const formatters = new Map<string, Intl.DateTimeFormat>()

/** Whether it names a time zone: `Europe/Moscow`, `UTC`, `+03:00`. */
export function isTimeZone(name: string): boolean {
  try {
    return fixedOffset(name) !== undefined || formatterOf(name) !== undefined
  } catch {
    return false
  }
}

/**
 * A time of PyYAML as RFC 3339 in UTC, with its microseconds. A time without an offset is local to the zone. As in Python,
 * if an hour occurs twice, it is the first one, and if it is skipped, it has the offset before the change.
 * Undefined if the text is not a time.
 */
export function toUtc(written: string, timeZone: string): string | undefined {
  const match =
    /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?[ \t]*(Z|[-+]\d\d?(?::\d\d)?)?)?$/.exec(
      written,
    )
  if (!match) return undefined
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset] = match
  const numbers = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const wall = utcOf(numbers)
  const seen = new Date(wall)
  if (seen.getUTCMonth() + 1 !== numbers[1] || seen.getUTCDate() !== numbers[2] || seen.getUTCHours() !== numbers[3])
    return undefined
  const time = new Date(wall - (offset === undefined ? offsetOf(wall, timeZone) : (fixedOffset(offset) ?? 0)))
  return `${time.toISOString().slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, '0')}Z`
}

/** How far the zone's clocks are ahead of UTC when they show this time, in milliseconds. */
function offsetOf(wall: number, timeZone: string): number {
  const fixed = fixedOffset(timeZone)
  if (fixed !== undefined) return fixed
  const day = 86_400_000
  const before = offsetAt(wall - day, timeZone)
  const after = offsetAt(wall + day, timeZone)
  if (offsetAt(wall - before, timeZone) === before || offsetAt(wall - after, timeZone) !== after) return before
  return after
}

function offsetAt(time: number, timeZone: string): number {
  const parts = new Map(
    formatterOf(timeZone)
      .formatToParts(time)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const numbers = ['year', 'month', 'day', 'hour', 'minute', 'second'].map(
    (type) => parts.get(type as Intl.DateTimeFormatPartTypes) ?? 0,
  )
  return utcOf(numbers as [number, number, number, number, number, number]) - time
}

function utcOf([year, month, day, hour, minute, second]: [number, number, number, number, number, number]): number {
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

function fixedOffset(text: string): number | undefined {
  if (text === 'Z') return 0
  const match = /^([-+])(\d\d?)(?::?(\d\d))?$/.exec(text)
  return match ? (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0)) * 60_000 : undefined
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone)
  if (!formatter) {
    const two = '2-digit'
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: two,
      day: two,
      hour: two,
      minute: two,
      second: two,
    })
    formatters.set(timeZone, formatter)
  }
  return formatter
}
