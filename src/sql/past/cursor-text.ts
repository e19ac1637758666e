import { join, type Sql, sql } from '../sql.ts'

/** The text of a cursor: a JSON array of texts in base64url. */
export function cursorText(values: readonly Sql[]): Sql {
  // An array, because a function such as json_build_array takes at most 100 arguments.
  return sql`translate(encode(convert_to(to_json(array[${join(values, ', ')}])::text, 'UTF8'), 'base64'), E'+/=\\n', '-_')`
}
