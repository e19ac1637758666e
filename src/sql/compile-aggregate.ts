import { assertNever } from '../errors.ts'
import type { AggregateEntry, AggregateFunction, AggregateValueEntry } from '../plan/groups.ts'
import type { MetaEntry } from '../plan/plan.ts'
import type { Field } from '../template/model.ts'
import { metaColumn, metaTextOf } from './columns.ts'
import { jsonObject, jsonOf, jsonOfConstant, jsonOfNumber } from './json-text.ts'
import { compileOrdering, compileOrderingOutput, orderingOf } from './ordering.ts'
import { type Sql, sql } from './sql.ts'
import { documentOf } from './stored-document.ts'

/**
 * The aggregates over all rows of that alias, for a query that groups them:
 *
 *     '{"count":' || count(*) || ',"max":' || '{"size":' || max(…) || '}' || ',"avg":' || … || '}'
 *
 * Absent values, and values that do not have the field's type, are ignored.
 */
export function compileAggregate(entries: readonly AggregateEntry[], row: string): Sql {
  return jsonObject(
    entries.map((entry) => {
      if (entry.kind === 'typename') return [entry.key, jsonOfConstant(entry.name)]
      if (entry.kind === 'count') return [entry.key, jsonOfNumber(sql`count(*)`)]
      return [entry.key, jsonObject(entry.entries.map((one) => [one.key, compileValue(one, entry.function, row)]))]
    }),
  )
}

function compileValue(entry: AggregateValueEntry, name: AggregateFunction, row: string): Sql {
  switch (entry.kind) {
    case 'typename':
      return jsonOfConstant(entry.name)
    case 'meta':
      return jsonObject(entry.entries.map((one) => [one.key, compileMeta(one, name, row)]))
    case 'field':
      return name === 'min' || name === 'max'
        ? jsonOf(compileExtreme(entry.field, name, row))
        : jsonOf(compileTotal(entry.field, name, row))
    default:
      return assertNever(entry)
  }
}

function compileExtreme(field: Field, name: 'min' | 'max', row: string): Sql {
  const value = compileOrdering(field, documentOf(field, row))
  const extreme =
    orderingOf(field).extremes?.[name](value) ?? (name === 'min' ? sql`min(${value})` : sql`max(${value})`)
  return compileOrderingOutput(field, extreme)
}

function compileTotal(field: Field, name: 'avg' | 'sum', row: string): Sql {
  const { totals } = orderingOf(field)
  if (!totals) throw new Error(`"${field.name}" cannot be added up`)
  return totals[name](compileOrdering(field, documentOf(field, row)))
}

function compileMeta(entry: MetaEntry, name: AggregateFunction, row: string): Sql {
  if (entry.kind === 'typename') return jsonOfConstant(entry.name)
  const column = metaColumn(entry.field, row)
  return jsonOf(metaTextOf(entry.field, name === 'min' ? sql`min(${column})` : sql`max(${column})`))
}
