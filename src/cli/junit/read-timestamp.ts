import type { Reading } from './read-time.ts'

/** The parts of a point in time, as texts. */
interface Parts {
  readonly year?: string
  readonly month?: string
  readonly day?: string
  readonly hour?: string
  readonly minute?: string
  readonly second?: string
  readonly fraction?: string
  readonly half?: string
  readonly zone?: string
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** The offsets of the names that RFC 822 has; other names mean different zones in different countries. */
const zones: Readonly<Record<string, string>> = {
  z: '+00:00',
  ut: '+00:00',
  utc: '+00:00',
  gmt: '+00:00',
  est: '-05:00',
  edt: '-04:00',
  cst: '-06:00',
  cdt: '-05:00',
  mst: '-07:00',
  mdt: '-06:00',
  pst: '-08:00',
  pdt: '-07:00',
}

const clock = String.raw`(?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,:](?<fraction>\d+))?)?(?:\s*(?<half>[AaPp])\.?[Mm]\.?)?`
// An offset, a name, or a name with an offset, and what JavaScript adds in parentheses or Java in brackets.
const zone = String.raw`\s*(?<zone>(?:[A-Za-z]{1,4}\b)?(?:\s*[+-]\d\d?(?::?\d\d)?)?)(?:\s*[([][^)\]]*[)\]])?`
const monthName = String.raw`(?<month>[A-Za-z]{3})[a-z]*\.?`
const weekday = String.raw`(?:[A-Za-z]{3,9}\.?,?\s+)?`

/** The forms of points in time, most common first. A slash between a day and a month says nothing of their order. */
const forms: readonly RegExp[] = [
  // 2021-01-15T03:39:20.123+01:00, 2021-01-15 03:39:20 UTC, 2021/01/15 03:39, 2021-01-15
  String.raw`(?<year>\d{4})([-/.])(?<month>\d\d?)\2(?<day>\d\d?)(?:(?:[Tt_]|\s+)${clock}${zone})?`,
  // 20210115T033920Z
  String.raw`(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)[Tt](?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)?(?:[.,](?<fraction>\d+))?${zone}`,
  // Fri, 29 Nov 2013 15:51:33 GMT; 29-Nov-2013 15:51:33
  String.raw`${weekday}(?<day>\d\d?)[\s-]${monthName}[\s-](?<year>\d{4}),?(?:\s+${clock}${zone})?`,
  // Fri Nov 29 2013 15:51:33 GMT+0100 (CET); Nov 29, 2013 3:51:33 PM
  String.raw`${weekday}${monthName}\s+(?<day>\d\d?),?\s+(?<year>\d{4}),?(?:\s+(?:at\s+)?${clock}${zone})?`,
  // Fri Nov 29 15:51:33 UTC 2013
  String.raw`${weekday}${monthName}\s+(?<day>\d\d?)\s+${clock}${zone}\s+(?<year>\d{4})`,
  // 29.11.2013 15:51:33
  String.raw`(?<day>\d\d?)\.(?<month>\d\d?)\.(?<year>\d{4}),?(?:\s+${clock}${zone})?`,
  // 11/29/2013 3:51:33 PM, where only one of the two can be the month
  String.raw`(?<month>0?[1-9]|1[0-2])/(?<day>1[3-9]|2\d|3[01])/(?<year>\d{4}),?(?:\s+${clock}${zone})?`,
  String.raw`(?<day>1[3-9]|2\d|3[01])/(?<month>0?[1-9]|1[0-2])/(?<year>\d{4}),?(?:\s+${clock}${zone})?`,
].map((form) => new RegExp(`^${form}$`))

const longest = 100

/**
 * A point in time, as the registry takes it: `2021-01-15T03:39:20.123456+01:00`. Without an offset it is UTC. A number counts
 * seconds since 1970 if it is one of this century (ten digits), or milliseconds (thirteen); any other number has no unit to go by.
 */
export function readTimestamp(text: string): Reading<string> {
  const whole = text.trim()
  const problem = 'is no point in time that can be read'
  if (whole === '' || whole.length > longest) return { problem }
  const count = /^(\d+)(?:\.(\d+))?$/.exec(whole)
  if (count) return readCount(count[1] as string, count[2])
  for (const form of forms) {
    const parts = form.exec(whole)?.groups
    if (parts) return readParts(parts) ?? { problem }
  }
  return /^\d\d?\/\d\d?\/\d{4}\b/.test(whole)
    ? { problem: 'does not say which of its numbers is the month' }
    : { problem }
}

function readCount(digits: string, fraction = ''): Reading<string> {
  const scale = digits.startsWith('0') ? undefined : { 10: 1_000, 13: 1, 16: 1e-3, 19: 1e-6 }[digits.length]
  if (scale === undefined) return { problem: 'is a number without a unit' }
  const milliseconds = Number(digits) * scale + (scale === 1_000 ? Number(`0.${fraction || 0}`) * 1_000 : 0)
  return { value: new Date(milliseconds).toISOString() }
}

function readParts({
  year = '',
  month = '',
  day = '',
  hour = '0',
  half,
  zone = '',
  ...rest
}: Parts): Reading<string> | undefined {
  const { minute = '00', second = '00', fraction = '' } = rest
  const monthNumber = /\d/.test(month) ? Number(month) : months.indexOf(month.toLowerCase()) + 1
  const date = `${year}-${two(monthNumber)}-${two(day)}`
  const offset = readOffset(zone)
  const hours = half === undefined ? Number(hour) : readHalf(Number(hour), half)
  // JavaScript takes February 30 for March 2.
  const noon = new Date(`${date}T12:00:00Z`)
  const isDate = !Number.isNaN(noon.getTime()) && noon.toISOString().startsWith(date) && year > '0000'
  if (!isDate || offset === undefined || hours === undefined || hours > 23 || minute > '59' || second > '59')
    return undefined
  const digits = fraction.slice(0, 6)
  return { value: `${date}T${two(hours)}:${minute}:${second}${digits === '' ? '' : `.${digits}`}${offset}` }
}

/** The hour of 24, of one of 12; undefined if there is no such hour. */
function readHalf(hour: number, half: string): number | undefined {
  if (hour < 1 || hour > 12) return undefined
  return (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
}

/** `+01:00`, from `+0100`, `+1`, `UTC`, `GMT+0100`; no zone is UTC. Undefined for a name that is not known. */
function readOffset(zone: string): string | undefined {
  const [, name = '', sign = '', hours = '', minutes = '00'] =
    /^([A-Za-z]*)\s*(?:([+-])(\d\d?):?(\d\d)?)?$/.exec(zone.trim()) ?? []
  const named =
    name === '' ? '+00:00' : Object.hasOwn(zones, name.toLowerCase()) ? zones[name.toLowerCase()] : undefined
  if (sign === '' || named === undefined) return named
  // UTC+2 is an offset from UTC; EST+2 would be one from another zone.
  if (named !== '+00:00' || Number(hours) > 23 || minutes > '59') return undefined
  return `${sign}${two(hours)}:${minutes}`
}

function two(number: number | string): string {
  return String(number).padStart(2, '0')
}
