import { createCallerError, createInputError, type InputIssue } from '../errors.ts'
import { checkValue } from '../template/check-value.ts'
import { ValueError } from '../template/field-types/field-type.ts'
import { parseText } from '../template/field-types/parse-text.ts'
import type { Json } from '../template/json.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'

type Path = readonly (string | number)[]
type TemplatesByName = Pick<TemplateModel, 'byName'>

/** A value to filter by, in its stored form. Throws BAD_USER_INPUT for values that are none of the field's type. */
export function parseFilterValue(value: unknown, field: Field, model: TemplateModel, path: Path): Json {
  const issues: InputIssue[] = []
  const stored = checkFilterValue(value, field, model, path, issues)
  if (stored === undefined || issues.length > 0) throw createInputError(issues)
  return stored
}

/**
 * The same, with what is wrong added to `issues`. It is any value of the type: what the field's constraints forbid is
 * found nowhere, which is an answer.
 */
export function checkFilterValue(
  value: unknown,
  field: Field,
  model: TemplateModel,
  path: Path,
  issues: InputIssue[],
): Json | undefined {
  return checkValue(value, withoutConstraints(field), path, templatesWithoutConstraints(model), issues)
}

/** What one filter may hold; passing a limit is LIMIT_EXCEEDED. */
const filterLimits = {
  /** In one list. */
  values: 10_000,
  /** Of a path inside of `json`, which is no deeper. */
  names: 64,
} as const

/** All lists of values to filter by come through here: `in`, `hasSome` and their like. Throws LIMIT_EXCEEDED. */
export function parseFilterValues<Value>(
  values: readonly unknown[],
  path: Path,
  parse: (value: unknown, path: Path) => Value,
): readonly Value[] {
  assertFilterLimit('values', values.length, path, 'split them over several requests')
  return values.map((value, i) => parse(value, [...path, i]))
}

/** Names, and places in lists, inside of a `json` value. Throws LIMIT_EXCEEDED. */
export function parseFilterPath(names: readonly unknown[], path: Path): readonly string[] {
  assertFilterLimit('names', names.length, path, 'no stored value is nested deeper')
  return names.map((name, i) => parseFilterText(name, [...path, i]))
}

function assertFilterLimit(limit: keyof typeof filterLimits, given: number, path: Path, hint: string): void {
  const allowed = filterLimits[limit]
  if (given <= allowed) return
  const [asked, most] = [given, allowed].map((count) => count.toLocaleString('en-US'))
  throw createCallerError('LIMIT_EXCEEDED', `${path.at(-1)}: ${asked} ${limit}, at most ${most} are allowed; ${hint}`)
}

/** A part of a text to filter by. Throws BAD_USER_INPUT for what no stored text can hold. */
export function parseFilterText(value: unknown, path: Path): string {
  try {
    return parseText(value)
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    throw createInputError([{ path, code: error.code, message: `${path.at(-1)}: ${error.message}` }])
  }
}

const templatesOf = new WeakMap<TemplateModel, TemplatesByName>()

/** The templates as `checkValue` asks for them: the keys of references' targets, which have constraints of their own. */
function templatesWithoutConstraints(model: TemplateModel): TemplatesByName {
  const cached = templatesOf.get(model)
  if (cached) return cached
  const byName = new Map(
    model.templates.map((template): [string, Template] => [
      template.name,
      { ...template, key: template.key.map(withoutConstraints) },
    ]),
  )
  templatesOf.set(model, { byName })
  return { byName }
}

const fieldsWithoutConstraints = new WeakMap<Field, Field>()

/** An index limits the length of values as a constraint does. */
function withoutConstraints(field: Field): Field {
  const cached = fieldsWithoutConstraints.get(field)
  if (cached) return cached
  const members = field.members.map(withoutConstraints)
  const free = { ...field, constraints: {}, indexed: false, unique: false, members }
  fieldsWithoutConstraints.set(field, free)
  return free
}
