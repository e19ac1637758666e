import { parseDatetime } from '../../template/field-types/datetime.ts'
import { ValueError } from '../../template/field-types/field-type.ts'
import type { Reading } from './read-time.ts'

/**
 * A point in time, as the registry stores it: `2021-01-15T02:39:20.123456Z`. Without an offset it is UTC. A number counts seconds
 * since 1970 if it is one of this century (ten digits), or milliseconds (13), microseconds (16) or nanoseconds (19); any other
 * number has no unit to go by.
 */
export function readTimestamp(text: string): Reading<string> {
  const whole = text.trim()
  if (/^\d+(?:\.\d+)?$/.test(whole)) return readCount(whole)
  try {
    return { value: parseDatetime(asPrograms(whole), { isForeign: true }) }
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    const isUnclear = /^(?:0?\d|1[0-2])\/(?:0?\d|1[0-2])\/\d{4}\b/.test(whole)
    return {
      problem: isUnclear ? 'does not say which of its numbers is the month' : 'is no point in time that can be read',
    }
  }
}

function readCount(whole: string): Reading<string> {
  const [, seconds, rest = '', decimals = ''] = /^([1-9]\d{9})((?:\d{3}){0,3})(?:\.(\d+))?$/.exec(whole) ?? []
  if (seconds === undefined) return { problem: 'is a number without a unit' }
  return {
    value: parseDatetime(`${new Date(Number(seconds) * 1_000).toISOString().slice(0, 19)}.${rest}${decimals}0Z`),
  }
}

/** A text with the blanks, signs and clock that programs write, where people or templates of reports write others. */
function asPrograms(text: string): string {
  const plain = text
    .replace(/\s+/g, ' ')
    .replace(/(?<=[a-z])\./gi, '') // Nov., a.m.
    .replace(/ at (?=\d)/i, ' ')
    .replace(/(?<=(?<!\d)\d\d?:\d\d:\d\d):(?=\d)/, '.') // 10:00:00:123
    .replace(/ ?\b(?:utc?|gmt) ?(?=[+-]\d)/i, ' ') // UTC+2
  return /\d:\d|\dt\d/i.test(plain) ? plain : `${plain} 00:00`
}
