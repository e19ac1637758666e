import { quote } from '../quote.ts'
import { comparisonOperators, equalityOperators, type FieldType, ValueError } from './field-type.ts'

/**
 * A length of time. It accepts `90m`, `1h30m`, `1.5s`, and ISO 8601: `PT90M`, `P1DT2H`, `P1W`. Stored as ISO 8601, with days of
 * 24 hours: `PT1H30M`, `P1DT2H`, `PT0S`. Years and months are refused because they have no fixed length.
 */
export const durationType: FieldType = {
  name: 'duration',
  scalar: {
    name: 'Duration',
    description:
      'A length of time, such as `90m`, `1h30m`, `1.5s` or `P1DT2H`; weeks, days, hours, minutes, seconds and milliseconds (`w d h m s ms`). It is returned in ISO 8601, with days of 24 hours: `PT1H30M`.',
    parse: parseDuration,
  },
  operators: [...equalityOperators, ...comparisonOperators],
  ordering: 'duration',
  totals: { avg: 'Duration', sum: 'Duration' },
  canBeKey: true,
  constraints: [],
  parse: (value) => parseDuration(value),
}

const shortForm = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)(?:\.(\d+))?s)?(?:(\d+)ms)?$/
/** ISO 8601-1, section 5.5.2, with weeks in addition to days as in its second part. */
const isoForm = /^P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d+))?S)?)?$/
const calendarForm = /^(P[^T]*\d[YM]|\d+(y|mo|month|year))/
const longest = 100

/** A week, a day, an hour, a minute and a second, in microseconds. */
const units = [604_800_000_000n, 86_400_000_000n, 3_600_000_000n, 60_000_000n, 1_000_000n] as const
const [, day, hour, minute, second] = units
const mostDays = 1_000_000_000n

/** The stored form of a duration. Throws `ValueError`. */
export function parseDuration(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') {
    throw new ValueError(`${quote(value)} has no unit; write a duration such as "${value}s" or "${value}m"`)
  }
  const text = typeof value === 'string' && value.length <= longest ? value : ''
  if (/^[-−]/.test(text)) throw new ValueError(`${quote(value)} is negative, which a duration cannot be`)
  if (calendarForm.test(text)) {
    throw new ValueError(`${quote(value)} has years or months, which differ in length; write days or weeks`)
  }
  const match = text === '' ? null : (shortForm.exec(text) ?? isoForm.exec(text))
  if (!match) throw new ValueError(`${quote(value)} is not a duration such as "90m", "1h30m" or "P1DT2H"`)
  const [, weeks, days, hours, minutes, seconds, fraction = '', milliseconds] = match
  if (/[1-9]/.test(fraction.slice(6))) {
    throw new ValueError(`${quote(value)} has more than six decimals; at most six can be stored`)
  }
  const counts = [weeks, days, hours, minutes, seconds]
  const whole = units.reduce((sum, unit, i) => sum + BigInt(counts[i] ?? 0) * unit, 0n)
  const rest = BigInt(fraction.slice(0, 6).padEnd(6, '0')) + BigInt(milliseconds ?? 0) * 1_000n
  const total = whole + rest
  if (total >= mostDays * day) throw new ValueError(`${quote(value)} is not less than ${mostDays} days`)
  return printDuration(total)
}

/** `registry_duration_text` does the same in the database. */
function printDuration(microseconds: bigint): string {
  const days = part(microseconds / day, 'D')
  const time = [part((microseconds % day) / hour, 'H'), part((microseconds % hour) / minute, 'M')].join('')
  const fraction = String(microseconds % second)
    .padStart(6, '0')
    .replace(/0+$/, '')
  const whole = (microseconds % minute) / second
  const seconds = fraction === '' ? part(whole, 'S') : `${whole}.${fraction}S`
  const clock = time + seconds
  if (clock !== '') return `P${days}T${clock}`
  return days === '' ? 'PT0S' : `P${days}`
}

function part(count: bigint, unit: string): string {
  return count === 0n ? '' : `${count}${unit}`
}
