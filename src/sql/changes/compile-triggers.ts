import type { Field, Template, TemplateModel } from '../../template/model.ts'
import { partitionOf } from '../source.ts'
import { identifier, join, literal, type Sql, sql } from '../sql.ts'
import { putToJson, rulesOf, rulesToJson, type StoredRules } from './stored-rules.ts'

/**
 * Keeps the documents of a template in step, whichever server writes them, or ends that. The triggers run only for rows whose values
 * they concern:
 *
 *     create or replace trigger registry_in_step_update before update on registry_host_objects for each row
 *       when (new.document->'size' is distinct from old.document->'size') execute function registry_keep_in_step('{…}')
 */
export function compileTriggers(template: Template, model: TemplateModel): readonly string[] {
  const rules = rulesOf(template)
  const partition = partitionOf(template.stored)
  const events = [
    { event: 'insert', conditions: [...lacking(rules), ...having(rules)] },
    { event: 'update', conditions: [...lacking(rules), ...changed(rules)] },
  ]
  return events.map(({ event, conditions }) => {
    const name = identifier(`registry_in_step_${event}`)
    if (conditions.length === 0) return sql`drop trigger if exists ${name} on ${partition}`.text
    const call = sql`registry_keep_in_step(${literal(JSON.stringify(rulesToJson(rules, model)))})`
    const before = event === 'insert' ? sql`before insert` : sql`before update`
    return sql`create or replace trigger ${name} ${before} on ${partition} for each row when (${join(conditions, ' or ')}) execute function ${call}`
      .text
  })
}

/**
 * Has one storage of a template follow the other. While the next templates are prepared, their storage follows the present one;
 * once they are applied (`isSwitched`), the former storage follows for those who still read it, and takes no writes of its own.
 */
export function compileFollowing(template: Template, model: TemplateModel, isSwitched: boolean): readonly string[] {
  const { former } = template
  if (!former) return []
  const [source, target] = isSwitched ? [template, former] : [former, template]
  const rules = literal(JSON.stringify(putToJson(target, model, !isSwitched)))
  const follow = sql`create or replace trigger registry_follow after insert or update or delete on ${partitionOf(source.stored)} for each row execute function registry_follow(${rules})`
  if (!isSwitched) return [follow.text]
  const behind = partitionOf(former.stored)
  return [
    follow.text,
    sql`drop trigger if exists registry_follow on ${behind}`.text,
    sql`create or replace trigger registry_refuse before insert or update or delete on ${behind} for each row execute function registry_refuse()`
      .text,
  ]
}

/** Ends that the former storage of a template follows the present one. */
export function compileEndFollowing({ stored }: Template): string {
  return sql`drop trigger if exists registry_follow on ${partitionOf(stored)}`.text
}

function lacking({ fills }: StoredRules): Sql[] {
  // The function leaves objects alone that have the value in another form.
  return fills.length > 0 ? [sql`not new.document ?& ${attributesOf(fills)}`] : []
}

function having({ families }: StoredRules): Sql[] {
  return families.length > 0 ? [sql`new.document ?| ${attributesOf(families.flat())}`] : []
}

function changed({ families }: StoredRules): Sql[] {
  return families.flat().map(({ attribute }) => {
    const name = literal(attribute)
    return sql`new.document->${name} is distinct from old.document->${name}`
  })
}

/** `array['size', 'size~2']` */
export function attributesOf(fields: readonly Field[]): Sql {
  return sql`array[${join(
    fields.map(({ attribute }) => literal(attribute)),
    ', ',
  )}]`
}
