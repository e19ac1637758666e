import { type Statement, sql, toStatement } from '../sql.ts'

interface GivenEntry {
  readonly action: string
  readonly subject: string
  readonly details?: Readonly<Record<string, unknown>>
  readonly by: {
    readonly actor: string | undefined
    readonly onBehalfOf: string | undefined
    readonly address: string | undefined
  }
}

/** Adds an entry to the trail of administration. */
export function compileInsertTrail({ action, subject, details = {}, by }: GivenEntry): Statement {
  return toStatement(
    sql`insert into registry_trail (action, subject, details, actor, on_behalf_of, address) values (${action}, ${subject}, ${JSON.stringify(details)}::jsonb, ${by.actor ?? null}, ${by.onBehalfOf ?? null}, ${by.address ?? null})`,
  )
}

/**
 * Adds an entry about the rules of access, unless the last one has the same subject and details; `isOpen`: nor if there is none yet.
 * Returns a row if it was added.
 */
export function compileInsertRoles({ action, subject, details = {} }: GivenEntry, isOpen: boolean): Statement {
  const text = JSON.stringify(details)
  return toStatement(
    sql`with last as (select subject, details from registry_trail where action = ${action} order by id desc limit 1) insert into registry_trail (action, subject, details) select ${action}, ${subject}, ${text}::jsonb where not exists (select from last where subject = ${subject} and details = ${text}::jsonb) and (not ${isOpen}::boolean or exists (select from last)) returning id`,
  )
}

/** Entries of the trail, the newest first; of two in the same moment, the later one. */
export function compileTrail(first: number, before: string | undefined): Statement {
  return toStatement(
    sql`select id::text as id, at, action, subject, details, actor, on_behalf_of, address from registry_trail where ${before ?? null}::bigint is null or id < ${before ?? null}::bigint order by registry_trail.id desc limit ${first}`,
  )
}
