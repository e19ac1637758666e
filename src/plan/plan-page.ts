import { createCallerError, createInputError } from '../errors.ts'
import { quote } from '../template/quote.ts'
import { parseCursor } from './parse-cursor.ts'
import type { OrderTerm, Page } from './plan.ts'

type Path = readonly (string | number)[]

export const pageSizes = { root: 100, nested: 20, largest: 1_000 } as const

/** The arguments `first`, `after`, `last` and `before`. Throws BAD_USER_INPUT or LIMIT_EXCEEDED, naming what was given. */
export function planPage(
  args: { readonly first?: unknown; readonly after?: unknown; readonly last?: unknown; readonly before?: unknown },
  order: readonly OrderTerm[],
  defaultSize: number,
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
        ? planSize(first ?? defaultSize, [...path, 'first'], 'ask for the next page with after: <endCursor>')
        : planSize(last, [...path, 'last'], 'ask for the page before with before: <startCursor>'),
    after: args.after == null ? undefined : parseCursor(args.after, order, [...path, 'after']),
    before: args.before == null ? undefined : parseCursor(args.before, order, [...path, 'before']),
  }
}

/** A number of objects, or of groups. Throws for what is none, and for more than one page holds, saying what to do instead. */
export function planSize(size: unknown, path: Path, advice: string): number {
  const name = path.at(-1)
  if (typeof size !== 'number' || size < 0) {
    throw createInputError([
      { path, code: 'PAGE', message: `${name}: ${quote(size)} is not a page size; give 0 to ${pageSizes.largest}` },
    ])
  }
  if (size > pageSizes.largest) {
    throw createCallerError(
      'LIMIT_EXCEEDED',
      `${name}: ${size} is more than a page holds, ${pageSizes.largest}; ${advice}`,
    )
  }
  return size
}
