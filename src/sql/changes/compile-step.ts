import type { Template, TemplateModel } from '../../template/model.ts'
import { changeTable, objectTable, partitionOf } from '../source.ts'
import { empty, integer, join, literal, type Sql, type Statement, sql, toStatement } from '../sql.ts'
import { attributesOf } from './compile-triggers.ts'
import { putToJson, rulesOf, rulesToJson } from './stored-rules.ts'

/** The actor of what the registry writes by itself. */
const ownActor = 'registry'

/**
 * Brings the next `count` objects after a key in step with the template, and returns a row with the last key (null after the
 * last object) and how many changed. Objects with a changed value of one of the `versioned` attributes get a version; their
 * update time stays.
 */
export function compileStep(
  template: Template,
  model: TemplateModel,
  versioned: readonly string[],
  after: string,
  count: number,
): Statement {
  const partition = partitionOf(template.stored)
  const rules = sql`${JSON.stringify(rulesToJson(rulesOf(template), model))}::jsonb`
  const isVersioned = versioned.map(
    (attribute) => sql`o.document->${literal(attribute)} is distinct from step.document->${literal(attribute)}`,
  )
  const increment = isVersioned.length > 0 ? sql`(${join(isVersioned, ' or ')})` : sql`false`
  return toStatement(sql`with batch as materialized (select key from ${partition} where template = ${literal(template.stored)} and key > ${after} order by key limit ${integer(count)}),
locked as materialized (select o.* from ${partition} as o where o.template = ${literal(template.stored)} and o.key in (select key from batch) and (${compileNeeds(template)}) order by o.key for update),
step as materialized (select o.key, step.document, step.refs, ${increment} as is_versioned from locked as o, lateral registry_in_step(o.document, o.refs, '{}', o.uuid, o.created_by, ${rules}) as step where step.document is distinct from o.document),
written as (update ${partition} as o set document = step.document, refs = step.refs, version = o.version + step.is_versioned::int, outcome = case when step.is_versioned then 'UPDATED' else o.outcome end from step where o.template = ${literal(template.stored)} and o.key = step.key returning o.*, step.is_versioned),
change as (insert into ${changeTable} (template, key, uuid, outcome, version, document, changed_at, changed_by) select template, key, uuid, 'UPDATED', version, document, clock_timestamp(), ${literal(ownActor)} from written where is_versioned order by key)
select max(batch.key) as last, count(*)::int as read, (select count(*)::int from written) as written from batch`)
}

/** Whether a document is not in step yet. */
function compileNeeds(template: Template): Sql {
  const { fills, families } = rulesOf(template)
  const conditions = [
    ...(fills.length > 0 ? [sql`not o.document ?& ${attributesOf(fills)}`] : []),
    ...families.map(([present, ...formers]) =>
      present ? sql`not o.document ? ${literal(present.attribute)} and o.document ?| ${attributesOf(formers)}` : empty,
    ),
  ]
  return conditions.length > 0 ? join(conditions, ' or ') : sql`false`
}

/** The key of the next object after a key. */
export function compileNextKey(template: Template, after: string): Statement {
  return toStatement(
    sql`select key from ${partitionOf(template.stored)} where template = ${literal(template.stored)} and key > ${after} order by key limit 1`,
  )
}

/** Puts the next `count` objects after a key of a template's former storage into the present one; returns a row like `compileStep`. */
export function compileRekey(template: Template, model: TemplateModel, after: string, count: number): Statement {
  const source = template.former?.stored ?? ''
  const partition = partitionOf(source)
  const rules = sql`${JSON.stringify(putToJson(template, model, true))}::jsonb`
  return toStatement(sql`with batch as materialized (select o.key, o::${objectTable} as object from ${partition} as o where o.template = ${literal(source)} and o.key > ${after} order by o.key limit ${integer(count)} for share),
put as materialized (select batch.key, registry_put(batch.object, ${rules}) from batch)
select max(key) as last, count(*)::int as read from put`)
}

/** Ends a storage that nobody reads any more. */
export function compileDropStorage(stored: string): Statement {
  return toStatement(sql`drop table if exists ${partitionOf(stored)}`)
}
