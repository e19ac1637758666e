import type { Field, Template, TemplateModel } from '../../template/model.ts'
import { compileHoldOffVacuum } from '../session/compile-hold-off-vacuum.ts'
import { changeTable, objectTable, partitionOf, pastTable, uuidTable } from '../source.ts'
import { empty, integer, join, literal, type Sql, type Statement, sql, toStatement } from '../sql.ts'
import { laterThan, nextVersion } from '../writes/next-version.ts'
import { compileKnown } from './compile-known.ts'
import { attributesOf } from './compile-triggers.ts'
import { rulesOf, rulesToJson } from './stored-rules.ts'

/** The actor of what the registry writes by itself. */
const ownActor = 'registry'

/** Which values give an object a version. */
export interface Versioned {
  /** The attributes whose conversion does. */
  readonly versioned: readonly string[]
  readonly regained?: readonly Regained[]
}

/** An attribute that objects may have from earlier templates, and the one that was read instead of it. */
export interface Regained {
  readonly attribute: string
  /** Undefined if the same value there means something else. */
  readonly from?: string
}

/**
 * Brings the next `count` objects after a key in step with the template, and returns a row with the `last` key (null after the
 * last object) and how many it has `read`. Objects with a value that is converted or regained get a version; their update time stays.
 * It must read each object once: one that has a version for what it has regained would get another.
 */
export function compileStep(
  template: Template,
  model: TemplateModel,
  versioned: Versioned,
  after: string,
  count: number,
): Statement {
  const partition = partitionOf(template.stored)
  return toStatement(sql`with batch as materialized (select key from ${partition} where template = ${literal(template.stored)} and key > ${after} order by key limit ${integer(count)}),
locked as materialized (select o.* from ${partition} as o where o.template = ${literal(template.stored)} and o.key in (select key from batch) and (${compileNeeds(template)} or ${compileHasRegained(versioned)}) order by o.key for no key update),
step as materialized (select o.key, step.document, step.refs, ${compileIsVersioned(versioned)} as is_versioned from locked as o, lateral ${compileInStep(template, model)} as step where step.document is distinct from o.document or ${compileHasRegained(versioned)}),
written as (update ${partition} as o set document = step.document, refs = step.refs, version = case when step.is_versioned then ${nextVersion(sql`o.version`)} else o.version end, changed_at = case when step.is_versioned then ${laterThan(sql`o.changed_at`)} else o.changed_at end, outcome = case when step.is_versioned then 'UPDATED' else o.outcome end from step where o.template = ${literal(template.stored)} and o.key = step.key returning o.*, step.is_versioned),
change as (${compileVersions(sql`is_versioned`)})
select max(batch.key) as last, count(*)::int as read from batch`)
}

/**
 * For the transaction of a batch: its objects are found one by one, whatever the statistics of a storage that fills up say, and
 * triggers leave alone what it brings in step itself. Its end does not wait for the disk: a batch that a crash undoes is done again,
 * and what builds upon it is written behind it.
 */
export function compileBeginBatch(): Statement {
  const ways = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin']
  const settings = ways.map((name) => sql`set_config(${literal(name)}, 'off', true)`)
  return toStatement(
    sql`select set_config('registry.in_step', 'on', true), set_config('synchronous_commit', 'off', true), ${join(settings, ', ')}`,
  )
}

/** The document and the references of the row `o`, in step with the template. */
export function compileInStep(template: Template, model: TemplateModel): Sql {
  const rules = sql`${JSON.stringify(rulesToJson(rulesOf(template), model))}::jsonb`
  return sql`registry_in_step(o.document, o.refs, '{}', o.uuid, o.created_by, ${rules}, ${compileKnown(template, model)})`
}

/** The same, without a call for objects that it would leave as they are. */
function compileInStepIfNeeded(template: Template, model: TemplateModel): Sql {
  const { fills, families } = rulesOf(template)
  const having = families.length > 0 ? [sql`o.document ?| ${attributesOf(families.flat())}`] : []
  const needs = [...fills.map(lacks), ...having]
  if (needs.length === 0) return sql`(select o.document, o.refs)`
  return sql`(select o.document, o.refs where not (${join(needs, ' or ')}) union all select s.document, s.refs from ${compileInStep(template, model)} as s where ${join(needs, ' or ')})`
}

/**
 * The canonical key of a step, null if it lacks a field, as `registry_key_of` gives it. That function takes a third of the time of a
 * batch: but for lists and objects, which no key has, the text of a value has no spaces to be removed.
 *
 *     case when step.document->'name' <> 'null' and step.document->'image~2' <> 'null' then registry_normal_json('[' || (step.document->'name')::text || ',' || (step.refs->>'image~2') || ']') end
 */
function compileNextKeyText({ key }: Template): Sql {
  const isThere = key.map(({ attribute }) => sql`step.document->${literal(attribute)} <> 'null'`)
  const parts = key.map(({ attribute, reference }) =>
    reference ? sql`(step.refs->>${literal(attribute)})` : sql`(step.document->${literal(attribute)})::text`,
  )
  return sql`case when ${join(isThere, ' and ')} then registry_normal_json('[' || ${join(parts, " || ',' || ")} || ']') end`
}

/** Whether a step changes a value whose change gives the object a version. */
function compileIsVersioned({ versioned, regained = [] }: Versioned): Sql {
  const changed = versioned.map(
    (attribute) => sql`o.document->${literal(attribute)} is distinct from step.document->${literal(attribute)}`,
  )
  return sql`(${anyOf([...changed, ...regained.map(isRegained)])})`
}

function compileHasRegained({ regained = [] }: Versioned): Sql {
  return anyOf(regained.map(isRegained))
}

/** Whether a row has a value that was not read before the step, or that reads otherwise. */
function isRegained({ attribute, from }: Regained): Sql {
  const isThere = sql`o.document ? ${literal(attribute)}`
  if (from === undefined) return isThere
  return sql`${isThere} and o.document->${literal(attribute)} is distinct from o.document->${literal(from)}`
}

function anyOf(conditions: readonly Sql[]): Sql {
  return conditions.length > 0 ? join(conditions, ' or ') : sql`false`
}

function compileVersions(condition: Sql): Sql {
  return sql`insert into ${changeTable} (template, key, uuid, outcome, version, changed_at, changed_by) select template, key, uuid, 'UPDATED', version, changed_at, ${literal(ownActor)} from written where ${condition} order by key`
}

/** Whether the document has no form of the field. */
function lacks(field: Field): Sql {
  return sql`not o.document ?| ${attributesOf([field, ...field.formers])}`
}

/** Whether a document is not in step yet. */
export function compileNeeds(template: Template): Sql {
  const { fills, families } = rulesOf(template)
  const conditions = [
    ...fills.map(lacks),
    ...families.map(([present, ...formers]) =>
      present ? sql`not o.document ? ${literal(present.attribute)} and o.document ?| ${attributesOf(formers)}` : empty,
    ),
  ]
  return anyOf(conditions)
}

/** The key of the next object after a key. */
export function compileNextKey(template: Template, after: string): Statement {
  return toStatement(
    sql`select key from ${partitionOf(template.stored)} where template = ${literal(template.stored)} and key > ${after} order by key limit 1`,
  )
}

/**
 * Puts the next `count` objects after a key of a template's former storage into the present one, where others may have put them
 * already; returns a row like `compileStep`. Objects whose references have no next key yet stay out, and so do those whose next key
 * is taken: `compileNotRekeyed` finds them.
 */
export function compileRekey(
  template: Template,
  model: TemplateModel,
  versioned: Versioned,
  after: string,
  count: number,
): Statement {
  const source = template.former?.stored ?? ''
  const partition = partitionOf(source)
  return toStatement(sql`with batch as materialized (select o.* from ${partition} as o where o.template = ${literal(source)} and o.key > ${after} order by o.key limit ${integer(count)} for share),
stepped as materialized (select o.*, step.document as next_document, step.refs as next_refs, ${compileNextKeyText(template)} as next_key, ${compileIsVersioned(versioned)} as is_versioned
  from batch as o, lateral ${compileInStepIfNeeded(template, model)} as step
  where not exists (select from ${partitionOf(template.stored)} as n where n.template = ${literal(template.stored)} and n.uuid = o.uuid)),
put as (insert into ${objectTable} (template, key, uuid, document, refs, version, created_at, updated_at, confirmed_at, changed_at, outcome, created_by, updated_by, created_for, updated_for)
  select ${literal(template.stored)}, next_key, uuid, next_document, next_refs, case when is_versioned then ${nextVersion(sql`version`)} else version end, created_at, updated_at, confirmed_at, case when is_versioned then ${laterThan(sql`changed_at`)} else changed_at end, case when is_versioned then 'UPDATED' else outcome end, created_by, updated_by, created_for, updated_for
  from stepped where next_key is not null order by next_key on conflict do nothing returning *),
kept as (${compileFormerKeys()}),
written as (select * from put${versioned.versioned.length > 0 ? empty : sql` where false`}),
change as (${compileVersions(sql`uuid not in (select uuid from stepped where not is_versioned)`)})
select max(batch.key) as last, count(*)::int as read from batch`)
}

/**
 * Which of the next `count` objects after a key of a template's former storage are not in the present one yet: a row with the `last`
 * key, how many it has `read`, how many are `missing`, and up to five `samples` of their keys.
 */
export function compileNotRekeyed({ stored, former }: Template, after: string, count: number): Statement {
  const source = former?.stored ?? ''
  return toStatement(sql`with batch as materialized (select o.key, o.uuid from ${partitionOf(source)} as o where o.template = ${literal(source)} and o.key > ${after} order by o.key limit ${integer(count)}),
missing as materialized (select key from batch where not exists (select from ${partitionOf(stored)} as n where n.template = ${literal(stored)} and n.uuid = batch.uuid))
select max(key) as last, count(*)::int as read, (select count(*)::int from missing) as missing, (select (array_agg(key order by key))[1:5] from missing) as samples from batch`)
}

/**
 * Keeps the former keys of objects that have got others, so that their histories go on, in a row that holds for no time at all. If the step
 * makes another version, the former one is kept under the next key: in its own storage the object is still the same.
 */
function compileFormerKeys(): Sql {
  const authors = sql`was.version, was.created_at, was.created_by, was.updated_by, was.created_for, was.updated_for, was.changed_at`
  return sql`insert into ${pastTable} (template, key, uuid, document, refs, version, created_at, created_by, updated_by, created_for, updated_for, valid_from, valid_to)
  select was.template, was.key, was.uuid, '{}', '{}', ${authors}, was.changed_at from stepped as was join put using (uuid)
  union all select put.template, put.key, was.uuid, was.document, was.refs, ${authors}, put.changed_at from stepped as was join put using (uuid) where was.is_versioned`
}

/** Waits for the writes of a storage that are running now; those that queue behind wait as well, so it gives up soon. */
export function compileWaitForWriters(stored: string): readonly Statement[] {
  return [
    ...compileHoldOffVacuum([stored], '300ms'),
    toStatement(sql`lock table ${partitionOf(stored)} in share row exclusive mode`),
  ]
}

/**
 * Forgets the uuids of the next `count` objects after a uuid of a storage that ends, and keeps in the past what nobody has replaced there;
 * returns a row with the `last` uuid, null after the last object.
 */
export function compileForgetUuids(stored: string, after: string, count: number): Statement {
  const columns = sql`template, key, uuid, document, refs, version, created_at, created_by, updated_by, created_for, updated_for`
  return toStatement(sql`with batch as materialized (select o.*, o.tableoid from ${partitionOf(stored)} as o where uuid > ${after}::uuid order by uuid limit ${integer(count)}),
kept as (insert into ${pastTable} (${columns}, valid_from, valid_to) select ${columns}, changed_at, ${laterThan(sql`changed_at`)}
  from batch where not exists (select from ${pastTable} as p where p.uuid = batch.uuid and p.template = batch.template and p.version = batch.version)),
gone as (delete from ${uuidTable} as noted using batch where noted.uuid = batch.uuid and noted.partition = batch.tableoid)
select (select uuid from batch order by uuid desc limit 1) as last`)
}

/** A row if there is such a storage. */
export function compileFindStorage(stored: string): Statement {
  return toStatement(sql`select 1 as found where to_regclass(${literal(partitionOf(stored).text)}) is not null`)
}

/** Ends a storage that is there and nobody reads any more; gives up soon if somebody does, so that nobody queues behind. */
export function compileDropStorage(stored: string): readonly Statement[] {
  return [...compileHoldOffVacuum([stored], '300ms'), toStatement(sql`drop table ${partitionOf(stored)}`)]
}
