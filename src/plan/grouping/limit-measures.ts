import { createInputError, type Path } from '../../errors.ts'
import { assertWithinLimit } from '../../limits.ts'
import { quote } from '../../template/quote.ts'
import { derive, type Given } from '../open-value.ts'
import type { PlanRequest } from '../plan-request.ts'

/** Counts a measure that sorts or filters all objects once more. Throws LIMIT_EXCEEDED for too many in a request. */
export function countMeasure({ limits, spent }: PlanRequest, path: Path): void {
  spent.measures += 1
  assertWithinLimit('measures', spent.measures, limits, { path })
}

/** The part of the values that lies below a percentile. Throws BAD_USER_INPUT unless it is from 0 to 1. */
export function planFraction(given: unknown, path: Path): Given<number> {
  return derive(given as Given<number>, (fraction) => {
    if (fraction >= 0 && fraction <= 1) return fraction
    const instead =
      fraction > 1 && fraction <= 100
        ? `write ${Number((fraction / 100).toPrecision(15))} for ${fraction} percent`
        : 'give 0.5 for the median'
    const message = `fraction: ${quote(fraction)} is not from 0 to 1; ${instead}`
    throw createInputError([{ path, code: 'FRACTION', message }])
  })
}
