import { quote } from '../quote.ts'
import { isCalendarDate } from './date.ts'
import { ValueError } from './field-type.ts'

/** Where a time stands: `isForeign` in a file of another program, which nobody can mend. */
export interface TimeOrigin {
  readonly isForeign?: boolean
}

/** A point in time, to the second, and the further digits of the second as they were written. */
export interface WrittenTime {
  readonly moment: Date
  readonly fraction: string
}

const clock = String.raw`(?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d+))?)?(?: ?(?<half>[ap]m))?`
const weekday = `(?:(?<weekday>[a-z]{3,9}),? +)?`

/** The forms that programs write, without the offset at the end. Each names the month or begins with the year, so no two days are meant. */
const programForms = [
  // 2026-03-29T10:00:00.123Z, 2026-03-29 10:00:00 +0200, 2026/03/29 10:00:00 +0200
  String.raw`(?<year>\d{4})(?<between>[-/])(?<month>\d\d)\k<between>(?<day>\d\d)(?:t| +)${clock}`,
  // 20260329T080000Z
  String.raw`(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)t(?<hour>\d\d)(?<minute>\d\d)(?:(?<second>\d\d)(?:[.,](?<fraction>\d+))?)?`,
  // Sun, 29 Mar 2026 08:00:00 GMT, 29/Mar/2026:10:00:00 +0200
  String.raw`${weekday}(?<day>\d{1,2})(?<between>[ /-])(?<month>[a-z]{3,9})\k<between>(?<year>\d{4})(?:,? +|:)${clock}`,
  // Sun Mar 29 2026 10:00:00 GMT+0200 (Central European Summer Time)
  String.raw`${weekday}(?<month>[a-z]{3,9}) +(?<day>\d{1,2}),? +(?<year>\d{4}),? +${clock}`,
  // Sun Mar 29 10:00:00 2026 +0200, Sun Mar 29 08:00:00 UTC 2026, Sun Mar 29 10:00:00 +0200 2026, Mar 29 08:00:00 2026 GMT
  String.raw`${weekday}(?<month>[a-z]{3,9}) +(?<day>\d{1,2}) +${clock}(?: +(?<zoneBefore>[a-z+-][\w:+-]*))? +(?<year>\d{4})`,
]

/** Those in which people write, or programs for people. With slashes, a day up to the twelfth may be a month. */
const peopleForms = [
  // 2026-3-29 10:00, 2026.03.29 10:00, 2026-03-29_10:00
  String.raw`(?<year>\d{4})(?<between>[-/.])(?<month>\d\d?)\k<between>(?<day>\d\d?)[t_ ]${clock}`,
  // 29.3.2026, 10:00
  String.raw`(?<day>\d\d?)\.(?<month>\d\d?)\.(?<year>\d{4}),? ${clock}`,
  // 3/29/2026, 10:00 AM and 29/3/2026 10:00, where only one of the two can be the month
  String.raw`(?<month>\d\d?)/(?<day>1[3-9]|[23]\d)/(?<year>\d{4}),? ${clock}`,
  String.raw`(?<day>1[3-9]|[23]\d)/(?<month>\d\d?)/(?<year>\d{4}),? ${clock}`,
]

const compileForms = (forms: readonly string[]) =>
  forms.map((form) => new RegExp(`^${form}(?![\\d.,:])(?<zone>.*)$`, 'i'))
const storedForms = compileForms(programForms)
const foreignForms = compileForms([...programForms, ...peopleForms])

/** Where a time zone is meant by its place, as in Java, or by its letters, as in Go, it stands behind the offset. */
const zoneForm =
  /^(?:(?<utc>z|(?:utc?|gmt)(?<ahead>[+-]\d\d:?\d\d)?)|(?<offset>[+-](?:\d\d(?::?\d\d)?|\d(?::\d\d)?)))(?:\[(?<region>[\w/+-]+)\]| +(?<name>[a-z]{1,5}|[+-]\d\d(?:\d\d)?)| +\((?<comment>[^()]+)\))?(?: m=[+-][\d.]+)?$/i

const monthNames = 'january february march april may june july august september october november december'.split(' ')
const dayNames = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

/**
 * The offsets, in minutes, that the letters of a time zone stand for, the one of RFC 822 first; letters that are not here may stand
 * for any.
 */
const offsetsOf: ReadonlyMap<string, readonly number[]> = new Map([
  ['Z', [0]],
  ['UT', [0]],
  ['UTC', [0]],
  ['GMT', [0]],
  ['WET', [0]],
  ['WEST', [60]],
  ['CET', [60]],
  ['CEST', [120]],
  ['EET', [120]],
  ['EEST', [180]],
  ['MSK', [180, 240]],
  ['BST', [60, 360, 660]],
  ['IST', [60, 120, 330]],
  ['JST', [540]],
  ['EST', [-300, 600, 660]],
  ['EDT', [-240]],
  ['CST', [-360, -300, 480, 570, 630]],
  ['CDT', [-300, -240]],
  ['MST', [-420]],
  ['MDT', [-360]],
  ['PST', [-480, 480]],
  ['PDT', [-420]],
])

/**
 * Reads a time with an offset from UTC, in any form in which programs write one. Undefined if the text is in no such form, or names a
 * time that does not exist. Throws `ValueError` if the text leaves open which time it means, or contradicts itself.
 *
 * A foreign time may also be in a form of people and lack the offset: it is UTC then. The letters of RFC 822 are offsets, and the day
 * of the week, which may be in another language, is not checked.
 */
export function readTime(text: string, { isForeign = false }: TimeOrigin = {}): WrittenTime | undefined {
  if (text.length > 100) return undefined
  const parts = firstMatch(text, isForeign ? foreignForms : storedForms)
  if (!parts) return refuseUnclearOrder(text)
  const { year = '', day = '', minute = '', second = '00', fraction = '' } = parts
  const date = `${year}-${monthOf(parts['month'] ?? '')}-${day.padStart(2, '0')}`
  const hour = hourOf((parts['hour'] ?? '').padStart(isForeign ? 2 : 1, '0'), parts['half'])
  if (hour === undefined || hour > '23' || minute > '59' || second > '59' || !isCalendarDate(date)) return undefined
  const wall = Date.parse(`${date}T${hour}:${minute}:${second}Z`)
  const zone = [parts['zone']?.replace(/^ +/, ''), parts['zoneBefore']].filter(Boolean).join(' ')
  const offset = (isForeign ? supposeOffset(zone) : undefined) ?? readOffset(text, wall, zone)
  if (offset === undefined || !(isForeign || isWeekday(text, date, parts['weekday']))) return undefined
  return { moment: new Date(wall - offset * 60_000), fraction }
}

function firstMatch(text: string, forms: readonly RegExp[]): Readonly<Record<string, string | undefined>> | undefined {
  for (const form of forms) {
    const groups = form.exec(text)?.groups
    if (groups) return groups
  }
  return undefined
}

function refuseUnclearOrder(text: string): undefined {
  if (!/^\d{1,2}([./-])\d{1,2}\1\d{2,4}\b/.test(text)) return undefined
  throw new ValueError(
    `${quote(text)} does not say which number is the day and which the month; begin with the year, as in "2026-11-22T07:57:31Z"`,
  )
}

/** Two digits; `00` for the name of no month. */
function monthOf(written: string): string {
  return (/^\d/.test(written) ? written : String(placeOf(written, monthNames) + 1)).padStart(2, '0')
}

/** Where a list has the name that a text is, or begins with three letters of; -1 if it has none. */
function placeOf(written: string, names: readonly string[]): number {
  return names.findIndex((name) => name.startsWith(written.toLowerCase()))
}

/** Two digits; undefined if it is no hour. */
function hourOf(written: string, half: string | undefined): string | undefined {
  if (half === undefined) return written.length === 2 ? written : undefined
  const hour = Number(written)
  if (hour < 1 || hour > 12) return undefined
  return String((hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0)).padStart(2, '0')
}

function isWeekday(text: string, date: string, written: string | undefined): boolean {
  if (written === undefined) return true
  const place = placeOf(written, dayNames)
  if (place === -1) return false
  const actual = new Date(`${date}T00:00:00Z`).getUTCDay()
  if (place === actual) return true
  throw new ValueError(`${quote(text)} contradicts itself: ${date} is a ${capitalize(dayNames[actual] ?? '')}`)
}

/** In minutes, what RFC 822 has for American letters; UTC where nothing is written. Undefined for any other text. */
function supposeOffset(zone: string): number | undefined {
  if (zone === '') return 0
  return /^[ecmp][sd]t$/i.test(zone) ? namedOffsets(zone)?.[0] : undefined
}

/** In minutes; undefined if it is none. `wall` is the time, in milliseconds, that clocks show there. */
function readOffset(text: string, wall: number, zone: string): number | undefined {
  if (zone === '')
    throw new ValueError(`${quote(text)} has no offset from UTC; end it with Z, or with one such as +02:00`)
  const groups = zoneForm.exec(zone)?.groups
  if (!groups) return refuseNameAlone(text, zone)
  const { utc, ahead, region, name = groups['comment'] } = groups
  const written = ahead ?? groups['offset']
  const offset = written === undefined ? 0 : toMinutes(written)
  if (offset === undefined) return undefined
  const isOther = name !== undefined && !(namedOffsets(name)?.includes(offset) ?? true)
  if (isOther) throw new ValueError(`${quote(text)} contradicts itself: ${name} is not ${written ?? utc}`)
  // With Z, the place only says where the clocks are, not what they show (RFC 9557, section 2.2).
  if (region !== undefined) assertRegion(text, region, utc?.toLowerCase() === 'z' ? undefined : offset, wall)
  return offset
}

function refuseNameAlone(text: string, zone: string): undefined {
  if (!/^(?:[a-z]{1,5}|\[[^\]]+\]|[a-z]+\/[\w/]+)$/i.test(zone)) return undefined
  throw new ValueError(
    `${quote(text)} names a time zone without its offset from UTC; give the offset itself, such as +02:00`,
  )
}

function namedOffsets(name: string): readonly (number | undefined)[] | undefined {
  return /^[+-]/.test(name) ? [toMinutes(name)] : offsetsOf.get(name.toUpperCase())
}

/** `+02:00`, `+0200`, `+02` or `+2` */
function toMinutes(written: string): number | undefined {
  const [, sign, hours = '', minutes = '0'] = /^([+-])(\d\d?):?(\d\d)?$/.exec(written) ?? []
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

/** Throws `ValueError` if there is no such time zone, or clocks had another offset there. */
function assertRegion(text: string, region: string, offset: number | undefined, wall: number): void {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en', { timeZone: region, timeZoneName: 'longOffset' })
  } catch {
    throw new ValueError(`${quote(text)} names a time zone that does not exist: ${region}`)
  }
  if (offset === undefined) return
  const parts = format.formatToParts(wall - offset * 60_000)
  const actual = parts.find(({ type }) => type === 'timeZoneName')?.value.replace('GMT', '') || '+00:00'
  if (toMinutes(actual) !== offset)
    throw new ValueError(`${quote(text)} contradicts itself: the offset in ${region} was ${actual} then`)
}

function capitalize(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
}
