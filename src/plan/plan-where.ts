import { type MetaFieldName, metaFields } from '../template/meta-fields.ts'
import type { Field, Template } from '../template/model.ts'
import { printTargetKeys } from '../template/object-key.ts'
import { templateOf } from '../template/template-of.ts'
import { allOf, always, type Condition, negate } from './condition.ts'
import { entriesOf, operatorsOf, type Path, presentOf, refuseFilter } from './filter-input.ts'
import { parseFilterValue } from './filter-value.ts'
import { insteadOfArgument, insteadOfEntry, insteadOfValue } from './instead-of-null.ts'
import type { LimitedModel } from './limited-model.ts'
import { planFieldWhere, withKey } from './plan-field-where.ts'
import { planLogic } from './plan-logic.ts'
import { planReferrersWhere, planTargetsWhere } from './plan-related-where.ts'

/** A `where` argument, coerced by GraphQL, as a condition. Throws BAD_USER_INPUT, with the place, for null anywhere. */
export function planWhere(input: unknown, template: Template, model: LimitedModel, path: Path): Condition {
  return allOf(
    entriesOf(input, path, insteadOfEntry(template)).map(([name, value]) => {
      const place = [...path, name]
      const logic = planLogic(name, value, place, (one, at) => planWhere(one, template, model, at))
      if (logic) return logic
      if (name === '_meta') return planMetaWhere(value, template, model, place)
      if (name === 'isNull')
        throw refuseFilter(place, 'isNull stands directly inside a reference, as in image: {isNull: true}')
      const field = template.fieldByName.get(name)
      if (!field) return planReferrersWhere(value, name, template, model, place)
      if (!field.reference) return planFieldWhere(value, { field }, template, model, place)
      return field.list ? planTargetsWhere(value, field, model, place) : planReferenceWhere(value, field, model, place)
    }),
  )
}

/** An equality filter argument, coerced by GraphQL. Throws BAD_USER_INPUT for null. */
export function planEquality(
  value: unknown,
  field: Field,
  template: Template,
  model: LimitedModel,
  path: Path,
): Condition {
  const given = presentOf(value, path, insteadOfArgument(field))
  const stored = parseFilterValue(given, field, model, path)
  if (field.reference) return { kind: 'referenceKey', field, key: printTargetKeys(field, stored, model) }
  return withKey({ kind: 'field', field, operator: 'equals', value: stored }, template, model)
}

function planReferenceWhere(input: unknown, field: Field, model: LimitedModel, path: Path): Condition {
  const target = templateOf(model, field.reference?.to)
  const { isNull, ...rest } = Object.fromEntries(entriesOf(input, path, insteadOfEntry(target)))
  const matches = hasTarget(field, target, planWhere(rest, target, model, path))
  if (isNull === undefined) return matches
  const isThere = hasTarget(field, target, always)
  return allOf([isNull === true ? negate(isThere) : isThere, ...(Object.keys(rest).length > 0 ? [matches] : [])])
}

/** The reference leads to an object that matches; a required one leads somewhere, always. */
function hasTarget(field: Field, target: Template, where: Condition): Condition {
  const isCertain = field.required && field.reference?.onMissing === 'reject'
  return where.kind === 'always' && isCertain ? always : { kind: 'reference', field, target, where }
}

function planMetaWhere(input: unknown, template: Template, model: LimitedModel, path: Path): Condition {
  return allOf(
    operatorsOf(input, path, insteadOfValue).map(([name, filter]) => {
      const meta = name as MetaFieldName
      return planFieldWhere(filter, { field: metaFields[meta], meta }, template, model, [...path, name])
    }),
  )
}
