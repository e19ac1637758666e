import { assertNever } from '../errors.ts'
import type { AggregateEntry, AggregateFunction, AggregateValueEntry } from '../plan/groups.ts'
import type { MetaEntry } from '../plan/plan.ts'
import type { Field } from '../template/model.ts'
import { buildObject } from './build-object.ts'
import { metaColumn, metaTextOf } from './columns.ts'
import { compileOrdering, compileOrderingOutput, orderingOf } from './ordering.ts'
import { identifier, literal, type Sql, sql } from './sql.ts'

/**
 * What is worked out of all rows of that alias, for a query that groups them:
 *
 *     json_build_object('count', count(*), 'max', json_build_object('size', max(…)), 'avg', json_build_object('size', trim_scale(avg(…))))
 *
 * Absent values take no part, nor do those that the field's type does not have.
 */
export function compileAggregate(entries: readonly AggregateEntry[], row: string): Sql {
  return buildObject(
    entries.map((entry) => {
      if (entry.kind === 'typename') return [entry.key, literal(entry.name)]
      if (entry.kind === 'count') return [entry.key, sql`count(*)`]
      return [entry.key, buildObject(entry.entries.map((one) => [one.key, compileValue(one, entry.function, row)]))]
    }),
  )
}

function compileValue(entry: AggregateValueEntry, name: AggregateFunction, row: string): Sql {
  switch (entry.kind) {
    case 'typename':
      return literal(entry.name)
    case 'meta':
      return buildObject(entry.entries.map((one) => [one.key, compileMeta(one, name, row)]))
    case 'field':
      return name === 'min' || name === 'max'
        ? compileExtreme(entry.field, name, row)
        : compileTotal(entry.field, name, row)
    default:
      return assertNever(entry)
  }
}

function compileExtreme(field: Field, name: 'min' | 'max', row: string): Sql {
  const value = compileOrdering(field, sql`${identifier(row)}.document`)
  const extreme =
    orderingOf(field).extremes?.[name](value) ?? (name === 'min' ? sql`min(${value})` : sql`max(${value})`)
  return compileOrderingOutput(field, extreme)
}

function compileTotal(field: Field, name: 'avg' | 'sum', row: string): Sql {
  const { totals } = orderingOf(field)
  if (!totals) throw new Error(`"${field.name}" cannot be added up`)
  return totals[name](compileOrdering(field, sql`${identifier(row)}.document`))
}

function compileMeta(entry: MetaEntry, name: AggregateFunction, row: string): Sql {
  if (entry.kind === 'typename') return literal(entry.name)
  const column = metaColumn(entry.field, row)
  return metaTextOf(entry.field, name === 'min' ? sql`min(${column})` : sql`max(${column})`)
}
