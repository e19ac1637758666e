import type { GroupMeasure } from '../../plan/grouping/group-measures.ts'
import type { AggregateFunction, Measure } from '../../plan/grouping/measure.ts'
import { fieldTypes } from '../../template/field-types/field-types.ts'
import type { MetaFieldName } from '../../template/meta-fields.ts'
import type { Field } from '../../template/model.ts'
import { metaColumn, metaTextOf } from '../columns.ts'
import type { Compiler } from '../compiler.ts'
import { compileGroupValue } from '../group-values.ts'
import { compileOrdering, compileOrderingOutput, orderingOf } from '../ordering.ts'
import { durationOf, secondsOf } from '../orderings.ts'
import { join, literal, type Sql, sql, trusted } from '../sql.ts'
import { documentOf } from '../stored-document.ts'

/** The largest `double precision`; PostgreSQL refuses to cast a larger number. */
const largest = trusted('1.7976931348623157e308')

/** The most pairs that a function takes, which has at most 100 arguments. */
const mostPairs = 50

/** A document with each measure under the attribute of its field: `jsonb_build_object('m0', count(*), 'm1', max(…))`. */
export function compileMeasures(measures: readonly GroupMeasure[], row: string, compiler: Compiler): Sql {
  const pairs = measures.map(
    ({ measure, field }) => sql`${literal(field.attribute)}, ${compileComparable(measure, row, compiler)}`,
  )
  const chunks: Sql[] = []
  for (let start = 0; start < pairs.length; start += mostPairs)
    chunks.push(sql`jsonb_build_object(${join(pairs.slice(start, start + mostPairs), ', ')})`)
  return join(chunks, ' || ')
}

/**
 * A measure in a form that compares: a time of `_meta` as fields have it, without microseconds if there are none; a sum of bigints as
 * a number; one of durations only if it is as short as a duration.
 */
function compileComparable(measure: Measure, row: string, compiler: Compiler): Sql {
  const value = compileMeasure(measure, row, compiler)
  if (measure.kind !== 'value') return value
  if ('meta' in measure)
    return measure.meta.endsWith('Time') ? sql`regexp_replace(${value}, '(\\.[0-9]{3})000Z$', '\\1Z')` : value
  if (measure.function !== 'sum') return value
  if (measure.field.type === 'bigint') return sql`${value}::numeric`
  return measure.field.type === 'duration' ? sql`case when ${secondsOf(value)} is not null then ${value} end` : value
}

/** A measure of all rows of that alias, for a query that groups them, in the form in which it is returned; null if there is none. */
export function compileMeasure(measure: Measure, row: string, compiler: Compiler): Sql {
  switch (measure.kind) {
    case 'count':
      return measure.where ? sql`count(*) filter (where ${compiler.condition(measure.where, row)})` : sql`count(*)`
    case 'rate':
      return sql`(count(*) filter (where ${compiler.condition(measure.where, row)})::float8 / nullif(count(*), 0))`
    case 'value':
      return 'meta' in measure
        ? compileMetaExtreme(measure.meta, measure.function, row)
        : compileFunction(measure, measure.field, row)
  }
}

function compileFunction(how: AggregateFunction, field: Field, row: string): Sql {
  const ordering = () => compileOrdering(field, documentOf(field, row))
  switch (how.function) {
    case 'min':
    case 'max': {
      const value = ordering()
      const extreme =
        orderingOf(field).extremes?.[how.function](value) ??
        (how.function === 'min' ? sql`min(${value})` : sql`max(${value})`)
      return compileOrderingOutput(field, extreme)
    }
    case 'avg':
    case 'sum': {
      const { totals } = orderingOf(field)
      if (!totals) throw new Error(`"${field.name}" cannot be added up`)
      return totals[how.function](ordering())
    }
    case 'distinctCount':
      return sql`count(distinct ${compileGroupValue(field, row)})`
    case 'percentile': {
      const value = ordering()
      const double = sql`(case when abs(${value}) <= ${largest} then (${value})::float8 end)`
      const percentile = sql`percentile_cont(${how.fraction}::float8) within group (order by ${double})`
      // Between two large numbers of different signs, the interpolation is infinite.
      const finite = sql`nullif(nullif(${percentile}, 'Infinity'), '-Infinity')`
      return fieldTypes[field.type].totals?.avg === 'Duration' ? durationOf(sql`(${finite})::text::numeric`) : finite
    }
  }
}

function compileMetaExtreme(meta: MetaFieldName, name: AggregateFunction['function'], row: string): Sql {
  const column = metaColumn(meta, row)
  return metaTextOf(meta, name === 'min' ? sql`min(${column})` : sql`max(${column})`)
}
