import { parseDuration } from '../field-types/duration.ts'
import { ValueError } from '../field-types/field-type.ts'
import { quote } from '../quote.ts'

/** A hundred years: what is older cannot be subtracted from every point in time. */
const mostDays = 36_500

/** The stored form of `staleAfter`: `P14D`. Throws `ValueError`. */
export function parseStaleAfter(written: string): string {
  const duration = parseDuration(written)
  if (duration === 'PT0S') throw new ValueError(`${quote(written)} is no time at all`)
  const days = Number(/^P(\d+)D/.exec(duration)?.[1] ?? 0)
  if (days >= mostDays) throw new ValueError(`${quote(written)} is not less than ${mostDays} days`)
  return duration
}
