import { partitionOf } from '../source.ts'
import { join, literal, type Statement, sql, toStatement } from '../sql.ts'

/**
 * Keeps autovacuum away from storages in the rest of the transaction, and cancels it, which PostgreSQL does after a second of waiting
 * (`deadlock_timeout`). Writers go on meanwhile: they would queue behind a stronger lock that waits for it. `limit` is how long the
 * transaction waits for such locks from then on: `500ms`.
 */
export function compileHoldOffVacuum(storages: readonly string[], limit: string): readonly Statement[] {
  if (storages.length === 0) return [compileLockLimit(limit)]
  const lock = toStatement(sql`lock table ${join(storages.map(partitionOf), ', ')} in share update exclusive mode`)
  return [compileLockLimit('1300ms'), lock, compileLockLimit(limit)]
}

/** The same for all tables of the registry that this role owns, but for those that another server drops meanwhile. */
export function compileHoldOffVacuumEverywhere(limit: string): readonly Statement[] {
  const lock = sql`do $$
declare
  owned name[] := array(
    select c.relname from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
      where n.nspname = current_schema() and c.relkind = 'r' and starts_with(c.relname, 'registry_') and pg_has_role(c.relowner, 'USAGE')
      order by c.oid);
  own name;
begin
  -- Not over a query: the building of an index would wait for its snapshot.
  foreach own in array owned loop
    begin
      execute format('lock table %I in share update exclusive mode', own);
    exception when undefined_table then
      null;
    end;
  end loop;
end $$`
  return [compileLockLimit('1300ms'), toStatement(lock), compileLockLimit(limit)]
}

/** How long the rest of the transaction waits for each lock: `500ms`. */
export function compileLockLimit(limit: string): Statement {
  return toStatement(sql`set local lock_timeout = ${literal(limit)}`)
}
