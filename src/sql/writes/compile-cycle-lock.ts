import { literal, type Statement, sql, toStatement, trusted } from '../sql.ts'

/** An arbitrary number, the same in every registry server. */
const lockClass = '730512466'

/**
 * A lock for templates whose deletes lead back to themselves. A delete (`alone`) runs one at a time, and not at the same time as
 * writes of their objects (`together`). It is held until the transaction ends.
 */
export function compileCycleLock(template: string, mode: 'alone' | 'together'): Statement {
  const take = trusted(mode === 'alone' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared')
  return toStatement(sql`select ${take}(${trusted(lockClass)}, hashtext(${literal(template)}))::text as taken`)
}
