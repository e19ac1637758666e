import { createInputError, type Path } from '../errors.ts'
import { assertWithinLimit } from '../limits.ts'
import type { Template } from '../template/model.ts'
import { quote } from '../template/quote.ts'
import { settle } from './open-value.ts'
import { parseCursor } from './parse-cursor.ts'
import type { OrderTerm, Page } from './plan.ts'
import type { PlanRequest } from './plan-request.ts'

/** Page sizes if none is given. The limit `pageSize` is the maximum. */
export const pageSizes = { root: 100, nested: 20 } as const

/** Plans the arguments `first`, `after`, `last` and `before`. Throws BAD_USER_INPUT or LIMIT_EXCEEDED, with the given value. */
export function planPage(
  args: { readonly first?: unknown; readonly after?: unknown; readonly last?: unknown; readonly before?: unknown },
  order: readonly OrderTerm[],
  template: Template,
  defaultSize: number,
  request: PlanRequest,
  path: Path,
): Page {
  const planCursor = (cursor: unknown, at: Path) =>
    cursor == null ? undefined : parseCursor(settle(cursor), order, template, request, at)
  const first = settle(args.first) ?? undefined
  const last = settle(args.last) ?? undefined
  if (first !== undefined && last !== undefined) {
    throw createInputError([
      { path: [...path, 'last'], code: 'PAGE', message: 'first and last cannot be given together; give one of them' },
    ])
  }
  return {
    from: last === undefined ? 'start' : 'end',
    size:
      last === undefined
        ? planSize(first, defaultSize, request, [...path, 'first'])
        : planSize(last, defaultSize, request, [...path, 'last']),
    after: planCursor(args.after, [...path, 'after']),
    before: planCursor(args.before, [...path, 'before']),
  }
}

/** A number of objects or groups; `undefined` and null give the default. Throws for an invalid number, and for more than the largest page. */
export function planSize(given: unknown, defaultSize: number, { limits }: PlanRequest, path: Path): number {
  if (given === undefined || given === null) return Math.min(defaultSize, limits.pageSize)
  if (typeof given !== 'number' || given < 0) {
    const message = `${path.at(-1)}: ${quote(given)} is not a page size; give 0 to ${limits.pageSize}`
    throw createInputError([{ path, code: 'PAGE', message }])
  }
  const remedy = path.at(-1) === 'last' ? 'Ask for one page after another: before: <startCursor>.' : undefined
  assertWithinLimit('pageSize', given, limits, { path, remedy })
  return given
}
