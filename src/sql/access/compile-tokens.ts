import { type Statement, sql, toStatement } from '../sql.ts'

/** Keeps a new token: a row of `created_at`, and of `live`, how many tokens of that name can now be used. */
export function compileInsertToken(given: {
  readonly name: string
  readonly hash: Buffer
  readonly createdBy: string | undefined
  readonly expiresAt: Date | undefined
}): Statement {
  const { name, hash, createdBy, expiresAt } = given
  return toStatement(
    sql`with made as (insert into registry_token (name, hash, created_by, expires_at) values (${name}, ${hash}, ${createdBy ?? null}, ${expiresAt?.toISOString() ?? null}::timestamptz) returning created_at) select created_at, 1 + (select count(*) from registry_token where name = ${name} and revoked_at is null and (expires_at is null or expires_at > now()))::int as live from made`,
  )
}

/** Ends all tokens of the name: a row of `ended`, how many could be used until now. */
export function compileRevokeTokens(name: string, by: string | undefined): Statement {
  return toStatement(
    sql`with ended as (update registry_token set revoked_at = now(), revoked_by = ${by ?? null} where name = ${name} and revoked_at is null returning expires_at) select count(*) filter (where expires_at is null or expires_at > now())::int as ended from ended`,
  )
}

/** The tokens with these hashes: rows of `hash` and of what is known of each. */
export function compileFindTokens(hashes: readonly Buffer[]): Statement {
  return toStatement(
    sql`select id::text as id, hash, name, expires_at, revoked_at, used_on::text as used_on from registry_token where hash = any(${hashes}::bytea[])`,
  )
}

/** All tokens, or those that have not been revoked, by name and age. */
export function compileTokens(includeRevoked: boolean): Statement {
  return toStatement(
    sql`select name, created_at, created_by, expires_at, revoked_at, revoked_by, used_on::text as used_on from registry_token where ${includeRevoked}::boolean or revoked_at is null order by name, id`,
  )
}

/** Records that a token was used on a day; once a day is enough. */
export function compileUseToken(id: string, day: string): Statement {
  return toStatement(
    sql`update registry_token set used_on = ${day}::date where id = ${id}::bigint and (used_on is null or used_on < ${day}::date)`,
  )
}
