/** The statements that leave no trace of what an object was. */

import { changeTable, isStorageOf, objectTable, partitionOf, pastTable } from '../source.ts'
import { join, literal, type Statement, sql, toStatement } from '../sql.ts'

/** Locks the object with that key until the transaction ends: a row of `key`, if there is one. */
export function compileLockObject(stored: string, key: string): Statement {
  return toStatement(
    sql`select key from ${objectTable} where template = ${literal(stored)} and key = ${key} for update`,
  )
}

/** The uuids of all objects that have been under a key: rows of `uuid`. A deleted object has left its own in the past or in the log. */
export function compileFindUuids(stored: string, key: string): Statement {
  const isAtKey = sql`template = ${literal(stored)} and key = ${key}`
  return toStatement(
    sql`select uuid::text as uuid from ${pastTable} where ${isAtKey} union select uuid::text from ${changeTable} where ${isAtKey}`,
  )
}

/** A key of an object in one of the storages of its template. */
export interface StoredKey {
  readonly template: string
  readonly key: string
}

/**
 * The keys under which changes of objects stand in the log, in all storages of their template: rows of `template` and `key`. It reads all
 * of the log, which has no index for that.
 */
export function compileFindLogged(stored: string, uuids: readonly string[]): Statement {
  return toStatement(
    sql`select distinct template, key from ${changeTable} where ${isStorageOf(stored)} and uuid = any(${[...uuids]}::uuid[])`,
  )
}

/**
 * Deletes all that is left of deleted objects in the past and in the log, in all storages of their template, also in those that servers
 * with other templates have: a row of `versions`, how many changes of them there were, and `keys`, all that they have had. Their changes
 * are found by these keys, and by those that are given.
 */
export function compilePurgeTraces(stored: string, uuids: readonly string[], known: readonly StoredKey[]): Statement {
  const isOne = sql`uuid = any(${[...uuids]}::uuid[])`
  const given = sql`select * from unnest(${known.map(({ template }) => template)}::text[], ${known.map(({ key }) => key)}::text[]) as given (template, key)`
  // Only as a subquery of its own does it use the index, however many changes are expected.
  const changes = sql`select c.sequence from known, lateral (select sequence from ${changeTable} where template = known.template and key = known.key and ${isOne} offset 0) as c`
  return toStatement(
    sql`with past as (delete from ${pastTable} where ${isStorageOf(stored)} and ${isOne} returning template, key), known as (select template, key from past union ${given}), log as (delete from ${changeTable} where sequence = any(array(${changes})) returning key) select (select count(*)::int from log) as versions, array(select key from past union select key from log) as keys`,
  )
}

/** Makes PostgreSQL forget the values that it keeps of the former rows for its planner. Of a table that is empty now it keeps them. */
export function compileForgetStatistics(storages: readonly string[]): Statement {
  const tables = [...storages.map(partitionOf), pastTable, changeTable]
  return toStatement(sql`analyze ${join(tables, ', ')}`)
}

/** Takes keys out of the plans of changes of templates, which name some objects as samples. */
export function compilePurgeSamples(keys: readonly string[]): Statement {
  const given = sql`${[...keys]}::text[]`
  const has = sql`entry.value->'samples' ?| ${given}`
  const purged = sql`case when ${has} then jsonb_set(entry.value, '{samples}', (entry.value->'samples') - ${given}) else entry.value end`
  return toStatement(
    sql`update registry_generation as g set entries = (select json_agg(${purged} order by entry.place) from jsonb_array_elements(g.entries::jsonb) with ordinality as entry (value, place)) where exists (select from jsonb_array_elements(g.entries::jsonb) as entry (value) where ${has})`,
  )
}
