import { assertNever } from '../errors.ts'
import type { AggregateFunction } from '../plan/grouping/measure.ts'
import type { AggregateEntry, AggregateValueEntry } from '../plan/groups.ts'
import type { MetaEntry } from '../plan/plan.ts'
import type { MetaFieldName } from '../template/meta-fields.ts'
import { metaTextOf } from './columns.ts'
import type { Compiler } from './compiler.ts'
import { compileMeasure } from './grouping/compile-measure.ts'
import { jsonObject, jsonOf, jsonOfConstant, jsonOfNumber } from './json-text.ts'
import { nameOfMember } from './member-names.ts'
import type { Sql } from './sql.ts'

/**
 * The aggregates over all rows of that alias, for a query that groups them:
 *
 *     '{"count":' || count(*) || ',"max":' || '{"size":' || max(…) || '}' || ',"avg":' || … || '}'
 *
 * Absent values, and values that do not have the field's type, are ignored. `extremeUpdateTime` may find the first or the last update
 * time in a quicker way.
 */
export function compileAggregate(
  entries: readonly AggregateEntry[],
  row: string,
  compiler: Compiler,
  extremeUpdateTime?: (how: 'min' | 'max') => Sql,
): Sql {
  return jsonObject(
    entries.map((entry) => {
      if (entry.kind === 'typename') return [entry.key, jsonOfConstant(entry.name)]
      if (entry.kind === 'count')
        return [entry.key, jsonOfNumber(compileMeasure({ kind: 'count', where: entry.where }, row, compiler))]
      if (entry.kind === 'rate') return [entry.key, jsonOfNumber(compileMeasure(entry, row, compiler))]
      return [
        entry.key,
        jsonObject(entry.entries.map((one) => [one.key, compileValue(one, entry, row, compiler, extremeUpdateTime)])),
      ]
    }),
  )
}

function compileValue(
  entry: AggregateValueEntry,
  how: AggregateFunction,
  row: string,
  compiler: Compiler,
  extremeUpdateTime?: (how: 'min' | 'max') => Sql,
): Sql {
  switch (entry.kind) {
    case 'typename':
      return jsonOfConstant(entry.name)
    case 'meta':
      return jsonObject(entry.entries.map((one) => [one.key, compileMeta(one, how, row, compiler, extremeUpdateTime)]))
    case 'field': {
      const { field } = entry
      const value = compileMeasure({ ...functionOf(how), kind: 'value', field }, row, compiler)
      return jsonOf(how.function === 'min' || how.function === 'max' ? nameOfMember(field, value) : value)
    }
    default:
      return assertNever(entry)
  }
}

function compileMeta(
  entry: MetaEntry,
  how: AggregateFunction,
  row: string,
  compiler: Compiler,
  extremeUpdateTime?: (how: 'min' | 'max') => Sql,
): Sql {
  if (entry.kind === 'typename') return jsonOfConstant(entry.name)
  if (extremeUpdateTime && entry.field === 'updateTime' && (how.function === 'min' || how.function === 'max'))
    return jsonOf(metaTextOf(entry.field, extremeUpdateTime(how.function)))
  return jsonOf(compileMeasure({ ...functionOf(how), kind: 'value', meta: entry.field }, row, compiler))
}

/**
 * Whether an index has each of these values at one of its ends, so that PostgreSQL need not read all rows, and the last update time
 * should be found by its index as well.
 */
export function areExtremes(entries: readonly AggregateEntry[]): boolean {
  return entries.every((entry) => {
    if (entry.kind === 'typename') return true
    if (entry.kind !== 'values' || (entry.function !== 'min' && entry.function !== 'max')) return false
    return entry.entries.every((one) => {
      if (one.kind === 'field') return one.field.indexed || one.field.unique
      return one.kind === 'typename' || one.entries.every((meta) => meta.kind === 'typename' || isTime(meta.field))
    })
  })
}

function isTime(field: MetaFieldName): boolean {
  return field === 'createTime' || field === 'updateTime'
}

/** Only what says what is done with the values. */
function functionOf(how: AggregateFunction): AggregateFunction {
  return how.function === 'percentile' ? { function: how.function, fraction: how.fraction } : { function: how.function }
}
