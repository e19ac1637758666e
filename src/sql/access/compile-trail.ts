import { type Statement, sql, toStatement } from '../sql.ts'

/** Adds an entry to the trail of administration. */
export function compileInsertTrail(given: {
  readonly action: string
  readonly subject: string
  readonly details?: Readonly<Record<string, unknown>>
  readonly by: {
    readonly actor: string | undefined
    readonly onBehalfOf: string | undefined
    readonly address: string | undefined
  }
}): Statement {
  const { action, subject, details = {}, by } = given
  return toStatement(
    sql`insert into registry_trail (action, subject, details, actor, on_behalf_of, address) values (${action}, ${subject}, ${JSON.stringify(details)}::jsonb, ${by.actor ?? null}, ${by.onBehalfOf ?? null}, ${by.address ?? null})`,
  )
}

/** Entries of the trail, the newest first; of two in the same moment, the later one. */
export function compileTrail(first: number, before: string | undefined): Statement {
  return toStatement(
    sql`select id::text as id, at, action, subject, details, actor, on_behalf_of, address from registry_trail where ${before ?? null}::bigint is null or id < ${before ?? null}::bigint order by id desc limit ${first}`,
  )
}
