import { createInputError, type InputIssue, type Path } from '../errors.ts'
import { assertWithinLimit } from '../limits.ts'
import { checkValue } from '../template/check-value.ts'
import { ValueError } from '../template/field-types/field-type.ts'
import { parseText } from '../template/field-types/parse-text.ts'
import type { Json } from '../template/json.ts'
import type { Field, TemplateModel } from '../template/model.ts'
import { translatePattern } from '../template/patterns/translate-pattern.ts'
import { derive, deriveAt, type Given, gather, settle } from './open-value.ts'
import type { PlanRequest } from './plan-request.ts'
import { isRelative, resolveTimes } from './relative-times.ts'

/** A value to filter by, in its stored form. Throws BAD_USER_INPUT if the value does not have the field's type. */
export function parseFilterValue(
  value: unknown,
  field: Field,
  { model, moment }: PlanRequest,
  path: Path,
): Given<Json> {
  return deriveAt(
    gather(value),
    (one) => isRelative(one, field, model),
    moment,
    (one, time) => {
      const issues: InputIssue[] = []
      const stored = checkFilterValue(one, field, model, path, issues, time)
      if (stored === undefined || issues.length > 0) throw createInputError(issues)
      return stored
    },
  )
}

/**
 * The same for a known value; adds the problems to `issues`. It accepts any value of the type: a value that breaks the field's
 * constraints simply matches no object.
 *
 * @param moment what relative times start from; without it they are problems
 */
export function checkFilterValue(
  value: unknown,
  field: Field,
  model: TemplateModel,
  path: Path,
  issues: InputIssue[],
  moment?: () => Date,
): Json | undefined {
  const known = moment && isRelative(value, field, model) ? resolveTimes(value, field, model, moment(), path) : value
  return checkValue(known, field, path, model, issues, 'type alone')
}

/** Checks all lists of values to filter by: `in`, `hasSome` and the like. Throws LIMIT_EXCEEDED. */
export function parseFilterValues<Value>(
  given: unknown,
  { limits, spent }: PlanRequest,
  path: Path,
  parse: (value: unknown, path: Path) => Value,
): readonly Value[] {
  const values = settle(given) as readonly unknown[]
  assertWithinLimit('listValues', values.length, limits, { path })
  spent.listedValues += values.length
  assertWithinLimit('listedValues', spent.listedValues, limits)
  return values.map((value, i) => parse(value, [...path, i]))
}

/** Names, and positions in lists, inside a `json` value; at most as deep as the limit. Throws LIMIT_EXCEEDED. */
export function parseFilterPath(given: unknown, { limits }: PlanRequest, path: Path): readonly string[] {
  const names = settle(given) as readonly unknown[]
  assertWithinLimit('jsonDepth', names.length, limits, { path })
  return names.map((name, i) => parseKnownText(name, [...path, i]))
}

/** A part of a text to filter by. Throws BAD_USER_INPUT for characters that no stored text can contain. */
export function parseFilterText(value: unknown, path: Path): Given<string> {
  return derive(value, (one) => parseKnownText(one, path))
}

/** A regular expression, in the database's syntax. Throws BAD_USER_INPUT, and LIMIT_EXCEEDED for too many in a request. */
export function parseFilterPattern(value: unknown, { limits, spent }: PlanRequest, path: Path): Given<string> {
  spent.patterns += 1
  assertWithinLimit('patterns', spent.patterns, limits)
  return derive(value, (one) => parseKnownText(one, path, translatePattern))
}

function parseKnownText(value: unknown, path: Path, translate = (text: string) => text): string {
  try {
    return translate(parseText(value))
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    // In a list, the argument is named, not the position.
    const name = path.findLast((part) => typeof part === 'string')
    throw createInputError([{ path, code: error.code, message: `${name}: ${error.message}` }])
  }
}
