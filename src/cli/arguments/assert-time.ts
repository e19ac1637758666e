import { parseDatetime } from '../../template/field-types/datetime.ts'
import { isEpochForFilter, parseEpoch } from '../../template/field-types/epoch-time.ts'
import { ValueError } from '../../template/field-types/field-type.ts'
import { parseUnlessRelative } from '../../template/field-types/relative-time.ts'
import { createUsageError } from '../cli-error.ts'

/** Throws a usage error for what is no time to the registry, which takes relative ones too: `now-1d`. */
export function assertTime(option: string, text: string): void {
  try {
    if (isEpochForFilter(text)) parseEpoch(text)
    else parseUnlessRelative(text, parseDatetime)
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    throw createUsageError(
      `${option} takes a time, such as 2026-11-22T08:00:00Z or now-1d (s m h d w), not ${JSON.stringify(text)}.`,
    )
  }
}
