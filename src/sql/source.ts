/** Only this file names the tables: all code that reads or writes objects gets them from here. */

import type { Given, OpenValue } from '../plan/open-value.ts'
import type { Source } from '../plan/source.ts'
import { originOf } from '../template/changes/continue-model.ts'
import { formerStoragesOf } from '../template/changes/storages-of.ts'
import type { Template } from '../template/model.ts'
import type { PastStep } from './changes/compile-past-step.ts'
import type { Compiler } from './compiler.ts'
import { partitionName } from './partition-name.ts'
import { empty, identifier, join, literal, type Sql, sql, trusted } from './sql.ts'

/** All objects of all templates, partitioned by template; the changes that made them, and what they were before. */
export const objectTable = trusted('registry_object')
export const changeTable = trusted('registry_change')
export const pastTable = trusted('registry_past')
/** From when on the past of each template is known. */
export const historyTable = trusted('registry_history')
/** What the cursors of the feed are compared with; and up to where retention has removed changes. */
export const feedMarkTable = trusted('registry_feed_mark')
export const feedRemovedTable = trusted('registry_feed_removed')
/** Changes up to this sequence were restored from a dump: their transactions say nothing. */
export const feedFloor = sql`coalesce((select m.floor from ${feedMarkTable} as m order by m.number desc limit 1), 0)`
/** How far webhooks have come, and what they could not deliver. */
export const webhookTable = trusted('registry_webhook')
export const deliveryTable = trusted('registry_delivery')
/** What callers with limits have written. */
export const usageTable = trusted('registry_usage')

/** The answers to writes that were sent with an `idempotencyKey`. */
export const keptAnswerTable = trusted('registry_idempotency')

/** Imported uuids while the transactions that write them run. */
export const uuidClaimTable = trusted('registry_uuid_claim')

/** In which partition the object with a uuid is. */
export const uuidTable = trusted('registry_uuid')

/** The objects with a uuid, of all templates; it reads `uuidTable`. */
export function objectsWithUuid(uuid: Sql): Sql {
  return sql`registry_with_uuid(${uuid})`
}

/** The partition with the objects of a template. */
export function partitionOf(template: string): Sql {
  return identifier(partitionName(template))
}

/**
 * The objects of a source, up to a `where` that can be extended: `registry_role_objects as o1 where o1.template = 'role'`.
 * Naming the partition saves a seventh of the planning time. The template is compared as well, because the primary key begins with it.
 */
export function objectsOf(source: Source, row: string, compiler: Compiler): Sql {
  const own = identifier(row)
  const name = source.template.stored
  if (source.at)
    return sql`(${objectsAsOf(source, source.at, compiler)}) as ${own} where true${visibleIn(source, row, compiler)}`
  return sql`${partitionOf(name)} as ${own} where ${own}.template = ${literal(name)}${visibleIn(source, row, compiler)}`
}

/**
 * The objects of a source for a join, up to an `on` that can be extended: `registry_object as o1_1 on o1_1.template = 'image'`.
 * It does not name the partition, because the planner would then decide from a sample whether to read the whole partition.
 */
export function joinedObjects(source: Source, row: string, compiler: Compiler): Sql {
  const own = identifier(row)
  if (source.at)
    return sql`(${objectsAsOf(source, source.at, compiler)}) as ${own} on true${visibleIn(source, row, compiler)}`
  return sql`${objectTable} as ${own} on ${own}.template = ${literal(source.template.stored)}${visibleIn(source, row, compiler)}`
}

/**
 * The objects as they were at a time, with the columns that reads use: those that are still the same, and what others were. Confirmations
 * leave no trace: the update time is that of the version, and whoever has only confirmed it since is not its author.
 *
 *     select template, key, …, changed_at as updated_at, … from registry_role_objects where template = 'role' and changed_at <= $1
 *     union all
 *     select template, key, …, valid_from, … from registry_past where template = 'role' and valid_from <= $1 and valid_to > $1
 */
function objectsAsOf(source: Source, at: OpenValue, compiler: Compiler): Sql {
  if (source.versions === 'present') return presentOf(source, at)
  if (source.versions === 'past') return pastOf(source, at, compiler)
  return sql`${presentOf(source, at)} union all ${pastOf(source, at, compiler)}`
}

/** The objects of a source that are still what they were at a time. */
function presentOf({ template: { stored } }: Source, at: OpenValue): Sql {
  return sql`${presentColumns} from ${partitionOf(stored)} as o where template = ${literal(stored)} and changed_at <= ${at}::timestamptz`
}

/** What others have replaced of the objects of a source, as it was at a time, in step with the template as it is now. */
function pastOf({ template, model }: Source, at: OpenValue, compiler: Compiler): Sql {
  const time = sql`${at}::timestamptz`
  const condition = sql`o.template = ${literal(template.stored)} and o.valid_from <= ${time} and o.valid_to > ${time}`
  const step = model && compiler.pastStep(template, model)
  if (!step) return sql`${pastColumns} from ${pastTable} as o where ${condition}`
  return sql`${pastColumns} from ${pastTable} as o where ${condition} and not (${step.needs}) union all ${steppedPast(step)} where ${condition} and (${step.needs})`
}

const presentColumns = sql`select template, key, uuid, document, refs, version, created_at, changed_at as updated_at, null::timestamptz as confirmed_at, created_by, ${versionAuthor('changed_by', 'updated_by')} as updated_by, created_for, ${versionAuthor('changed_for', 'updated_for')} as updated_for`
const pastColumns = sql`select template, key, uuid, document, refs, version, created_at, valid_from as updated_at, null::timestamptz as confirmed_at, created_by, updated_by, created_for, updated_for`

/**
 * The past in step with its template, up to a `where`. The call takes most of the time that the row takes, so it stands where PostgreSQL leaves it out if nobody
 * uses the document: in a count, for example.
 */
function steppedPast({ stepped, changesReferences }: PastStep): Sql {
  const others = sql`o.version, o.created_at, o.valid_from, null::timestamptz, o.created_by, o.updated_by, o.created_for, o.updated_for`
  return changesReferences
    ? sql`select o.template, o.key, o.uuid, step.document, step.refs, ${others} from ${pastTable} as o, lateral ${stepped} as step`
    : sql`select o.template, o.key, o.uuid, (select step.document from ${stepped} as step), o.refs, ${others} from ${pastTable} as o`
}

/**
 * The versions of the object that a change has changed whose documents are kept, in any storage that its template has had, with the columns
 * of an object: those that `condition` selects, which can end in an order and a limit. Another object may have had the same uuid, under
 * another key of the same storage; in other storages, the object itself may have another key. `looksLater`: also in storages of newer servers.
 */
export function keptVersions(
  template: Template,
  c: Sql,
  condition: Sql,
  looksLater: boolean = template.laterStorages.length > 0,
): Sql {
  const { stored } = template
  const isOf = sql`uuid = ${c}.uuid and (key = ${c}.key or template <> ${c}.template)`
  return sql`(${presentColumns} from ${partitionOf(stored)} as o where template = ${literal(stored)} and ${isOf} and ${condition}) union all (${pastColumns} from ${pastTable} where ${isOf} and ${isStorageOf(stored)} and valid_to > valid_from and ${condition})${looksLater ? sql` union all ${versionsInLaterStorage(template, c, condition)}` : empty}`
}

/**
 * Those of them that are the present ones of a storage that a server with newer templates has given the template. They may stand there alone:
 * a conversion is no new version in a former storage, and the key that an object would have there may be another object's.
 */
function versionsInLaterStorage({ stored }: Template, c: Sql, condition: Sql): Sql {
  const numberOf = (storage: Sql) => sql`coalesce(nullif(split_part(${storage}, '~', 2), ''), '0')::int`
  const isNewer = sql`${numberOf(sql`${c}.template`)} > ${numberOf(literal(stored))}`
  return sql`(${presentColumns} from ${objectsWithUuid(sql`${c}.uuid`)} as o where ${isNewer} and template = ${c}.template and ${condition})`
}

/** Whether the column `template` is one of the storages that a template has had, or is about to have: a new key gives it another. */
export function isStorageOf(stored: string): Sql {
  return sql`split_part(template, '~', 1) = ${literal(originOf(stored))}`
}

/**
 * The changes of the object with a uuid, or of all objects that have had a key, up to an `and` that can be extended. If the template has
 * had other keys, those changes count that were made under the object's former keys.
 *
 *     registry_change as c where c.template = 'role' and c.key = o1.key and c.uuid = o1.uuid
 */
export function changesOf({ stored, laterStorages }: Template, key: Sql, uuid?: Sql): Sql {
  const own = sql`template = ${literal(stored)} and key = ${key}${uuid ? sql` and uuid = ${uuid}` : empty}`
  if (originOf(stored) === stored && laterStorages.length === 0)
    return sql`(select * from ${changeTable} where ${own}) as c where true`
  const known = uuid
    ? sql`(select ${uuid} as uuid)`
    : sql`(select uuid from ${changeTable} where ${own} union select uuid from ${partitionOf(stored)} where ${own} union select uuid from ${pastTable} where ${own})`
  // What nobody has replaced since stands in the former storage as long as that is there; when it ends, in the past.
  const isFormer = sql`${isStorageOf(stored)} and template <> ${literal(stored)}`
  const former = sql`select former.* from ${known} as known, lateral (select template, key, uuid from ${pastTable} where uuid = known.uuid and ${isFormer} union select template, key, uuid from ${objectsWithUuid(sql`known.uuid`)} where ${isFormer}) as former`
  return sql`(select * from ${changeTable} where ${own} union all select changed.* from (${former}) as former join ${changeTable} as changed on changed.template = former.template and changed.key = former.key and changed.uuid = former.uuid) as c where true`
}

/** The changes with these places in the log. */
export function changesWithSequences(sequences: Sql): Sql {
  return sql`select * from ${changeTable} where sequence = any(${sequences})`
}

/**
 * The keys of a source's template under which something changed after its time, up to another if there is one: rows of `key`. What changed
 * under a former or later key counts for the one that the object has, or would have, now.
 *
 *     select distinct key from registry_change where template = 'role' and changed_at > $1
 */
export function changedKeys({ template, model, at }: Source, until: OpenValue | undefined): Sql {
  const { stored } = template
  const end = until ? sql` and changed_at <= ${until}::timestamptz` : empty
  const changed = sql`changed_at > ${at}::timestamptz${end}`
  const own = sql`from ${changeTable} where template = ${literal(stored)} and ${changed}`
  const others = [...(model ? formerStoragesOf(template, model) : []), ...template.laterStorages]
  if (others.length === 0) return sql`select distinct key ${own}`
  const other = sql`select distinct uuid from ${changeTable} where template in (${join(others.map(literal), ', ')}) and ${changed}`
  const keys = [pastTable, partitionOf(stored)].map(
    (table) => sql`select key from ${table} where uuid = other.uuid and template = ${literal(stored)}`,
  )
  return sql`select key ${own} union select known.key from (${other}) as other, lateral (${join(keys, ' union all ')}) as known`
}

/** Who made the version of the row `o`, whoever has confirmed it since. */
function versionAuthor(changed: string, updated: string): Sql {
  const change = sql`select c.${trusted(changed)} from ${changeTable} as c where c.template = o.template and c.key = o.key and c.version = o.version order by c.sequence desc limit 1`
  return sql`(case when o.outcome = 'UNCHANGED' then (${change}) else o.${trusted(updated)} end)`
}

/** The objects of a source to lock, up to a `where` that can be extended; their columns need no alias. */
export function lockableObjects(source: Source, compiler: Compiler): Sql {
  const objects = sql`${objectTable} where template = ${literal(source.template.stored)}`
  return sql`${objects}${visibleIn(source, 'registry_object', compiler)}`
}

/**
 * The row of the object with that uuid, of any of these templates; a former storage of a template may have the same uuid. The caller
 * must then check `visibleIn` of its template's source.
 */
export function objectWithUuid(uuid: Given<string>, sources: readonly Source[], compiler: Compiler): Sql {
  const stored = sources.map(({ template }) => literal(template.stored))
  const at = sources[0]?.at
  if (at) {
    const past = pastWithUuid(sql`${uuid}::uuid`, sources, at, compiler)
    return sql`${presentColumns} from ${objectsWithUuid(sql`${uuid}::uuid`)} as o where template in (${join(stored, ', ')}) and changed_at <= ${at}::timestamptz union all ${past} limit 1`
  }
  return sql`select * from ${objectsWithUuid(sql`${uuid}::uuid`)} where template in (${join(stored, ', ')}) limit 1`
}

function pastWithUuid(uuid: Sql, sources: readonly Source[], at: OpenValue, compiler: Compiler): Sql {
  const time = sql`${at}::timestamptz`
  const condition = sql`o.uuid = ${uuid} and o.valid_from <= ${time} and o.valid_to > ${time}`
  const stored = sources.map(({ template }) => literal(template.stored))
  const stepped = sources.flatMap(({ template, model }) => {
    const step = model && compiler.pastStep(template, model)
    return step ? [{ step, needs: sql`o.template = ${literal(template.stored)} and (${step.needs})` }] : []
  })
  return join(
    [
      sql`${pastColumns} from ${pastTable} as o where ${join([condition, sql`o.template in (${join(stored, ', ')})`, ...stepped.map(({ needs }) => sql`not (${needs})`)], ' and ')}`,
      ...stepped.map(({ needs, step }) => sql`${steppedPast(step)} where ${condition} and ${needs}`),
    ],
    ' union all ',
  )
}

/**
 * The row of the object with that key, of one of these templates. The caller must already have looked for it among the objects of its
 * template's source.
 */
export function objectWithKey(template: Sql, key: Sql, templates: readonly Template[]): Sql {
  const stored = templates.map((one) => literal(one.stored))
  return sql`select * from ${objectTable} where template = ${template} and key = ${key} and template in (${join(stored, ', ')}) limit 1`
}

/** ` and …`, the condition that the source includes the object in that row; nothing if the request can see all. */
export function visibleIn({ visible }: Source, row: string, compiler: Compiler): Sql {
  return visible.kind === 'always' ? empty : sql` and ${compiler.condition(visible, row)}`
}
