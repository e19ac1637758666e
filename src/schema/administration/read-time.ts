import { createInputError, type Path } from '../../errors.ts'
import { parseDatetime } from '../../template/field-types/datetime.ts'
import { refuseEpochForFilter } from '../../template/field-types/epoch-time.ts'
import { ValueError } from '../../template/field-types/field-type.ts'
import { isRelativeTime, resolveRelativeTime } from '../../template/field-types/relative-time.ts'

/** The time of an argument in its stored form; `now-1d` counts from now. Throws BAD_USER_INPUT. */
export function readTime(value: unknown, now: Date, path: Path): string {
  try {
    if (isRelativeTime(value)) return resolveRelativeTime(value, 'datetime', now)
    refuseEpochForFilter(value)
    return parseDatetime(value)
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    throw createInputError([{ path, code: error.code, message: `${path.at(-1)}: ${error.message}.` }])
  }
}
