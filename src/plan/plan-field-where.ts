import { assertNever, type Path } from '../errors.ts'
import { filterOptionsOf } from '../template/field-types/filter-options.ts'
import { type OperatorName, operators } from '../template/field-types/operators.ts'
import type { Json } from '../template/json.ts'
import type { Field, Template } from '../template/model.ts'
import { memberNamed } from '../template/names/member-named.ts'
import { printKey } from '../template/object-key.ts'
import { quote } from '../template/quote.ts'
import { allOf, always, type Condition, negate, never, type ValuePlace } from './condition.ts'
import { operatorsOf, refuseFilter, takeOptions } from './filter-input.ts'
import {
  parseFilterPath,
  parseFilterPattern,
  parseFilterText,
  parseFilterValue,
  parseFilterValues,
} from './filter-value.ts'
import { insteadOfNull, insteadOfValue } from './instead-of-null.ts'
import { compareWithAny, type ListOperatorName } from './list-of-values.ts'
import { derive, type Given, isOpen, settle } from './open-value.ts'
import { planFieldComparison } from './plan-field-comparison.ts'
import { planLogic } from './plan-logic.ts'
import type { PlanRequest } from './plan-request.ts'

type FieldCondition = Extract<Condition, { kind: 'field' }>

/** Plans the filter of a field that is not a reference, or of a member of an object. */
export function planFieldWhere(
  input: unknown,
  place: ValuePlace,
  template: Template,
  request: PlanRequest,
  path: Path,
): Condition {
  const { field } = place
  if (field.type === 'object')
    return (field.list ? planItemsWhere : planObjectWhere)(input, place, template, request, path)
  const { operators: given, options } = takeOptions(operatorsOf(input, request, path), filterOptionsOf(field), path)
  const compared: ValuePlace = {
    ...place,
    ...(options.has('path') && { path: parseFilterPath(options.get('path'), request, [...path, 'path']) }),
    ...(options.get('mode') === 'insensitive' && { isCaseless: true }),
  }
  return allOf(
    given.map(([name, value]) => {
      if (name === 'field') return allOf(planFieldComparison(value, compared, template, request, [...path, name]))
      const operator = name as OperatorName
      const condition = planOperator(operator, value, compared, request, [...path, name])
      return condition.kind === 'field' ? withKey(condition, template, request) : condition
    }),
  )
}

/** An object's own operators, and one entry per member. */
function planObjectWhere(
  input: unknown,
  place: ValuePlace,
  template: Template,
  request: PlanRequest,
  path: Path,
): Condition {
  const findMember = (name: string) => memberNamed(place.field.members, name)
  const instead = (name: string) => (findMember(name) ? insteadOfValue(name) : insteadOfNull(name))
  return allOf(
    operatorsOf(input, request, path, instead).map(([name, value]) => {
      const inner = [...path, name]
      const logic = planLogic(name, value, inner, (one, at) => planObjectWhere(one, place, template, request, at))
      const member = findMember(name)
      if (logic) return logic
      if (!member) return planOperator(name as OperatorName, value, place, request, inner)
      const at = [...atOf(place), member.attribute]
      return planFieldWhere(value, { field: member, at, ...fillingOf(place) }, template, request, inner)
    }),
  )
}

/** A list's own operators, and `some`, `none` and `every` of its items. */
function planItemsWhere(
  input: unknown,
  place: ValuePlace,
  template: Template,
  request: PlanRequest,
  path: Path,
): Condition {
  const item: ValuePlace = { field: itemOf(place.field), at: [] }
  const some = (where: Condition): Condition => ({ kind: 'items', at: atOf(place), ...fillingOf(place), where })
  return allOf(
    operatorsOf(input, request, path).map(([name, value]) => {
      const inner = [...path, name]
      if (name !== 'some' && name !== 'none' && name !== 'every')
        return planOperator(name as OperatorName, value, place, request, inner)
      // `none: {}` means "no item at all", as with related objects.
      const isAny = Object.values(value as object).every((one) => one === undefined)
      const where = isAny ? always : planObjectWhere(value, item, template, request, inner)
      if (name === 'every') return where.kind === 'always' ? always : negate(some(negate(where)))
      return name === 'none' ? negate(some(where)) : some(where)
    }),
  )
}

function planOperator(
  operator: OperatorName,
  given: unknown,
  place: ValuePlace,
  request: PlanRequest,
  path: Path,
): Condition {
  const { field } = place
  // How json is compared depends on what it holds; variables of any type may stand inside of a literal.
  const value = field.type === 'json' ? settle(given) : given
  const parse = (one: unknown, at: Path) => parseFilterValue(one, field, request, at)
  const parseItem = (one: unknown, at: Path) => parseFilterValue(one, itemOf(field), request, at)
  const compare = (stored: Given<Json>): FieldCondition => ({ kind: 'field', ...place, operator, value: stored })
  const { takes, holdsOfNone } = operators[operator]
  switch (takes) {
    case 'value':
      return compare(parse(value, path))
    case 'ordered': {
      const stored = parse(value, path)
      if (isOpen(stored) || field.type !== 'json' || typeof stored === 'number' || typeof stored === 'string')
        return compare(stored)
      throw refuseFilter(path, `${operator}: ${quote(stored)} has no order; give a number or a text`)
    }
    case 'values':
    case 'items': {
      const values = parseFilterValues(value, request, path, takes === 'values' ? parse : parseItem)
      if (holdsOfNone && values.length === 0) return always
      return compareWithAny(operator as ListOperatorName, values, (one, compared) => ({
        kind: 'field',
        ...place,
        operator: one,
        value: compared,
      }))
    }
    case 'item':
      return compare(parseItem(value, path))
    case 'text':
      return compare(parseFilterText(value, path))
    case 'pattern':
      return compare(parseFilterPattern(value, request, path))
    case 'boolean':
      // Key fields always have a value.
      if (operator === 'isNull' && field.isKey) return value === true ? never : always
      return compare(value as boolean)
    default:
      return assertNever(takes)
  }
}

/**
 * If the key is a single field, its value also gives the key, and the primary key finds the object faster than any other
 * index. The value must still be compared, because keys are the same in every Unicode form and values are not.
 */
export function withKey(condition: FieldCondition, template: Template, request: PlanRequest): Condition {
  const { field, operator, value, isCaseless } = condition
  const keyOf = (one: Json) => printKey(template, { [field.attribute]: one }, request.model)
  if (!field.isKey || template.key.length > 1 || isCaseless) return condition
  if (operator === 'equals') return allOf([{ kind: 'key', key: derive(value, keyOf) }, condition])
  if (operator === 'in') return allOf([{ kind: 'keys', keys: (value as readonly Json[]).map(keyOf) }, condition])
  return condition
}

function itemOf(field: Field): Field {
  return { ...field, list: false }
}

function atOf({ at, field }: ValuePlace): readonly string[] {
  return at ?? [field.attribute]
}

/** For what is inside of the value at that place. */
function fillingOf({ at, field, filling = at ? undefined : field }: ValuePlace): Pick<ValuePlace, 'filling'> {
  return filling?.isFilling ? { filling } : {}
}
