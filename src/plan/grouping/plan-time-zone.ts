import { createInputError, type Path } from '../../errors.ts'
import { quote } from '../../template/quote.ts'
import { derive, type Given } from '../open-value.ts'

/** A name of the time zone database. PostgreSQL takes more than names, and reads some of it in another way: `UTC+2` is west of it. */
const form = /^[A-Za-z][A-Za-z_]+(?:\/[A-Za-z0-9_+-]+)*$/

/** Plans the argument `timeZone` of `groupBy`; undefined if it is not given. Throws BAD_USER_INPUT for an unknown zone. */
export function planTimeZone(input: unknown, hasBuckets: boolean, path: Path): Given<string> | undefined {
  if (input === undefined || input === null) return undefined
  if (!hasBuckets) {
    const message =
      'timeZone says where days begin; give buckets such as {_meta: {updateTime: DAY}}, or leave timeZone out'
    throw createInputError([{ path, code: 'GROUP', message }])
  }
  return derive(input as Given<string>, (zone) => {
    if (form.test(zone) && isKnown(zone)) return zone
    const message = `timeZone: ${quote(zone)} is not a time zone; give a name such as "Europe/Berlin" or "UTC"`
    throw createInputError([{ path, code: 'GROUP', message }])
  })
}

function isKnown(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }) !== undefined
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
