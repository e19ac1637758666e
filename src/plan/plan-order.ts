import { createCallerError, createInputError } from '../errors.ts'
import type { Template } from '../template/model.ts'
import type { MetaFieldName } from './condition.ts'
import type { Direction, OrderTerm } from './plan.ts'

type Path = readonly (string | number)[]

/** Without `orderBy`: oldest first. */
const oldestFirst: readonly OrderTerm[] = [
  { kind: 'meta', field: 'createTime', direction: 'asc' },
  { kind: 'key', direction: 'asc' },
]

/**
 * An `orderBy` argument, coerced by GraphQL, as a total ordering: ties end in the key, ascending. Throws BAD_USER_INPUT for an entry that names no field or several.
 */
export function planOrder(input: unknown, template: Template, path: Path): readonly OrderTerm[] {
  if (!Array.isArray(input) || input.length === 0) return oldestFirst
  const terms = input.map((entry, index): OrderTerm => {
    const [name, value] = onlyEntryOf(entry, [...path, index])
    if (name !== '_meta') return planFieldTerm(template, name, value as Direction)
    const [field, direction] = onlyEntryOf(value, [...path, index, name])
    return { kind: 'meta', field: field as MetaFieldName, direction: direction as Direction }
  })
  const named = new Map<string, OrderTerm>()
  // Whatever comes again orders nothing any more.
  for (const term of terms) if (!named.has(nameOf(term))) named.set(nameOf(term), term)
  if (named.size > mostTerms) {
    throw createCallerError(
      'LIMIT_EXCEEDED',
      `orderBy names ${named.size} fields, at most ${mostTerms} are allowed; leave out those that come last`,
    )
  }
  return [...named.values(), { kind: 'key', direction: 'asc' }]
}

/** A place in an ordering is told apart term by term, each with all terms before it: the SQL grows with their square. */
const mostTerms = 50

/** The order of several would be that of an input object's fields, which clients and proxies are free to change. */
function onlyEntryOf(input: unknown, path: Path): [string, unknown] {
  const given = Object.entries(input as object).filter(([, value]) => value !== null && value !== undefined)
  const [only] = given
  if (only && given.length === 1) return only
  const names = given.map(([name]) => name).join(' and ')
  const message = `each entry of orderBy names one field, this one ${only ? names : 'none'}; write a list such as [{name: asc}, {_meta: {updateTime: desc}}]`
  throw createInputError([{ path, code: 'ORDER', message }])
}

function planFieldTerm(template: Template, name: string, direction: Direction): OrderTerm {
  const field = template.fieldByName.get(name)
  if (!field) throw new Error(`no field "${name}" in "${template.name}"`)
  return { kind: 'field', field, direction }
}

/** Names an ordering, so that a cursor made under one is not taken for a place in another: `_meta.createTime:asc,_key:asc`. */
export function printOrder(order: readonly OrderTerm[]): string {
  return order.map((term) => `${nameOf(term)}:${term.direction}`).join(',')
}

/** The key's is a name that no field can have: a template may call a field `key`. */
function nameOf(term: OrderTerm): string {
  if (term.kind === 'key') return '_key'
  return term.kind === 'meta' ? `_meta.${term.field}` : term.field.name
}
