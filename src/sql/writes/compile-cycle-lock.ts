import { literal, type Statement, sql, toStatement, trusted } from '../sql.ts'

/** Any number will do, as long as every registry server takes the same. */
const lockClass = '730512466'

/**
 * Lets the deletes of a template whose deletes come back to itself go one at a time (`alone`), beside no write of its
 * objects (`together`). Held until the transaction ends.
 */
export function compileCycleLock(template: string, mode: 'alone' | 'together'): Statement {
  const take = trusted(mode === 'alone' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared')
  return toStatement(sql`select ${take}(${trusted(lockClass)}, hashtext(${literal(template)}))::text as taken`)
}
