import { createInputError, type Path } from '../errors.ts'
import { assertWithinLimit } from '../limits.ts'
import type { MetaFieldName } from '../template/meta-fields.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import { templateOf } from '../template/template-of.ts'
import type { Direction, OrderStep, OrderTerm, OrderValue } from './plan.ts'
import { planRelatedOrder } from './plan-related-order.ts'
import type { PlanRequest } from './plan-request.ts'

/** Without `orderBy`: oldest first. */
const oldestFirst: readonly OrderTerm[] = [
  { kind: 'meta', field: 'createTime', direction: 'asc' },
  { kind: 'key', direction: 'asc' },
]

/**
 * Plans an `orderBy` argument, coerced by GraphQL, as a total ordering: the last term is the key, ascending. Throws
 * BAD_USER_INPUT for an entry that names no field or several, at the top level or below a reference.
 */
export function planOrder(input: unknown, template: Template, request: PlanRequest, path: Path): readonly OrderTerm[] {
  if (!Array.isArray(input) || input.length === 0) return oldestFirst
  const joins = createJoins()
  const terms = input.map((entry, index) => planTerm(entry, template, [], { request, joins }, [...path, index]))
  const named = new Map<string, OrderTerm>()
  // A repeated term does not change the ordering.
  for (const term of terms) {
    // Two counts of one side may count other objects.
    const name = term.kind === 'related' ? `${nameOf(term)} ${term.join}` : nameOf(term)
    if (!named.has(name)) named.set(name, term)
  }
  const options = { path }
  assertWithinLimit('orderTerms', named.size, request.limits, options)
  assertWithinLimit('orderJoins', joins.size, request.limits, options)
  return [...named.values(), { kind: 'key', direction: 'asc' }]
}

/** Gives each path through references a number. */
function createJoins() {
  const ways = new Map<string, number>()
  return {
    get size() {
      return ways.size
    },
    next(): number {
      ways.set(`${ways.size}`, ways.size + 1)
      return ways.size
    },
    numberOf(through: readonly OrderStep[], field: Field): number {
      const way = [...through.map((step) => step.field.graphqlName), field.graphqlName].join('.')
      const number = ways.get(way) ?? ways.size + 1
      ways.set(way, number)
      return number
    },
  }
}

interface OrderContext {
  readonly request: PlanRequest
  readonly joins: ReturnType<typeof createJoins>
}

/** Plans an entry of `orderBy`, or the entry below a reference: `{image: {distr: asc}}`. */
function planTerm(
  input: unknown,
  template: Template,
  through: readonly OrderStep[],
  context: OrderContext,
  path: Path,
): OrderTerm {
  const [name, value] = onlyEntryOf(input, path)
  if (name === '_meta') {
    const [field, direction] = onlyEntryOf(value, [...path, name])
    return toTerm(through, { kind: 'meta', field: field as MetaFieldName }, direction as Direction)
  }
  const field = template.fieldByName.get(name)
  if (!field) {
    if (through.length === 0)
      return planRelatedOrder(value, name, template, context.joins.next(), context.request, [...path, name])
    const message = `${name} counts what refers to another object; orderBy counts only what refers to the listed objects themselves`
    throw createInputError([{ path: [...path, name], code: 'ORDER', message }])
  }
  if (!field.reference) return toTerm(through, { kind: 'field', field }, value as Direction)
  const target = templateOf(context.request.model, field.reference.to)
  const step: OrderStep = {
    field,
    target: context.request.source(target),
    join: context.joins.numberOf(through, field),
  }
  return planTerm(value, target, [...through, step], context, [...path, name])
}

function toTerm(through: readonly OrderStep[], of: OrderValue, direction: Direction): OrderTerm {
  return through.length > 0 ? { kind: 'referenced', through, of, direction } : { ...of, direction }
}

/** The only entry of an input object. Several would have no reliable order: clients and proxies may reorder an object's fields. */
export function onlyEntryOf(
  input: unknown,
  path: Path,
  example = 'a list such as [{name: asc}, {_meta: {updateTime: desc}}]',
): [string, unknown] {
  const given = Object.entries(input as object).filter(([, value]) => value !== null && value !== undefined)
  const [only] = given
  if (only && given.length === 1) return only
  const names = given.map(([name]) => name).join(' and ')
  const message = `each entry of ${path.find((step) => String(step).startsWith('orderBy')) ?? 'orderBy'} must name exactly one field, but this one names ${only ? names : 'none'}; write ${example}`
  throw createInputError([{ path, code: 'ORDER', message }])
}

/**
 * Names an ordering, so that a cursor of one ordering is refused in another:
 * `image.distr:desc,_meta.createTime:asc,_key:asc`. The name uses attributes, so that cursors stay valid when a field is renamed.
 */
export function printOrder(order: readonly OrderTerm[]): string {
  return order.map((term) => `${nameOf(term)}:${term.direction}`).join(',')
}

/** The same with the fields' names. Attributes that the template does not have stay as they are. */
export function describeOrder(printed: string, template: Template, model: TemplateModel): string {
  return printed
    .split(',')
    .map((term) => {
      const [way = '', ...direction] = term.split(':')
      return [describeWay(way, template, model), ...direction].join(':')
    })
    .join(',')
}

function describeWay(way: string, template: Template, model: TemplateModel): string {
  const [attribute = '', ...rest] = way.split('.')
  const field = template.fields.find((one) => stepOf(one) === attribute)
  const target = model.byName.get(field?.reference?.to ?? '')
  const inner = rest.join('.')
  const names = [
    field?.name ?? attribute,
    ...(rest.length > 0 ? [target ? describeWay(inner, target, model) : inner] : []),
  ]
  return names.join('.')
}

/** The key has a name that no field can have, because a template may have a field `key`. */
function nameOf(term: OrderTerm): string {
  if (term.kind === 'key') return '_key'
  if (term.kind === 'related') return `_count.${term.name}`
  if (term.kind !== 'referenced') return nameOfValue(term)
  return [...term.through.map((step) => stepOf(step.field)), nameOfValue(term.of)].join('.')
}

function nameOfValue(value: OrderValue): string {
  return value.kind === 'meta' ? `_meta.${value.field}` : stepOf(value.field)
}

/** An attribute without the characters that separate steps and terms. */
function stepOf({ attribute }: Field): string {
  return attribute.replace(/[%.:,]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)
}
