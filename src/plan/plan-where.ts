import type { Path } from '../errors.ts'
import { type MetaFieldName, metaFields } from '../template/meta-fields.ts'
import type { Field, Template } from '../template/model.ts'
import { printTargetKeys } from '../template/object-key.ts'
import { templateOf } from '../template/template-of.ts'
import { allOf, always, type Condition, negate } from './condition.ts'
import { entriesOf, operatorsOf, presentOf, refuseFilter } from './filter-input.ts'
import { parseFilterValue } from './filter-value.ts'
import { insteadOfArgument, insteadOfEntry, insteadOfValue } from './instead-of-null.ts'
import { derive } from './open-value.ts'
import { planFieldWhere, withKey } from './plan-field-where.ts'
import { planLogic } from './plan-logic.ts'
import { planReferrersWhere, planTargetsWhere } from './plan-related-where.ts'
import type { PlanRequest } from './plan-request.ts'
import { type Source, seesAll } from './source.ts'

/** Plans a `where` argument, coerced by GraphQL. Throws BAD_USER_INPUT, with the place, for any null. */
export function planWhere(input: unknown, template: Template, request: PlanRequest, path: Path): Condition {
  return allOf(
    entriesOf(input, request, path, insteadOfEntry(template)).map(([name, value]) => {
      const place = [...path, name]
      const logic = planLogic(name, value, place, (one, at) => planWhere(one, template, request, at))
      if (logic) return logic
      if (name === '_meta') return planMetaWhere(value, template, request, place)
      if (name === 'isNull')
        throw refuseFilter(place, 'isNull belongs directly inside a reference, as in image: {isNull: true}')
      const field = template.fieldByName.get(name)
      if (!field) return planReferrersWhere(value, name, template, request, place, planWhere)
      if (!field.reference) return planFieldWhere(value, { field }, template, request, place)
      return field.list
        ? planTargetsWhere(value, field, request, place, planWhere)
        : planReferenceWhere(value, field, request, place)
    }),
  )
}

/** Plans an equality argument, coerced by GraphQL. Throws BAD_USER_INPUT for null. */
export function planEquality(
  value: unknown,
  field: Field,
  template: Template,
  request: PlanRequest,
  path: Path,
): Condition {
  const given = presentOf(value, path, insteadOfArgument(field))
  const stored = parseFilterValue(given, field, request, path)
  if (field.reference)
    return { kind: 'referenceKey', field, key: derive(stored, (one) => printTargetKeys(field, one, request.model)) }
  return withKey({ kind: 'field', field, operator: 'equals', value: stored }, template, request)
}

function planReferenceWhere(input: unknown, field: Field, request: PlanRequest, path: Path): Condition {
  const target = templateOf(request.model, field.reference?.to)
  const source = request.source(target)
  const { isNull, ...rest } = Object.fromEntries(entriesOf(input, request, path, insteadOfEntry(target)))
  const matches = hasTarget(field, source, planWhere(rest, target, request, path))
  if (isNull === undefined) return matches
  const isThere = hasTarget(field, source, always)
  return allOf([isNull === true ? negate(isThere) : isThere, ...(Object.keys(rest).length > 0 ? [matches] : [])])
}

/** The reference leads to an object that the request can see and that matches; a required reference always has a target. */
function hasTarget(field: Field, target: Source, where: Condition): Condition {
  const isCertain = field.required && field.reference?.onMissing === 'reject' && seesAll(target)
  return where.kind === 'always' && isCertain ? always : { kind: 'reference', field, target, where }
}

function planMetaWhere(input: unknown, template: Template, request: PlanRequest, path: Path): Condition {
  return allOf(
    operatorsOf(input, request, path, insteadOfValue).map(([name, filter]) => {
      const meta = name as MetaFieldName
      return planFieldWhere(filter, { field: metaFields[meta], meta }, template, request, [...path, name])
    }),
  )
}
