import type { MatrixPlan } from '../../plan/matrix/matrix-plan.ts'
import { printParts } from '../../template/object-key.ts'
import { targetKey } from '../references.ts'
import { empty, identifier, join, type Sql, sql } from '../sql.ts'
import { hasUnicodeForms, isText, rowOf, rowType } from './matrix-row.ts'

/** With more rows, so many conditions would take longer to plan than they save. */
const mostRanges = 32

/**
 * If rows are given, few objects may belong to them. The index of a reference finds those, and the primary key if the field is the first one
 * of the key: `["ntp-client"-` comes after all keys that begin with `["ntp-client",`.
 *
 *     and (o1.document->>'name') = any($1::text[]) and ((o1.key >= '["ntp-client",' and o1.key < '["ntp-client"-') or …)
 */
export function ofRows({ rows, source }: MatrixPlan, row: string): Sql {
  if (rows.kind !== 'given') return empty
  const { field, values } = rows
  if (field.reference) return sql` and ${targetKey(field, row)} = any(${values.map(({ key }) => key ?? null)}::text[])`
  const { template, at } = source
  const ids = values.map(({ value }) => (isText(field) ? String(value) : JSON.stringify(value)))
  const own = sql` and ${rowOf(field, template, row)} = any(${ids}::${rowType(field)}[])`
  const [first, ...others] = template.key
  const isFirst = field === first && others.length > 0 && at === undefined && hasUnicodeForms(field)
  if (!isFirst || values.length === 0 || values.length > mostRanges) return own
  const key = sql`${identifier(row)}.key`
  const ranges = repeatLast(values).map(({ value }) => {
    const beginning = printParts([value]).slice(0, -1)
    return sql`(${key} >= ${`${beginning},`} and ${key} < ${`${beginning}-`})`
  })
  return sql`${own} and (${join(ranges, ' or ')})`
}

/** Repeats the last one until their number is a power of two, so that few statements have to be prepared. */
function repeatLast<One>(all: readonly One[]): readonly One[] {
  const count = 2 ** Math.ceil(Math.log2(all.length))
  return [...all, ...all.slice(-1).flatMap((last) => Array<One>(count - all.length).fill(last))]
}
