import { type Statement, sql, toStatement } from '../sql.ts'

/**
 * Takes or renews a lease, and locks it until the transaction ends: a row, unless another holder has it, for whose transactions nobody
 * waits. If the holder dies, another may have it once its time is over.
 */
export function compileHoldLease(name: string, holder: string, seconds: number): Statement {
  const end = sql`clock_timestamp() + ${seconds}::int * interval '1 second'`
  return toStatement(
    sql`with free as (select name from registry_lease where name = ${name} and (holder = ${holder}::uuid or leased_to < clock_timestamp()) for update skip locked), renewed as (update registry_lease as l set holder = ${holder}::uuid, leased_to = ${end} from free where l.name = free.name returning 1), taken as (insert into registry_lease (name, holder, leased_to) values (${name}, ${holder}::uuid, ${end}) on conflict (name) do nothing returning 1) select 1 as held from renewed union all select 1 from taken`,
  )
}

/** Gives the lease back, so that nobody has to wait for its end. */
export function compileEndLease(name: string, holder: string): Statement {
  return toStatement(sql`delete from registry_lease where name = ${name} and holder = ${holder}::uuid`)
}
