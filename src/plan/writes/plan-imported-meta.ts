import type { InputIssue, Path } from '../../errors.ts'
import { refuseEpochForFilter } from '../../template/field-types/epoch-time.ts'
import { ValueError } from '../../template/field-types/field-type.ts'
import { parseText } from '../../template/field-types/parse-text.ts'
import { refuseRelativeTime } from '../../template/field-types/relative-time.ts'
import type { Json } from '../../template/json.ts'
import { quote } from '../../template/quote.ts'
import type { ImportedMeta } from '../plan.ts'

/** Of what is imported: each change takes one of the 2,147,483,647 versions that there are, so some must be left. */
export const largestImportedVersion = 2_000_000_000

/** In milliseconds. An export of a moment ago may come from a server whose clock is ahead. */
export const clockTolerance = 60_000

/** By the clock of this server: an object from the future would be the latest one until then, whatever is written. */
function refuseFuture(time: Json | undefined, now: Date): void {
  if (typeof time === 'string' && Date.parse(time) > now.getTime() + clockTolerance)
    throw new ValueError(`${quote(time)} is in the future`, 'FUTURE')
}

/** Plans the `_meta` of an input. GraphQL has already coerced its values; only their own limits remain to be checked. */
export function planImportedMeta(
  input: unknown,
  path: Path,
  now: Date,
  issues: InputIssue[],
): ImportedMeta | undefined {
  if (typeof input !== 'object' || input === null) return undefined
  // A null author means that there was none; any other null is ignored.
  const given = Object.entries(input).filter(
    ([name, value]) => value !== undefined && (value !== null || /By$|For$/.test(name)),
  )
  const meta = Object.fromEntries(given) as ImportedMeta
  if (typeof meta.version === 'number' && meta.version < 1) {
    issues.push({ path: [...path, 'version'], code: 'MINIMUM', message: `version: ${meta.version} is less than 1` })
  }
  if (typeof meta.version === 'number' && meta.version > largestImportedVersion) {
    const message = `version: ${meta.version} is greater than ${largestImportedVersion}, so that few changes would be left for the object`
    issues.push({ path: [...path, 'version'], code: 'MAXIMUM', message })
  }
  for (const name of ['createTime', 'updateTime', 'createdBy', 'updatedBy', 'createdFor', 'updatedFor'] as const) {
    try {
      if (name.endsWith('Time')) {
        refuseEpochForFilter(meta[name])
        refuseRelativeTime(meta[name])
        refuseFuture(meta[name], now)
      } else if (typeof meta[name] === 'string') parseText(meta[name])
    } catch (error) {
      if (!(error instanceof ValueError)) throw error
      issues.push({ path: [...path, name], code: error.code, message: `${name}: ${error.message}` })
    }
  }
  return given.length > 0 ? meta : undefined
}
