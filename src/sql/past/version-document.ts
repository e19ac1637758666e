import type { VersionSource } from '../../plan/past/history-plan.ts'
import { changeTable, keptVersions, partitionOf, pastTable } from '../source.ts'
import { identifier, join, literal, type Sql, sql } from '../sql.ts'

/**
 * The version that the change in that row made, with the columns of an object; that of a deletion is the version that was deleted. It has
 * no row if its document is not kept. Versions from before there was a past stand in the change itself. The key is the present one.
 *
 *     select s.template, $1 as key, … from (select … from registry_role_objects as o where … union all select … from registry_past where …
 *       union all select c.template, … where c.document is not null) as s order by s.template = 'role' desc, s.template = c.template desc limit 1
 */
export function versionOf(plan: VersionSource, change: string, key: Sql): Sql {
  return versionIn(keptVersions, plan, change, key)
}

/** The same of a change in the feed, which a server with newer templates may have made before this one has noticed them. */
export function toldVersionOf(plan: VersionSource, change: string, key: Sql): Sql {
  const find: typeof keptVersions = (template, c, condition) => keptVersions(template, c, condition, true)
  return versionIn(find, plan, change, key)
}

function versionIn(find: typeof keptVersions, plan: VersionSource, change: string, key: Sql): Sql {
  const c = identifier(change)
  const version = sql`${c}.version - (${c}.outcome = 'DELETED')::int`
  const kept = find(plan.source.template, c, sql`version = ${version}`)
  return first(
    sql`${kept} union all select ${recorded(plan, c)} where ${c}.document is not null`,
    key,
    preferred(plan, c, sql`s.template`),
  )
}

/**
 * The key that the object of a change in the feed has now. What refers to it does so by that. A change of another storage has another: then it
 * stands with the object, or with its past; where only a later storage has the object, it has none here.
 *
 *     case when c.template = 'role' then c.key else coalesce((select key from registry_role_objects where uuid = c.uuid …), (…), c.key) end
 */
export function toldKey({ source }: VersionSource, change: string): Sql {
  const { stored } = source.template
  const c = identifier(change)
  const own = sql`template = ${literal(stored)} and uuid = ${c}.uuid`
  const present = sql`(select key from ${partitionOf(stored)} where ${own} limit 1)`
  const past = sql`(select key from ${pastTable} where ${own} order by valid_to desc limit 1)`
  return sql`case when ${c}.template = ${literal(stored)} then ${c}.key else coalesce(${present}, ${past}, ${c}.key) end`
}

/**
 * The order of storages, of which two may have a version after the key of its template changed: that of the template's present key is
 * first, so that a version and the one before it have references in the same form; then the one in which the version was written.
 */
function preferred({ source }: VersionSource, c: Sql, storage: Sql): Sql {
  return sql`${storage} = ${literal(source.template.stored)} desc, ${storage} = ${c}.template desc`
}

/** The newest version before the one that the change in that row made. */
export function versionBefore(plan: VersionSource, change: string, key: Sql): Sql {
  const c = identifier(change)
  const order = sql`version desc, ${preferred(plan, c, sql`template`)}`
  const kept = keptVersions(plan.source.template, c, sql`version < ${c}.version order by ${order} limit 1`)
  const former = sql`select * from ${changeTable} as b where b.template = ${c}.template and b.key = ${c}.key and b.uuid = ${c}.uuid and b.sequence < ${c}.sequence order by b.sequence desc limit 1`
  return first(
    sql`${kept} union all select ${recorded(plan, sql`b`)} from (${former}) as b where b.document is not null`,
    key,
    sql`s.version desc, ${preferred(plan, c, sql`s.template`)}`,
  )
}

function first(versions: Sql, key: Sql, order: Sql): Sql {
  return sql`select s.template, ${key} as key, s.uuid, s.document, s.refs, s.version, s.created_at, s.updated_at, s.confirmed_at, s.created_by, s.updated_by, s.created_for, s.updated_for from (${versions}) as s order by ${order} limit 1`
}

/** What a change says of its version itself; who created the object, and when, it does not know. */
function recorded(plan: VersionSource, c: Sql): Sql {
  return sql`${c}.template, ${c}.key, ${c}.uuid, ${c}.document, ${recordedRefs(plan, c)}, ${c}.version, null::timestamptz, ${c}.changed_at, null::timestamptz, null, ${c}.changed_by, null, ${c}.changed_for`
}

/** The references of the document that a change has. */
export function recordedRefs({ references }: Pick<VersionSource, 'references'>, c: Sql): Sql {
  const refs = references.map(
    ({ attribute, form }) =>
      sql`case when ${c}.document->${literal(attribute)} <> 'null' then jsonb_build_object(${literal(attribute)}, registry_reference_keys(${c}.document->${literal(attribute)}, ${literal(JSON.stringify(form))}::jsonb)) else '{}' end`,
  )
  return refs.length > 0 ? join(refs, ' || ') : sql`'{}'::jsonb`
}
