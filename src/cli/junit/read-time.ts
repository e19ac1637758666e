/** A value that a file has, or why it cannot be one: a clause such as `is neither a time nor a number`. */
export type Reading<Value> =
  | { readonly value: Value; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: string }

/** The units of lengths of time, in seconds, and how tools write them. */
const units: readonly (readonly [seconds: number, ...names: string[]])[] = [
  [86_400, 'd', 'day', 'days'],
  [3_600, 'h', 'hr', 'hrs', 'hour', 'hours'],
  [60, 'm', 'min', 'mins', 'minute', 'minutes'],
  [1, 's', 'sec', 'secs', 'second', 'seconds'],
  [1e-3, 'ms', 'msec', 'msecs', 'millis', 'millisecond', 'milliseconds'],
  [1e-6, 'us', 'µs', 'μs', 'usec', 'microsecond', 'microseconds'],
  [1e-9, 'ns', 'nsec', 'nanosecond', 'nanoseconds'],
]
const secondsOf: ReadonlyMap<string, number> = new Map(
  units.flatMap(([seconds, ...names]) => names.map((name) => [name, seconds] as const)),
)

const longest = 100

/**
 * A length of time, in seconds: `0.16`, `1.2e-05`, `0,160`, `14,029.255`, `1.234,5`, `12 ms`, `1h 2m 3.5s`, `PT1M2.5S`, `01:02:03.5`.
 * A number without a unit is in seconds, as JUnit has it.
 */
export function readTime(text: string): Reading<number> {
  const whole = text.trim()
  if (whole === '' || whole.length > longest) return { problem: 'is no length of time' }
  if (/^-/.test(whole) && /[1-9]/.test(whole)) return { problem: 'is negative, which a length of time cannot be' }
  const bare = whole.replace(/^[+-]/, '')
  const clock = /^(\d+):([0-5]\d):([0-5]\d(?:[.,]\d+)?)$/.exec(bare)
  if (clock) {
    const [, hours, minutes, seconds = ''] = clock
    return { value: round(Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds.replace(',', '.'))) }
  }
  return /^[\d.,]/.test(bare) && !/[^\d.,'’eE+\-\s]/.test(bare) ? readDecimal(bare) : readWithUnits(bare)
}

/** A number with the decimal point or comma of any country, if there is only one way to read it. */
function readDecimal(text: string): Reading<number> {
  if (/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    const value = Number(text)
    return Number.isFinite(value) ? { value } : { problem: 'is too large' }
  }
  // What stands between groups of three digits in some country, and is never a decimal sign.
  if (/^\d{1,3}([\s'’]\d{3})+([.,]\d*)?$/.test(text)) return readDecimal(text.replace(/[\s'’]/g, ''))
  // Of two different signs the last is the decimal one; the other one, and one that comes twice, makes groups.
  const grouped = /^(\d{1,3}(?:,\d{3})+)(?:\.(\d*))?$/.exec(text) ?? /^(\d{1,3}(?:\.\d{3})+)(?:,(\d*))?$/.exec(text)
  const [, whole = '', fraction] = grouped ?? []
  const isCertain = fraction !== undefined || whole.split(/[.,]/).length > 2
  // 0,160 and 012,345 begin with a zero, as no group of thousands does.
  if (grouped && isCertain && !whole.startsWith('0'))
    return { value: Number(`${whole.replace(/[.,]/g, '')}.${fraction || 0}`) }
  const decimal = /^(\d*),(\d*)$/.exec(text)
  if (!decimal || text === ',') return { problem: 'is no number' }
  if (/^[1-9]\d{0,2},\d{3}$/.test(text)) {
    return { problem: `may be ${text.replace(',', '.')} or ${text.replace(',', '')}` }
  }
  return { value: Number(`${decimal[1] || 0}.${decimal[2] || 0}`) }
}

/** `12 ms`, `1h 2m 3.5s` or `PT1M2.5S`: each unit once, the largest first. */
function readWithUnits(text: string): Reading<number> {
  const noTime = { problem: 'is no length of time' }
  const iso = /^P(?:(\d+)D)?(?:T(.*))?$/i.exec(text)
  const rest = iso ? `${iso[1] === undefined ? '' : `${iso[1]}d`}${(iso[2] ?? '').toLowerCase()}` : text
  if (!/^(?:[\d.,]+\s*[a-zµμ]+[\s,]*)+$/i.test(rest)) return noTime
  let seconds = 0
  let before = Number.POSITIVE_INFINITY
  for (const [, amount = '', name = ''] of rest.matchAll(/([\d.,]+?)\s*([a-zµμ]+)[\s,]*/gi)) {
    const unit = secondsOf.get(name.toLowerCase())
    if (unit === undefined || unit >= before) return noTime
    const number = readDecimal(amount)
    if (number.problem !== undefined) return number
    seconds += number.value * unit
    before = unit
  }
  return { value: round(seconds) }
}

/** Without what binary fractions add: nanoseconds are the least that tools write. */
function round(seconds: number): number {
  return Number(seconds.toFixed(9))
}
