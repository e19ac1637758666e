import { createInputError } from '../errors.ts'
import { assertWithinLimit } from '../limits.ts'
import type { Template } from '../template/model.ts'
import { quote } from '../template/quote.ts'
import type { LimitedModel } from './limited-model.ts'
import { parseCursor } from './parse-cursor.ts'
import type { OrderTerm, Page } from './plan.ts'

type Path = readonly (string | number)[]

/** Where no size is given; the largest is the limit `pageSize`. */
export const pageSizes = { root: 100, nested: 20 } as const

/** The arguments `first`, `after`, `last` and `before`. Throws BAD_USER_INPUT or LIMIT_EXCEEDED, naming what was given. */
export function planPage(
  args: { readonly first?: unknown; readonly after?: unknown; readonly last?: unknown; readonly before?: unknown },
  order: readonly OrderTerm[],
  template: Template,
  defaultSize: number,
  model: LimitedModel,
  path: Path,
): Page {
  const first = args.first ?? undefined
  const last = args.last ?? undefined
  if (first !== undefined && last !== undefined) {
    throw createInputError([
      { path: [...path, 'last'], code: 'PAGE', message: 'first and last exclude each other; give one of them' },
    ])
  }
  return {
    from: last === undefined ? 'start' : 'end',
    size:
      last === undefined
        ? planSize(first, defaultSize, model, [...path, 'first'])
        : planSize(last, defaultSize, model, [...path, 'last']),
    after: args.after == null ? undefined : parseCursor(args.after, order, template, model, [...path, 'after']),
    before: args.before == null ? undefined : parseCursor(args.before, order, template, model, [...path, 'before']),
  }
}

/** A number of objects, or of groups; undefined for the default. Throws for what is none, and for more than one page holds. */
export function planSize(given: unknown, defaultSize: number, { limits }: LimitedModel, path: Path): number {
  if (given === undefined || given === null) return Math.min(defaultSize, limits.pageSize)
  if (typeof given !== 'number' || given < 0) {
    const message = `${path.at(-1)}: ${quote(given)} is not a page size; give 0 to ${limits.pageSize}`
    throw createInputError([{ path, code: 'PAGE', message }])
  }
  assertWithinLimit('pageSize', given, limits, { place: path.join('.') })
  return given
}
