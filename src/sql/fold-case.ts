import { type Sql, sql } from './sql.ts'

/**
 * A text in lower case, for comparison without regard to case. ICU's root collation knows all letters and does not
 * depend on the database's collation; `lower` under `C` knows only ASCII letters. A final sigma becomes an ordinary one,
 * because whether it is final depends on the next character, which is not part of a searched text.
 *
 *     replace(lower(… collate "und-x-icu") collate "C", 'ς', 'σ')
 */
export function foldCase(text: Sql): Sql {
  return sql`replace(lower(${text} collate "und-x-icu") collate "C", 'ς', 'σ')`
}
