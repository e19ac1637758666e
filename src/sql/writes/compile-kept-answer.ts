/** The statements that keep the answer to a write, so that the same request again gets it. */

import { keptAnswerTable } from '../source.ts'
import { type Statement, sql, toStatement } from '../sql.ts'

/** Whose key it is, and the request that it was sent with, as hashes. */
export interface KeyOfRequest {
  readonly caller: string
  readonly key: string
  readonly request: Buffer
  /** What the caller may read. */
  readonly sight: Buffer
}

/**
 * Takes the key for the transaction: one row, unless there is an answer under it already. Another transaction that takes the same key
 * waits until this one ends. An answer that is older than a day is gone.
 */
export function compileTakeKey({ caller, key, request, sight }: KeyOfRequest): Statement {
  return toStatement(sql`insert into ${keptAnswerTable} as kept (caller, key, request, sight) values (${caller}, ${key}, ${request}, ${sight})
on conflict (caller, key) do update set request = excluded.request, sight = excluded.sight, answer = null, created_at = excluded.created_at
where kept.created_at <= clock_timestamp() - interval '1 day' returning true as taken`)
}

/** The answer under the key, a row of `answer`, and of whether it is that to this request (`is_same`), for a caller who may read the same (`is_seen`). */
export function compileKeptAnswer({ caller, key, request, sight }: KeyOfRequest): Statement {
  return toStatement(
    sql`select answer, request = ${request}::bytea as is_same, sight = ${sight}::bytea as is_seen from ${keptAnswerTable} where caller = ${caller} and key = ${key}`,
  )
}

/** Keeps the answer under a key that the transaction has taken, and removes some that are older than a day. */
export function compileKeepAnswer({ caller, key }: KeyOfRequest, answer: string): Statement {
  return toStatement(sql`with old as (select caller, key from ${keptAnswerTable} where created_at <= clock_timestamp() - interval '1 day' order by created_at limit 20 for update skip locked),
  gone as (delete from ${keptAnswerTable} as kept using old where kept.caller = old.caller and kept.key = old.key)
update ${keptAnswerTable} set answer = ${answer} where caller = ${caller} and key = ${key}`)
}

/** Gives back a key that the transaction has taken. */
export function compileReleaseKey({ caller, key }: KeyOfRequest): Statement {
  return toStatement(sql`delete from ${keptAnswerTable} where caller = ${caller} and key = ${key}`)
}

/** Waits for all writes with a key, and lets none begin until the transaction ends. */
export function compileLockAnswers(): Statement {
  return toStatement(sql`lock table ${keptAnswerTable} in share row exclusive mode`)
}

/** Empties all answers: any of them may show an object that is purged. The keys stay, so that nothing is done twice. */
export function compileForgetAnswers(): Statement {
  return toStatement(sql`update ${keptAnswerTable} set answer = null where answer is not null`)
}
