/**
 * JSON as text, built by concatenation: a third faster than `json_build_object`, and without the spaces that it prints.
 * Every piece is an expression of type text that is never null: an absent value is the text `null`.
 */

import { join, literal, type Sql, sql } from './sql.ts'

/** PostgreSQL recurses over a chain of concatenations, and fails on one with a few thousand pieces. */
const longestChain = 100

/**
 * An object with these attributes in this order:
 *
 *     '{"name":' || coalesce((o1.document->'name')::text, 'null') || ',"lts":' || … || '}'
 */
export function jsonObject(pairs: readonly (readonly [key: string, value: Sql])[]): Sql {
  if (pairs.length === 0) return sql`'{}'`
  const pieces = pairs.flatMap(([key, value], i) => [literal(`${i === 0 ? '{' : ','}${JSON.stringify(key)}:`), value])
  return concatenate([...pieces, sql`'}'`])
}

/** A list with an item for each row of the enclosing query. `options` are added to the aggregate. */
export function jsonList(item: Sql, options: { readonly order?: Sql; readonly filter?: Sql } = {}): Sql {
  const order = options.order ? sql` order by ${options.order}` : sql``
  const filter = options.filter ? sql` filter (where ${options.filter})` : sql``
  return sql`'[' || coalesce(string_agg(${item}, ','${order})${filter}, '') || ']'`
}

/** A value of type jsonb. */
export function jsonOfJsonb(value: Sql): Sql {
  return orNull(sql`(${value})::text`)
}

/** A value whose text is its JSON: a number or a boolean. */
export function jsonOfNumber(value: Sql): Sql {
  return orNull(sql`(${value})::text`)
}

/** A value of any known type. */
export function jsonOf(value: Sql): Sql {
  return orNull(sql`to_json(${value})::text`)
}

/** A constant text of the program itself. */
export function jsonOfConstant(text: string): Sql {
  return literal(JSON.stringify(text))
}

/** JSON text that may be SQL's null. */
export function orNull(text: Sql): Sql {
  return sql`coalesce(${text}, 'null')`
}

function concatenate(pieces: readonly Sql[]): Sql {
  if (pieces.length <= longestChain) return join(pieces, ' || ')
  const size = Math.ceil(pieces.length / longestChain)
  const chunks: Sql[] = []
  for (let start = 0; start < pieces.length; start += size)
    chunks.push(sql`(${concatenate(pieces.slice(start, start + size))})`)
  return join(chunks, ' || ')
}
