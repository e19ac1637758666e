/** The statements that write what objects were in another registry. */

import { metaTextOf } from '../columns.ts'
import { changeTable, historyTable, objectTable, pastTable } from '../source.ts'
import { literal, type Sql, type Statement, sql, toStatement } from '../sql.ts'

const shownTime = (column: Sql) => metaTextOf('updateTime', column)

/**
 * What is known under these keys, from a version of each on, and the newest change of each: rows of `key`, `version`, `uuid`, `outcome`,
 * `time`, and `is_present`, whether the object is as that version. The log need not tell of the newest version: it has no outcome then.
 */
export function compileKnownVersions(stored: string, keys: readonly string[], from: readonly number[]): Statement {
  const columns = sql`uuid, version, outcome, changed_at`
  const own = sql`from ${changeTable} where template = ${literal(stored)} and key = w.key`
  const changes = sql`(select ${columns} ${own} and version >= w.version) union (select ${columns} ${own} order by sequence desc limit 1)`
  const logged = sql`select w.key, c.version, c.uuid, c.outcome, c.changed_at, coalesce(o.uuid = c.uuid and o.version = c.version and c.outcome <> 'DELETED', false) as is_present from wanted as w cross join lateral (${changes}) as c left join present as o on o.key = w.key`
  const unlogged = sql`select o.key, o.version, o.uuid, null, o.changed_at, true from present as o where not exists (select from logged as l where l.key = o.key and l.is_present)`
  return toStatement(
    sql`with wanted as materialized (select * from unnest(${[...keys]}::text[], ${[...from]}::int[]) as given (key, version)), present as materialized (select key, uuid, version, changed_at from ${objectTable} where template = ${literal(stored)} and key = any(${[...keys]}::text[])), logged as materialized (${logged}) select key, version, uuid::text as uuid, outcome, ${shownTime(sql`changed_at`)} as time, is_present from (select * from logged union all ${unlogged}) as k order by key, version`,
  )
}

/** The uuids among these whose objects have been purged, with the time of that: rows of `uuid` and `time`. */
export function compilePurged(uuids: readonly string[]): Statement {
  return toStatement(
    sql`select distinct given.uuid, ${shownTime(sql`t.at`)} as time from unnest(${[...uuids]}::text[]) as given (uuid) join registry_trail as t on t.action = 'OBJECT_PURGED' and t.details->'uuids' ? given.uuid`,
  )
}

/** Takes objects away that go on as other versions: a trigger puts them into the past. Rows of `key`, `uuid` and `version`. */
export function compileTakeAway(stored: string, keys: readonly string[]): Statement {
  return toStatement(
    sql`delete from ${objectTable} where template = ${literal(stored)} and key = any(${[...keys]}::text[]) returning key, uuid::text as uuid, version`,
  )
}

/** When what was taken away ended: not now, but when the next version came. */
export function compileEndVersions(
  stored: string,
  ended: readonly { readonly uuid: string; readonly version: number; readonly until: string }[],
): Statement {
  const given = sql`unnest(${ended.map(({ uuid }) => uuid)}::uuid[], ${ended.map(({ version }) => version)}::int[], ${ended.map(({ until }) => until)}::timestamptz[]) as given (uuid, version, until)`
  return toStatement(
    sql`update ${pastTable} as p set valid_to = given.until from ${given} where p.template = ${literal(stored)} and p.uuid = given.uuid and p.version = given.version`,
  )
}

/** A version to write, as the statement reads it. */
export interface VersionRow {
  readonly place: number
  readonly key: string
  readonly uuid: string
  /** Null: the log tells nothing of it. */
  readonly outcome: string | null
  readonly version: number
  readonly time: string
  /** When it was replaced; null if it has not been, or was a deletion. */
  readonly until: string | null
  readonly actor: string | null
  readonly run: string | null
  readonly on_behalf_of: string | null
  readonly document: unknown
  readonly refs: unknown
  readonly created_at: string
  readonly updated_at: string
  readonly created_by: string | null
  readonly created_for: string | null
  readonly updated_by: string | null
  readonly updated_for: string | null
  readonly is_present: boolean
  readonly is_confirmed: boolean
}

/**
 * Writes versions with the times and authors that they had: the log, what has been replaced, and what is there.
 *
 *     with input as materialized (select * from jsonb_to_recordset($1) as …), change as (insert into registry_change …), past as (insert into registry_past …)
 *     insert into registry_object … from input where is_present
 */
export function compileWriteVersions(stored: string, rows: readonly VersionRow[], keepsPast: boolean): Statement {
  const template = literal(stored)
  const input = sql`select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (place int, key text, uuid uuid, outcome text, version int, "time" timestamptz, until timestamptz, actor text, run text, on_behalf_of text, document jsonb, refs jsonb, created_at timestamptz, updated_at timestamptz, created_by text, created_for text, updated_by text, updated_for text, is_present boolean, is_confirmed boolean)`
  const change = sql`insert into ${changeTable} (template, key, uuid, outcome, version, changed_at, changed_by, run, changed_for) select ${template}, key, uuid, outcome, version, "time", actor, run, on_behalf_of from input where outcome is not null order by place`
  const past = sql`insert into ${pastTable} (template, key, uuid, document, refs, version, created_at, created_by, updated_by, created_for, updated_for, valid_from, valid_to) select ${template}, key, uuid, document, refs, version, created_at, created_by, updated_by, created_for, updated_for, "time", until from input where ${keepsPast}::boolean and until is not null and document is not null order by place`
  return toStatement(
    sql`with input as materialized (${input}), change as (${change}), past as (${past}) insert into ${objectTable} (template, key, uuid, document, refs, version, created_at, updated_at, changed_at, outcome, created_by, updated_by, created_for, updated_for) select ${template}, key, uuid, document, refs, version, created_at, updated_at, "time", case when is_confirmed then 'UNCHANGED' else coalesce(outcome, 'UPDATED') end, created_by, updated_by, created_for, updated_for from input where is_present order by key collate "C"`,
  )
}

/** Says that the past of a storage is known from a time on, unless that is known from a later time on. */
export function compileKnowSince(stored: string, since: string): Statement {
  return toStatement(
    sql`insert into ${historyTable} as h (template, since) values (${literal(stored)}, ${since}::timestamptz) on conflict (template) do update set since = excluded.since where h.since < excluded.since`,
  )
}
