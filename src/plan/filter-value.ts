import { createInputError, type InputIssue } from '../errors.ts'
import { assertWithinLimit } from '../limits.ts'
import { checkValue } from '../template/check-value.ts'
import { ValueError } from '../template/field-types/field-type.ts'
import { parseText } from '../template/field-types/parse-text.ts'
import type { Json } from '../template/json.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import type { LimitedModel } from './limited-model.ts'

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

/** All lists of values to filter by come through here: `in`, `hasSome` and their like. Throws LIMIT_EXCEEDED. */
export function parseFilterValues<Value>(
  values: readonly unknown[],
  { limits }: LimitedModel,
  path: Path,
  parse: (value: unknown, path: Path) => Value,
): readonly Value[] {
  assertWithinLimit('listValues', values.length, limits, { path })
  return values.map((value, i) => parse(value, [...path, i]))
}

/** Names, and places in lists, inside of a `json` value, which is no deeper than the limit. Throws LIMIT_EXCEEDED. */
export function parseFilterPath(names: readonly unknown[], { limits }: LimitedModel, path: Path): readonly string[] {
  assertWithinLimit('jsonDepth', names.length, limits, { path })
  return names.map((name, i) => parseFilterText(name, [...path, i]))
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
