import { assertNever } from '../errors.ts'
import type { AggregateFunction } from '../plan/grouping/measure.ts'
import type { AggregateEntry, AggregateValueEntry } from '../plan/groups.ts'
import type { MetaEntry } from '../plan/plan.ts'
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
 * Absent values, and values that do not have the field's type, are ignored.
 */
export function compileAggregate(entries: readonly AggregateEntry[], row: string, compiler: Compiler): Sql {
  return jsonObject(
    entries.map((entry) => {
      if (entry.kind === 'typename') return [entry.key, jsonOfConstant(entry.name)]
      if (entry.kind === 'count')
        return [entry.key, jsonOfNumber(compileMeasure({ kind: 'count', where: entry.where }, row, compiler))]
      if (entry.kind === 'rate') return [entry.key, jsonOfNumber(compileMeasure(entry, row, compiler))]
      return [entry.key, jsonObject(entry.entries.map((one) => [one.key, compileValue(one, entry, row, compiler)]))]
    }),
  )
}

function compileValue(entry: AggregateValueEntry, how: AggregateFunction, row: string, compiler: Compiler): Sql {
  switch (entry.kind) {
    case 'typename':
      return jsonOfConstant(entry.name)
    case 'meta':
      return jsonObject(entry.entries.map((one) => [one.key, compileMeta(one, how, row, compiler)]))
    case 'field': {
      const { field } = entry
      const value = compileMeasure({ ...functionOf(how), kind: 'value', field }, row, compiler)
      return jsonOf(how.function === 'min' || how.function === 'max' ? nameOfMember(field, value) : value)
    }
    default:
      return assertNever(entry)
  }
}

function compileMeta(entry: MetaEntry, how: AggregateFunction, row: string, compiler: Compiler): Sql {
  if (entry.kind === 'typename') return jsonOfConstant(entry.name)
  return jsonOf(compileMeasure({ ...functionOf(how), kind: 'value', meta: entry.field }, row, compiler))
}

/** Only what says what is done with the values. */
function functionOf(how: AggregateFunction): AggregateFunction {
  return how.function === 'percentile' ? { function: how.function, fraction: how.fraction } : { function: how.function }
}
