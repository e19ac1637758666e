/** The statements of webhooks: how far each has come, and what it could not deliver. */

import type { FeedPosition } from '../../plan/feed/feed-position.ts'
import { changeTable, deliveryTable, feedFloor, webhookTable } from '../source.ts'
import { empty, type Statement, sql, toStatement } from '../sql.ts'

/** Those that are new begin at this position. */
export function compileBeginWebhooks(names: readonly string[], position: string): Statement {
  return toStatement(
    sql`insert into ${webhookTable} (name, position) select name, ${position}::jsonb from unnest(${[...names]}::text[]) as given (name) on conflict (name) do nothing`,
  )
}

/**
 * Rows of these webhooks: `name`, `position`, `state`, `last_delivery`, `last_error`, `waiting` and `failed`, how many changes wait for another
 * attempt and how many nobody tries any more, and whether one `is_due`.
 */
export function compileWebhooks(names: readonly string[]): Statement {
  const counts = sql`select count(*) filter (where not d.is_dead)::int as waiting, count(*) filter (where d.is_dead)::int as failed, coalesce(bool_or(not d.is_dead and d.next_at <= clock_timestamp()), false) as is_due from ${deliveryTable} as d where d.webhook = w.name`
  return toStatement(
    sql`select w.name, w.position, w.state, w.last_delivery, w.last_error, counts.* from ${webhookTable} as w, lateral (${counts}) as counts where w.name = any(${[...names]}::text[])`,
  )
}

/** A row if the webhook is at this position now: only while the holder has the lease. */
export function compileMoveWebhook(given: {
  readonly name: string
  readonly position: string
  readonly hasDelivered: boolean
  readonly error: string | undefined
  /** Undefined: the same as before. */
  readonly state: string | undefined
  readonly lease: string
  readonly holder: string
}): Statement {
  const { name, position, hasDelivered, error, state, lease, holder } = given
  const isHeld = sql`exists (select from registry_lease as l where l.name = ${lease} and l.holder = ${holder}::uuid)`
  return toStatement(
    sql`update ${webhookTable} set position = ${position}::jsonb, last_delivery = case when ${hasDelivered}::boolean then clock_timestamp() else last_delivery end, last_error = case when ${error ?? null}::text is null and ${hasDelivered}::boolean then null else coalesce(${error ?? null}::text, last_error) end, state = coalesce(${state ?? null}::text, state) where name = ${name} and ${isHeld} returning 1`,
  )
}

/** A row if there is such a webhook. */
export function compileSetWebhookState(name: string, state: string, error: string | null): Statement {
  return toStatement(
    sql`update ${webhookTable} set state = ${state}, last_error = coalesce(${error}::text, last_error) where name = ${name} returning 1`,
  )
}

/** What is to be delivered later. `wait` is in seconds. */
export interface NewDelivery {
  readonly sequence: string
  /** The same for all changes of an object. */
  readonly lane: string
  readonly position: unknown
  readonly attempts: number
  readonly wait: number
  readonly reason: string | null
}

export function compileAddDeliveries(webhook: string, deliveries: readonly NewDelivery[]): Statement {
  const given = sql`jsonb_to_recordset(${JSON.stringify(deliveries)}::jsonb) as d (sequence bigint, lane text, position jsonb, attempts int, wait float8, reason text)`
  return toStatement(
    sql`insert into ${deliveryTable} (webhook, sequence, lane, position, attempts, next_at, reason) select ${webhook}, d.sequence, d.lane, d.position, d.attempts, clock_timestamp() + d.wait * interval '1 second', d.reason from ${given} on conflict (webhook, sequence) do update set attempts = excluded.attempts, next_at = excluded.next_at, reason = excluded.reason, is_dead = false`,
  )
}

/** The objects of which changes wait: rows of `lane`, `uuid`, `template` and `key`; all but the lane are null for what the log has no more. */
export function compileWaitingLanes(webhook: string): Statement {
  return toStatement(
    sql`select distinct d.lane, c.uuid::text as uuid, c.template, c.key from ${deliveryTable} as d left join ${changeTable} as c on c.sequence = d.sequence where d.webhook = ${webhook} and not d.is_dead`,
  )
}

/** What waits of objects whose first change is due: rows of `sequence`, `lane`, `position` and `attempts`, in order. */
export function compileDueDeliveries(webhook: string, first: number): Statement {
  const own = sql`from ${deliveryTable} as d where d.webhook = ${webhook} and not d.is_dead`
  return toStatement(
    sql`select d.sequence::text as sequence, d.lane, d.position, d.attempts from (select d.* ${own}) as d join (select distinct on (d.lane) d.lane, d.next_at ${own} order by d.lane, d.sequence) as head on head.lane = d.lane where head.next_at <= clock_timestamp() order by d.sequence limit ${first}::int`,
  )
}

/** Notes that it has been delivered, so that the last error is none any more. */
export function compileEndDelivery(webhook: string, sequence: string): Statement {
  return toStatement(
    sql`with gone as (delete from ${deliveryTable} where webhook = ${webhook} and sequence = ${sequence}::bigint) update ${webhookTable} set last_delivery = clock_timestamp(), last_error = null where name = ${webhook}`,
  )
}

/** Notes a failure, and when to try again; without `wait`, never. Dead letters stay for 30 days. */
export function compileFailDelivery(
  webhook: string,
  sequence: string,
  reason: string,
  wait: number | undefined,
): Statement {
  const failed = sql`failed as (update ${deliveryTable} set attempts = attempts + 1, reason = ${reason}, is_dead = ${wait === undefined}, next_at = clock_timestamp() + ${wait ?? 0}::float8 * interval '1 second' where webhook = ${webhook} and sequence = ${sequence}::bigint)`
  const old = sql`old as (delete from ${deliveryTable} where webhook = ${webhook} and is_dead and next_at < clock_timestamp() - interval '30 days')`
  return toStatement(
    sql`with ${failed}, ${old} update ${webhookTable} set last_error = ${reason} where name = ${webhook}`,
  )
}

/** When the oldest change was made that waits for another attempt: rows of `webhook` and `time`. */
export function compileOldestDeliveries(names: readonly string[]): Statement {
  return toStatement(
    sql`select d.webhook, min(c.changed_at) as time from ${deliveryTable} as d join ${changeTable} as c on c.sequence = d.sequence where d.webhook = any(${[...names]}::text[]) and not d.is_dead group by d.webhook`,
  )
}

/** What nobody tries any more, the newest first: rows of `sequence`, `attempts`, `reason` and `time`, that of the last attempt. */
export function compileDeadLetters(webhook: string, first: number): Statement {
  return toStatement(
    sql`select d.sequence::text as sequence, d.attempts, d.reason, d.next_at as time from ${deliveryTable} as d where d.webhook = ${webhook} and d.is_dead order by d.sequence desc limit ${first}::int`,
  )
}

/**
 * The places in the log of what changed in these storages in a span of time: a row of `before`, which comes before the first of them, and `last`,
 * null if there is none; and `newest`, the end of the log. `+ 0`: the least sequence would be looked for by the primary key, from its beginning on.
 */
export function compileChangedIn(storages: readonly string[], from: string, to: string): Statement {
  return toStatement(
    sql`select (min(c.sequence + 0) - 1)::text as before, max(c.sequence + 0)::text as last, (select max(sequence) from ${changeTable})::text as newest from ${changeTable} as c where c.template = any(${[...storages]}::text[]) and c.changed_at >= ${from}::timestamptz and c.changed_at <= ${to}::timestamptz`,
  )
}

/** Those of these changes that come before a position: rows of `sequence`. */
export function compilePassed(sequences: readonly string[], { after, batch }: FeedPosition): Statement {
  const isSeen = (snapshot: string) => sql`pg_visible_in_snapshot(c.transaction, ${snapshot}::pg_snapshot)`
  const isInBatch = batch ? sql` or c.sequence <= ${batch.sequence}::bigint and ${isSeen(batch.until)}` : empty
  return toStatement(
    sql`select c.sequence::text as sequence from ${changeTable} as c where c.sequence = any(${[...sequences]}::bigint[]) and (c.sequence <= ${feedFloor} or ${isSeen(after)}${isInBatch})`,
  )
}
