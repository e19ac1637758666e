import { type Sql, sql } from './sql.ts'

/**
 * A text whose letters are in lower case, to compare without regard to case. ICU's root collation knows all letters
 * and is the same whatever the database's own collation is: `lower` under `C` knows those of ASCII only. A final
 * sigma depends on what follows it, which a part of a text does not know.
 *
 *     replace(lower(… collate "und-x-icu") collate "C", 'ς', 'σ')
 */
export function foldCase(text: Sql): Sql {
  return sql`replace(lower(${text} collate "und-x-icu") collate "C", 'ς', 'σ')`
}
