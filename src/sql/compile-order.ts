import type { OpenValue } from '../plan/open-value.ts'
import type { Cursor, Direction, OrderStep, OrderTerm, OrderValue } from '../plan/plan.ts'
import { printOrder } from '../plan/plan-order.ts'
import { metaFields } from '../template/meta-fields.ts'
import { metaColumn, metaText, metaTextOf, metaValue } from './columns.ts'
import type { Compiler } from './compiler.ts'
import { slotOf, updateSlot } from './latest/update-time.ts'
import { compileOrdering, compileOrderingText } from './ordering.ts'
import { cursorText } from './past/cursor-text.ts'
import { referenceForm, targetKey } from './references.ts'
import { joinedObjects, objectsOf } from './source.ts'
import { empty, identifier, join, literal, type Sql, sql } from './sql.ts'
import { documentOf } from './stored-document.ts'

/**
 * `order by o1.created_at asc, o1.key asc`: nulls come last in asc and first in desc, as in PostgreSQL by default. The update time comes
 * behind its slot, which has an index: `order by date_bin(…, o1.updated_at, …) desc, greatest(o1.updated_at, o1.confirmed_at) desc, o1.key desc`.
 */
export function compileOrderBy(order: readonly OrderTerm[], row: string): Sql {
  return sql`order by ${join(
    order.flatMap((term, i) => {
      const direction = term.direction === 'asc' ? sql`asc` : sql`desc`
      const own = sql`${compileTerm(term, row)} ${direction}`
      return i === 0 && isUpdateTime(term) ? [sql`${updateSlot(row)} ${direction}`, own] : [own]
    }),
    ', ',
  )}`
}

function isUpdateTime(term: OrderTerm): boolean {
  return term.kind === 'meta' && term.field === 'updateTime'
}

export function reverseOrder(order: readonly OrderTerm[]): readonly OrderTerm[] {
  return order.map((term) => ({ ...term, direction: opposite(term.direction) }))
}

/**
 * The opaque text that names an object's place in an ordering, and the time as of which it is read; `parse-cursor.ts` reads it. It is computed for the rows of a page,
 * which have the columns of `carryReferenced`; next to the `order by`, it would be computed for all matching rows.
 */
export function compileCursor(order: readonly OrderTerm[], row: string, at: OpenValue | undefined): Sql {
  const values = order.map((term, i) => sql`(${compileTermText(term, i, row)})::text`)
  if (at) values.push(sql`${at}::text`)
  return cursorText([literal(printOrder(order)), ...values])
}

/**
 * The objects strictly after a cursor, as disjoint ranges in reading order: all objects of the first come before
 * all of the second. If all terms have the same direction and only the first can be null, each is a range of an index:
 *
 *     (o1.created_at, o1.key) > ($1, $2)
 *     (a, o1.key) > ($1, $2)   and then   a is null
 *
 * Otherwise there is one range, compared term by term: `a <= $1 and (a < $1 or (a = $1 and o1.key > $2))`.
 */
export function compileSeek(order: readonly OrderTerm[], cursor: Cursor, row: string): readonly Sql[] {
  const [first, ...others] = order
  if (!first) throw new Error('an ordering without terms')
  const isOneWay = others.every((term) => isAlwaysThere(term) && term.direction === first.direction)
  if (!isOneWay) return [compileSeekByTerms(order, cursor, row)]
  const expression = compileTerm(first, row)
  if (cursor[0] === null || cursor[0] === undefined) {
    const same = sql`(${expression} is null and ${compareRows(others, cursor.slice(1), row)})`
    return first.direction === 'asc' ? [same] : [same, sql`${expression} is not null`]
  }
  const behind = compareRows(order, cursor, row)
  return isAlwaysThere(first) || first.direction === 'desc' ? [behind] : [behind, sql`${expression} is null`]
}

function compareRows(order: readonly OrderTerm[], cursor: Cursor, row: string): Sql {
  const left = join(
    order.map((term) => compileTerm(term, row)),
    ', ',
  )
  const right = join(
    order.map((term, i) => compileTermValue(term, cursor[i] ?? '')),
    ', ',
  )
  return sql`${compileSlotBound(order, cursor, row)}(${left}) ${order[0]?.direction === 'asc' ? sql`>` : sql`<`} (${right})`
}

/** A bound of the slot that the update time implies, for its index. */
function compileSlotBound([first]: readonly OrderTerm[], [value]: Cursor, row: string): Sql {
  if (!first || !isUpdateTime(first)) return empty
  const slot = slotOf(compileTermValue(first, value ?? ''))
  return sql`${updateSlot(row)} ${first.direction === 'asc' ? sql`>=` : sql`<=`} ${slot} and `
}

function compileSeekByTerms(order: readonly OrderTerm[], cursor: Cursor, row: string): Sql {
  const ways = order.map(
    (term, i) =>
      sql`(${join([...order.slice(0, i).map((before, j) => compileSame(before, cursor[j] ?? null, row)), compileBehind(term, cursor[i] ?? null, row)], ' and ')})`,
  )
  return sql`${compileBound(order, cursor, row)}(${join(ways, ' or ')})`
}

/** A bound that the other conditions imply, in a form that can use an index. */
function compileBound([first]: readonly OrderTerm[], [value]: Cursor, row: string): Sql {
  if (!first || value === null || value === undefined || (first.direction === 'asc' && !isAlwaysThere(first)))
    return empty
  return sql`${compileSlotBound([first], [value], row)}${compileTerm(first, row)} ${first.direction === 'asc' ? sql`>=` : sql`<=`} ${compileTermValue(first, value)} and `
}

function compileBehind(term: OrderTerm, value: string | null, row: string): Sql {
  const expression = compileTerm(term, row)
  if (value === null) return term.direction === 'asc' ? sql`false` : sql`${expression} is not null`
  if (term.direction === 'desc') return sql`${expression} < ${compileTermValue(term, value)}`
  const greater = sql`${expression} > ${compileTermValue(term, value)}`
  return isAlwaysThere(term) ? greater : sql`(${greater} or ${expression} is null)`
}

function compileSame(term: OrderTerm, value: string | null, row: string): Sql {
  const expression = compileTerm(term, row)
  return value === null ? sql`${expression} is null` : sql`${expression} = ${compileTermValue(term, value)}`
}

function compileTerm(term: OrderTerm, row: string): Sql {
  if (term.kind === 'key') return sql`${identifier(row)}.key`
  if (term.kind === 'related') return sql`${identifier(joinedRow(row, term))}.count`
  const { of, at } = placeOf(term, row)
  return of.kind === 'meta' ? metaColumn(of.field, at) : compileOrdering(of.field, documentOf(of.field, at))
}

function compileTermText(term: OrderTerm, place: number, row: string): Sql {
  if (term.kind === 'meta') return metaText(term.field, row)
  if (term.kind !== 'referenced' && term.kind !== 'related') return compileTerm(term, row)
  const carried = sql`${identifier(row)}.${carriedColumn(place)}`
  if (term.kind === 'related') return carried
  return term.of.kind === 'meta' ? metaTextOf(term.of.field, carried) : carried
}

/** The values of other objects that an ordering needs, as additional columns of the row: `, (o1_1.document->>'distr') as t0`. */
export function carryReferenced(order: readonly OrderTerm[], row: string): Sql {
  const columns = order.flatMap((term, i) =>
    term.kind === 'referenced' || term.kind === 'related'
      ? [sql`, ${compileTerm(term, row)} as ${carriedColumn(i)}`]
      : [],
  )
  return columns.length > 0 ? join(columns, '') : empty
}

function carriedColumn(place: number): Sql {
  return identifier(`t${place}`)
}

function compileTermValue(term: OrderTerm, text: string): Sql {
  if (term.kind === 'key') return sql`${text}::text`
  if (term.kind === 'related') return sql`${text}::bigint`
  const of = term.kind === 'referenced' ? term.of : term
  return of.kind === 'meta' ? metaValue(of.field, text) : compileOrderingText(of.field, text)
}

/** The value that a term orders by, and the alias of its row: the object's own, or that of the joined target of its last reference. */
function placeOf(
  term: Exclude<OrderTerm, { kind: 'key' | 'related' }>,
  row: string,
): { readonly of: OrderValue; readonly at: string } {
  if (term.kind !== 'referenced') return { of: term, at: row }
  const last = term.through.at(-1)
  return { of: term.of, at: last ? joinedRow(row, last) : row }
}

/** `compiler.ts` gives no alias with a `_`. */
function joinedRow(row: string, { join: number }: Pick<OrderStep, 'join'>): string {
  return `${row}_${number}`
}

/**
 * The objects, joined with those that the ordering leads to, up to a `where` that can be extended:
 *
 *     (select * from registry_role_objects as o1 where …) as o1 left join registry_object as o1_1 on o1_1.template = 'image' and o1_1.key = (o1.refs->>'image') where true
 */
export function joinReferenced(objects: Sql, order: readonly OrderTerm[], row: string, compiler: Compiler): Sql {
  const joins = new Map<number, Sql>()
  for (const term of order) {
    if (term.kind === 'related') joins.set(term.join, joinCount(term, row, compiler))
    if (term.kind !== 'referenced') continue
    let from = row
    for (const step of term.through) {
      const joined = joinedRow(row, step)
      const target = identifier(joined)
      joins.set(
        step.join,
        sql`left join ${joinedObjects(step.target, joined, compiler)} and ${target}.key = ${targetKey(step.field, from)}`,
      )
      from = joined
    }
  }
  if (joins.size === 0) return objects
  return sql`(select * from ${objects}) as ${identifier(row)} ${join([...joins.values()], ' ')} where true`
}

/** `left join lateral (select count(*) as count from registry_role_objects as o2 where … and (o2.refs->>'image') = o1.key) as o1_1 on true` */
function joinCount(term: Extract<OrderTerm, { kind: 'related' }>, row: string, compiler: Compiler): Sql {
  const { source, field, where } = term
  const counted = compiler.next()
  const objects = objectsOf(source, counted, compiler)
  const referrers = referenceForm(field).referrers(field, objects, counted, sql`${identifier(row)}.key`)
  const matches = where.kind === 'always' ? empty : sql` and ${compiler.condition(where, counted)}`
  return sql`left join lateral (select count(*) as count from ${referrers}${matches}) as ${identifier(joinedRow(row, term))} on true`
}

/** Whether an index holds the objects in this order. */
export function isIndexed(order: readonly OrderTerm[]): boolean {
  const [first, ...others] = order
  return (
    others.every((term) => term.kind === 'key') &&
    first?.kind === 'field' &&
    first.field.indexed &&
    !first.field.isFilling
  )
}

function isAlwaysThere(term: OrderTerm): boolean {
  return term.kind === 'key' || term.kind === 'related' || (term.kind === 'meta' && metaFields[term.field].required)
}

function opposite(direction: Direction): Direction {
  return direction === 'asc' ? 'desc' : 'asc'
}
