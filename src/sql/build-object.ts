import { join, literal, type Sql, sql } from './sql.ts'

/** PostgreSQL passes at most 100 arguments to a function. */
const pairsPerCall = 50

/**
 * A JSON object with these attributes in this order. `json`, not `jsonb`: it keeps the order of the response and
 * costs no parsing. Beyond 50 pairs the texts of several objects are joined.
 *
 *     json_build_object('name', …, 'lts', …)
 */
export function buildObject(pairs: readonly (readonly [string, Sql])[]): Sql {
  if (pairs.length === 0) return sql`'{}'::json`
  const calls: Sql[] = []
  for (let start = 0; start < pairs.length; start += pairsPerCall) {
    const args = pairs.slice(start, start + pairsPerCall).map(([key, value]) => sql`${literal(key)}, ${value}`)
    calls.push(sql`json_build_object(${join(args, ', ')})`)
  }
  const [only] = calls
  if (only && calls.length === 1) return only
  // No subquery around a call: an aggregate without columns in it, such as count(*), would count the subquery's row.
  const inner = calls.map((call) => sql`left(substr(${call}::text, 2), -1)`)
  return sql`('{' || ${join(inner, " || ', ' || ")} || '}')::json`
}
