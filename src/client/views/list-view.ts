import { type Condition, findPath, metaField, parseConditions, toWhere, type Where } from './condition.ts'
import {
  type DescribedField,
  type DescribedTemplate,
  isOrdered,
  keyFieldsOf,
  type Operation,
  targetOf,
  ViewError,
} from './described-template.ts'
import { type Followed, followReferences, mergeFollowed } from './followed.ts'
import type { Json } from './graphql-name.ts'
import { type SelectedObject, selectFields } from './selection.ts'

/** What `/list/TEMPLATE?…` shows. */
export interface ListView {
  readonly template: DescribedTemplate
  readonly conditions: readonly Condition[]
  /** `-_meta.updateTime,name`: the most important first, `-` for descending; oldest first without it. */
  readonly order: string | undefined
  /** The cursor that the page comes after, or before. */
  readonly after: string | undefined
  readonly before: string | undefined
  /** The objects of a page. */
  readonly size: number
}

export interface ListAnswer {
  readonly page: {
    readonly totalCount: number
    readonly nodes: readonly SelectedObject[]
    readonly pageInfo: {
      readonly hasNextPage: boolean
      readonly hasPreviousPage: boolean
      readonly startCursor: string | null
      readonly endCursor: string | null
    }
  }
}

/** The parameters of an address that are no conditions. */
export const listParameters = ['order', 'first', 'after', 'before'] as const

/** Reads an address. All parameters that are not the list's own are conditions. Throws `ViewError`. */
export function parseListView(template: DescribedTemplate, parameters: URLSearchParams): ListView {
  const size = Number(parameters.get('first') ?? 50)
  if (!Number.isInteger(size) || size < 1 || size > 1_000)
    throw new ViewError(`first is a whole number from 1 to 1000, not "${parameters.get('first')}".`)
  return {
    template,
    conditions: parseConditions(parameters, listParameters),
    order: parameters.get('order') || undefined,
    after: parameters.get('after') ?? undefined,
    before: parameters.get('before') ?? undefined,
    size,
  }
}

/** The operation that reads a page of a list. Throws `ViewError`. */
export function planList(view: ListView, templates: readonly DescribedTemplate[]): Operation {
  const { template, conditions, order, after, before, size } = view
  const { type, plural } = template
  const page = before === undefined ? { first: size, after } : { last: size, before }
  const definitions = [
    `$where: ${type}Where`,
    `$orderBy: [${type}OrderBy!]`,
    before === undefined ? '$first: Int, $after: String' : '$last: Int, $before: String',
  ]
  const pageArguments = before === undefined ? 'first: $first, after: $after' : 'last: $last, before: $before'
  return {
    query: `query ${type}List(${definitions.join(', ')}) {
  page: ${plural}(where: $where, orderBy: $orderBy, ${pageArguments}) {
    totalCount
    nodes { ${selectFields(template, templates)} }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`,
    variables: withoutAbsent({
      where: toWhere(conditions, template, templates),
      orderBy: order === undefined ? undefined : toOrderBy(order, template, templates),
      ...page,
    }),
  }
}

/** What decides about the objects of a list, whatever its page. Throws `ViewError`. */
export function followList(
  { template, conditions, order }: ListView,
  templates: readonly DescribedTemplate[],
): readonly Followed[] {
  const ordering = order === undefined ? [] : order.split(',').map((term) => term.replace(/^-/, ''))
  const paths = [...conditions.map(({ path }) => path), ...ordering]
  const own = { template, where: toWhere(conditions, template, templates) }
  return mergeFollowed([own, ...followReferences(paths, template, templates)])
}

/** The variables that have a value. */
export function withoutAbsent(variables: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined))
}

/** `-_meta.updateTime,name` as an `orderBy`. Throws `ViewError`. */
function toOrderBy(
  order: string,
  template: DescribedTemplate,
  templates: readonly DescribedTemplate[],
): readonly Where[] {
  return listOrderTerms(order, template, templates).map(
    ({ fields, direction }) =>
      fields.reduceRight<Json>((below, { graphqlName }) => ({ [graphqlName]: below }), direction) as Where,
  )
}

/** The terms of an order, as the command line takes them: a reference is ordered by the fields of its target's key. */
export function printOrder(
  order: string,
  template: DescribedTemplate,
  templates: readonly DescribedTemplate[],
): string {
  return listOrderTerms(order, template, templates)
    .map(({ fields, direction }) => `${direction === 'desc' ? '-' : ''}${fields.map(({ name }) => name).join('.')}`)
    .join(',')
}

interface OrderTerm {
  readonly fields: readonly DescribedField[]
  readonly direction: 'asc' | 'desc'
}

function listOrderTerms(
  order: string,
  template: DescribedTemplate,
  templates: readonly DescribedTemplate[],
): readonly OrderTerm[] {
  return order.split(',').flatMap((term) => {
    const path = term.replace(/^-/, '')
    const fields = findPath(path, template, templates)
    const unordered = fields.find((field) => field !== metaField && !isOrdered(field))
    if (unordered) throw new ViewError(`order=${path}: ${unordered.name} has no order.`)
    if (fields.at(-1) === metaField) throw new ViewError('order=_meta: name a member of it, such as _meta.updateTime.')
    return completeTerms(fields, templates).map(
      (whole): OrderTerm => ({ fields: whole, direction: term.startsWith('-') ? 'desc' : 'asc' }),
    )
  })
}

function completeTerms(
  fields: readonly DescribedField[],
  templates: readonly DescribedTemplate[],
): (readonly DescribedField[])[] {
  const last = fields.at(-1) as DescribedField
  if (last.type !== 'reference') return [fields]
  const keys = keyFieldsOf(targetOf(last, templates)).filter(isOrdered)
  return keys.flatMap((key) => completeTerms([...fields, key], templates))
}
