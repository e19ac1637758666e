import { assertNever } from '../errors.ts'
import type { ConnectionEntry, OrderTerm } from '../plan/plan.ts'
import { metaColumnName } from './columns.ts'
import { columnsOfObjectEntry } from './compile-selection.ts'
import { identifier, join, type Sql, sql } from './sql.ts'

/**
 * The columns of a page's rows that its entries, and the cursors of an ordering, are made of: `o2.document, o2.key`.
 * PostgreSQL would sort the others along with them.
 */
export function compilePageColumns(entries: readonly ConnectionEntry[], order: readonly OrderTerm[], row: string): Sql {
  const names = new Set([...entries.flatMap(columnsOfEntry), ...order.flatMap(columnsOfTerm)])
  // Something has to stand there, if only the number of rows is of interest.
  if (names.size === 0) names.add('key')
  return join(
    [...names].sort().map((name) => sql`${identifier(row)}.${identifier(name)}`),
    ', ',
  )
}

function columnsOfEntry(entry: ConnectionEntry): string[] {
  if (entry.kind === 'nodes') return entry.selection.entries.flatMap(columnsOfObjectEntry)
  if (entry.kind !== 'edges') return []
  return entry.entries.flatMap((one) =>
    one.kind === 'node' ? one.selection.entries.flatMap(columnsOfObjectEntry) : [],
  )
}

function columnsOfTerm(term: OrderTerm): string[] {
  switch (term.kind) {
    case 'key':
      return ['key']
    case 'meta':
      return [metaColumnName(term.field)]
    case 'field':
      return ['document']
    case 'referenced':
      // Carried under names of their own.
      return []
    default:
      return assertNever(term)
  }
}
