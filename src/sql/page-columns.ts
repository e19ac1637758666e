import { assertNever } from '../errors.ts'
import type { ConnectionEntry, OrderTerm } from '../plan/plan.ts'
import { metaColumnNames } from './columns.ts'
import { columnsOfObjectEntry } from './compile-selection.ts'
import { identifier, join, type Sql, sql } from './sql.ts'
import { columnsOfFill } from './stored-document.ts'

/**
 * The columns that the entries of a page, and the cursors of its ordering, need: `o2.document, o2.key`.
 * PostgreSQL would also sort any others.
 */
export function compilePageColumns(entries: readonly ConnectionEntry[], order: readonly OrderTerm[], row: string): Sql {
  const names = new Set([...entries.flatMap(columnsOfEntry), ...order.flatMap(columnsOfTerm)])
  // At least one column is necessary, even if only the number of rows matters.
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
      return [...metaColumnNames(term.field)]
    case 'field':
      return ['document', ...columnsOfFill(term.field)]
    case 'referenced':
    case 'related':
      // These columns have other names.
      return []
    default:
      return assertNever(term)
  }
}
