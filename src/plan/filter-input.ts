import type { GraphQLError } from 'graphql'
import { createInputError, type Path } from '../errors.ts'
import { assertWithinLimit } from '../limits.ts'
import { type InsteadOfNull, insteadOfFilter, insteadOfNull } from './instead-of-null.ts'
import type { PlanRequest } from './plan-request.ts'

/**
 * The entries of an input object. None of them may be null, so that a filter never silently means "all". Each entry counts as a
 * condition, and so does the object itself. Throws LIMIT_EXCEEDED if the request has too many conditions.
 */
export function entriesOf(
  input: unknown,
  { spent, limits }: PlanRequest,
  path: Path,
  instead: InsteadOfNull = insteadOfNull,
): [string, unknown][] {
  const entries = Object.entries(presentOf(input, path, insteadOfFilter) as Readonly<Record<string, unknown>>)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]): [string, unknown] => [name, presentOf(value, [...path, name], instead)])
  spent.conditions += entries.length + 1
  assertWithinLimit('conditions', spent.conditions, limits)
  return entries
}

/** The entries of a filter that must have at least one: if its variable is missing, it would match everything. */
export function operatorsOf(
  input: unknown,
  request: PlanRequest,
  path: Path,
  instead?: InsteadOfNull,
): [string, unknown][] {
  const entries = entriesOf(input, request, path, instead)
  if (entries.length > 0) return entries
  throw refuseFilter(
    path,
    `the filter at ${path.join('.')} is empty; give a value (its variable may be missing), or leave ${path.at(-1)} out`,
  )
}

export function presentOf(value: unknown, path: Path, instead: InsteadOfNull): unknown {
  if (value !== null) return value
  throw refuseFilter(path, `null is not a value to filter by at ${path.join('.')}; ${instead(String(path.at(-1)))}`)
}

export function refuseFilter(path: Path, message: string): GraphQLError {
  return createInputError([{ path, code: 'FILTER', message }])
}

/**
 * Separates options such as `mode` from the operators of a filter. Options say how or where to compare; a filter with only
 * options would match everything.
 */
export function takeOptions(
  entries: readonly [string, unknown][],
  names: readonly string[],
  path: Path,
): { readonly operators: readonly [string, unknown][]; readonly options: ReadonlyMap<string, unknown> } {
  const options = new Map(entries.filter(([name]) => names.includes(name)))
  const operators = entries.filter(([name]) => !options.has(name))
  if (operators.length > 0) return { operators, options }
  throw refuseFilter(
    path,
    `the filter at ${path.join('.')} has ${[...options.keys()].join(' and ')} but nothing to compare; add an operator, such as equals (its variable may be missing)`,
  )
}
