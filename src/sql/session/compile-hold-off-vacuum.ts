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

/** The same for all tables that the registry has by then. */
export function compileHoldOffVacuumEverywhere(limit: string): readonly Statement[] {
  const lock = sql`do $$
declare
  tables text;
begin
  select string_agg(oid::regclass::text, ', ' order by oid) into tables
    from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r' and starts_with(relname, 'registry_');
  if tables is not null then
    execute 'lock table ' || tables || ' in share update exclusive mode';
  end if;
end $$`
  return [compileLockLimit('1300ms'), toStatement(lock), compileLockLimit(limit)]
}

function compileLockLimit(limit: string): Statement {
  return toStatement(sql`set local lock_timeout = ${literal(limit)}`)
}
