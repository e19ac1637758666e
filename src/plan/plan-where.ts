import { createInputError } from '../errors.ts'
import type { OperatorName } from '../template/field-types/field-type.ts'
import type { Json } from '../template/json.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import { printKey, printTargetKeys } from '../template/object-key.ts'
import { templateOf } from '../template/template-of.ts'
import { allOf, always, anyOf, type Condition, type MetaFieldName, namedKeys, negate } from './condition.ts'
import { parseFilterText, parseFilterValue } from './filter-value.ts'

type Path = readonly (string | number)[]
type Input = Readonly<Record<string, unknown>>

/** A `where` argument, coerced by GraphQL, as a condition. Throws BAD_USER_INPUT, with the place, for null anywhere. */
export function planWhere(input: unknown, template: Template, model: TemplateModel, path: Path): Condition {
  return allOf(
    entriesOf(input, path).map(([name, value]) => {
      const place = [...path, name]
      if (name === 'AND')
        return allOf(listOf(value, place).map((one, i) => planWhere(one, template, model, [...place, i])))
      if (name === 'OR')
        return anyOf(listOf(value, place).map((one, i) => planWhere(one, template, model, [...place, i])))
      if (name === 'NOT') {
        return allOf(listOf(value, place).map((one, i) => negate(planWhere(one, template, model, [...place, i]))))
      }
      if (name === '_meta') return planMetaWhere(value, place)
      if (name === 'isNull')
        throw refuseFilter(place, 'isNull stands directly inside a reference, as in image: {isNull: true}')
      const field = template.fieldByName.get(name)
      if (field?.reference)
        return field.list ? planListWhere(value, field, model, place) : planReferenceWhere(value, field, model, place)
      if (field) return planFieldWhere(value, field, template, model, place)
      return planRelatedWhere(value, name, template, model, place)
    }),
  )
}

/** An equality filter argument, coerced by GraphQL. Throws BAD_USER_INPUT for null. */
export function planEquality(
  value: unknown,
  field: Field,
  template: Template,
  model: TemplateModel,
  path: Path,
): Condition {
  const given = presentOf(value, path)
  const stored = parseFilterValue(given, field, model, path)
  if (field.reference) return { kind: 'referenceKey', field, key: printTargetKeys(field, stored, model) }
  return withKey({ kind: 'field', field, operator: 'equals', value: stored }, template, model)
}

function planFieldWhere(input: unknown, field: Field, template: Template, model: TemplateModel, path: Path): Condition {
  return allOf(
    operatorsOf(input, path).map(([name, value]): Condition => {
      const operator = name as OperatorName
      const place = [...path, name]
      if (operator === 'isNull') return { kind: 'field', field, operator, value: value as boolean }
      if (operator === 'in' || operator === 'notIn') {
        const values = listOf(value, place).map((one, i) =>
          parseFilterValue(presentOf(one, [...place, i]), field, model, [...place, i]),
        )
        if (operator === 'notIn' && values.length === 0) return always
        return withKey({ kind: 'field', field, operator, value: values }, template, model)
      }
      if (operator === 'contains' || operator === 'startsWith' || operator === 'endsWith') {
        return { kind: 'field', field, operator, value: parseFilterText(value, place) }
      }
      return withKey(
        { kind: 'field', field, operator, value: parseFilterValue(value, field, model, place) },
        template,
        model,
      )
    }),
  )
}

/**
 * A value of the only key field names the object too, and the primary key finds it sooner than any other index. The
 * value is compared nonetheless: keys are the same in every Unicode form, values are not.
 */
function withKey(
  condition: Extract<Condition, { kind: 'field' }>,
  template: Template,
  model: TemplateModel,
): Condition {
  const { field, operator, value } = condition
  const keyOf = (one: Json) => printKey(template, { [field.name]: one }, model)
  if (!field.isKey || template.key.length > 1) return condition
  if (operator === 'equals') return allOf([{ kind: 'key', key: keyOf(value) }, condition])
  if (operator === 'in') return allOf([{ kind: 'keys', keys: (value as readonly Json[]).map(keyOf) }, condition])
  return condition
}

function planReferenceWhere(input: unknown, field: Field, model: TemplateModel, path: Path): Condition {
  const target = templateOf(model, field.reference?.to)
  const { isNull, ...rest } = Object.fromEntries(entriesOf(input, path))
  const where = planWhere(rest, target, model, path)
  // A required reference leads somewhere, always.
  const isThere = where.kind === 'always' && field.required && field.reference?.onMissing === 'reject'
  const present: Condition = isThere ? always : { kind: 'reference', field, target, where }
  if (isNull === undefined) return present
  const anyTarget: Condition = { kind: 'reference', field, target, where: always }
  return allOf([isNull === true ? negate(anyTarget) : anyTarget, ...(Object.keys(rest).length > 0 ? [present] : [])])
}

/** `some`, `none` and `every` of the targets of a list that are there. */
function planListWhere(input: unknown, field: Field, model: TemplateModel, path: Path): Condition {
  const target = templateOf(model, field.reference?.to)
  return allOf(
    operatorsOf(input, path).map(([quantifier, value]): Condition => {
      const where = planWhere(value, target, model, [...path, quantifier])
      if (quantifier === 'every' && where.kind === 'always') return always
      if (quantifier === 'every') return negate({ kind: 'reference', field, target, where: negate(where) })
      // Where the filter names its objects, the index on the list finds those that list them.
      const keys = namedKeys(where)
      const some = allOf([
        keys ? { kind: 'refersToAny', field, keys } : always,
        { kind: 'reference', field, target, where },
      ])
      return quantifier === 'none' ? negate(some) : some
    }),
  )
}

function planRelatedWhere(
  input: unknown,
  name: string,
  template: Template,
  model: TemplateModel,
  path: Path,
): Condition {
  const reverse = template.reverseFields.find((one) => one.name === name)
  const from = templateOf(model, reverse?.from)
  const field = from.fieldByName.get(reverse?.field ?? '')
  if (!field) throw new Error(`no field "${reverse?.field}" in "${from.name}"`)
  return allOf(
    operatorsOf(input, path).map(([quantifier, value]): Condition => {
      const where = planWhere(value, from, model, [...path, quantifier])
      if (quantifier === 'every' && where.kind === 'always') return always
      return { kind: 'related', quantifier: quantifier as 'some' | 'none' | 'every', from, field, where }
    }),
  )
}

function planMetaWhere(input: unknown, path: Path): Condition {
  return allOf(
    operatorsOf(input, path).flatMap(([name, filter]) =>
      operatorsOf(filter, [...path, name]).map(([operator, value]): Condition => {
        const place = [...path, name, operator]
        const values = Array.isArray(value)
          ? value.map((one, i) => parseMetaValue(one, [...place, i]))
          : parseMetaValue(value, place)
        return { kind: 'meta', field: name as MetaFieldName, operator: operator as OperatorName, value: values }
      }),
    ),
  )
}

/** GraphQL has coerced it to its stored form, except that a text can hold what PostgreSQL cannot. */
function parseMetaValue(value: unknown, path: Path): Json {
  const given = presentOf(value, path)
  return typeof given === 'string' ? parseFilterText(given, path) : (given as Json)
}

/** The entries of an input object, none of them null: a filter never silently means "all". */
function entriesOf(input: unknown, path: Path): [string, unknown][] {
  return Object.entries(presentOf(input, path) as Input)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, presentOf(value, [...path, name])])
}

/** The entries of a filter that has to have one: without its variable, an operator's filter would be none at all. */
function operatorsOf(input: unknown, path: Path): [string, unknown][] {
  const entries = entriesOf(input, path)
  if (entries.length > 0) return entries
  throw refuseFilter(
    path,
    `the filter at ${path.join('.')} is empty; give a value (its variable may be missing), or leave ${path.at(-1)} out`,
  )
}

function listOf(value: unknown, path: Path): readonly unknown[] {
  return presentOf(value, path) as readonly unknown[]
}

function presentOf(value: unknown, path: Path): unknown {
  if (value !== null) return value
  throw refuseFilter(
    path,
    `null is not a value to filter by at ${path.join('.')}; to find what is absent, use isNull: true`,
  )
}

function refuseFilter(path: Path, message: string) {
  return createInputError([{ path, code: 'FILTER', message }])
}
