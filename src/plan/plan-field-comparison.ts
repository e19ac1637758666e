import { isDeepStrictEqual } from 'node:util'
import type { Path } from '../errors.ts'
import { fieldTypes } from '../template/field-types/field-types.ts'
import { hasOrder } from '../template/field-types/has-order.ts'
import { type MetaFieldName, metaFields } from '../template/meta-fields.ts'
import type { Field, Template } from '../template/model.ts'
import { memberNamed } from '../template/names/member-named.ts'
import { withArticle } from '../template/names/with-article.ts'
import { quote } from '../template/quote.ts'
import { listNames } from '../template/suggest.ts'
import type { Condition, FieldComparisonName, ValuePlace } from './condition.ts'
import { operatorsOf, refuseFilter } from './filter-input.ts'
import { settle } from './open-value.ts'
import type { PlanRequest } from './plan-request.ts'

/** Plans `{field: {gt: "due"}}` in the filter of a field: its value compared with that of another field of the same object. */
export function planFieldComparison(
  input: unknown,
  left: ValuePlace,
  template: Template,
  request: PlanRequest,
  path: Path,
): readonly Condition[] {
  return operatorsOf(input, request, path).map(([name, value]): Condition => {
    const operator = name as FieldComparisonName
    const inner = [...path, name]
    if (left.at)
      throw refuseFilter(
        inner,
        `${operator}: only the fields of a whole object can be compared, not members such as ${left.field.graphqlName}`,
      )
    if (!(fieldTypes[left.field.type].operators as readonly string[]).includes(operator))
      throw refuseFilter(inner, `${operator}: values of ${left.field.graphqlName} are equal or not; use equals or not`)
    const right = planOther(String(settle(value)), left, template, { request, path: inner })
    return { kind: 'fields', operator, left, right: { ...right, ...(left.isCaseless && { isCaseless: true }) } }
  })
}

/** The other field, which must have values that the first one's can be compared with. */
function planOther(
  name: string,
  { field, meta }: ValuePlace,
  template: Template,
  { request, path }: { readonly request: PlanRequest; readonly path: Path },
): ValuePlace {
  const all = meta ? Object.values(metaFields) : template.fields
  const candidates = all.filter((one) => isComparable(one, field))
  const other = memberNamed(candidates, name)
  if (other) return { field: other, ...(meta && { meta: other.name as MetaFieldName }) }
  const known = memberNamed(all, name)
  const reason = known
    ? `${quote(name)} cannot be compared with ${field.graphqlName}, because ${describe(known, request)} and ${describe(field, request)} differ`
    : `${quote(name)} is no field of ${meta ? '_meta' : template.name}`
  if (!request.introspects) throw refuseFilter(path, reason)
  const names = candidates.filter((one) => one !== field).map((one) => one.graphqlName)
  const remedy =
    names.length > 0
      ? `use ${names.length > 1 ? 'one of ' : ''}${listNames(names)}`
      : `no other field can be compared with ${field.graphqlName}`
  throw refuseFilter(path, `${reason}; ${remedy}`)
}

/** Numbers compare with numbers; otherwise both fields have the same type, and enums the same members. */
function isComparable(one: Field, other: Field): boolean {
  if (!hasOrder(one) || !hasOrder(other)) return false
  const orderings = [one, other].map(({ type }) => fieldTypes[type].ordering)
  if (orderings.every((ordering) => ordering === 'integer' || ordering === 'digits' || ordering === 'float'))
    return true
  return one.type === other.type && isDeepStrictEqual(one.values, other.values)
}

/** The members of an enum are for callers that may know its names. */
function describe({ type, list, values }: Field, { introspects }: PlanRequest): string {
  if (list) return `a list of ${type}`
  const printed = withArticle(type)
  return type === 'enum' && introspects ? `${printed} of ${listNames(values)}` : printed
}
