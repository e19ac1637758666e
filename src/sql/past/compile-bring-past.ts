/** The statements that bring the past in step with other keys, of the objects themselves or of those that they refer to. */

import type { Template, TemplateModel } from '../../template/model.ts'
import { putToJson } from '../changes/stored-rules.ts'
import { isStorageOf, pastTable } from '../source.ts'
import { integer, literal, type Sql, type Statement, sql, toStatement, trusted } from '../sql.ts'

/** An arbitrary number, the same in every registry server. */
const lockNumber = '7305124663'

/** One at a time copies what was, or purges it, so that nothing that is purged stays as a copy. Until the transaction ends. */
export function compileLockPast(): Statement {
  return toStatement(sql`select pg_advisory_xact_lock(${trusted(lockNumber)})::text as taken`)
}

/** Before the first version of a storage. */
export const beforePast = JSON.stringify(['', '-infinity'])

/**
 * Brings the next versions of a storage in step, `count` or somewhat more, after a place as the statement itself gives it: a row of `last`,
 * the place of the last one, null if there was none. Those of the template's own storage are changed in place; those of a
 * former one are copied to it.
 */
export function compileBringPast(
  template: Template,
  model: TemplateModel,
  from: string,
  after: string,
  count: number,
): Statement {
  const rules = sql`${JSON.stringify(putToJson(template, model, true))}::jsonb`
  const [key, time] = JSON.parse(after) as readonly [string, string]
  const batch = sql`select p.ctid as place, p.key, p.uuid, p.document, p.refs, p.valid_from, p.valid_to from ${pastTable} as p where p.template = ${literal(from)} and (p.key, p.valid_to) > (${key}, ${time}::timestamptz) order by p.key, p.valid_to fetch first ${integer(count)} rows with ties`
  const done = from === template.stored ? changedInPlace(rules) : copied(from, rules)
  return toStatement(
    sql`with batch as materialized (${batch}), ${done} select ${lastPlace}, (select count(*)::int from done) as written`,
  )
}

/**
 * Removes from a storage that ends those of its next `count` versions after a place that another storage of its template has as well, but for
 * the last one of each object, which tells its former key: a row of `last`, as above.
 */
export function compileForgetCopied(stored: string, after: string, count: number): Statement {
  const [key, time] = JSON.parse(after) as readonly [string, string]
  const batch = sql`select p.ctid as place, p.key, p.uuid, p.version, p.valid_from, p.valid_to from ${pastTable} as p where p.template = ${literal(stored)} and (p.key, p.valid_to) > (${key}, ${time}::timestamptz) order by p.key, p.valid_to fetch first ${integer(count)} rows with ties`
  const copy = sql`select from ${pastTable} as c where c.uuid = b.uuid and c.version = b.version and c.template <> ${literal(stored)} and ${isStorageOf(stored)} and c.valid_from = b.valid_from and c.valid_to > c.valid_from`
  const later = sql`select from ${pastTable} as l where l.template = ${literal(stored)} and l.key = b.key and l.uuid = b.uuid and (l.valid_to, l.version) > (b.valid_to, b.version)`
  return toStatement(
    sql`with batch as materialized (${batch}), gone as (delete from ${pastTable} as p using batch as b where p.ctid = b.place and exists (${copy}) and exists (${later})) select ${lastPlace}`,
  )
}

/** The place of the last version of a batch. */
const lastPlace = sql`(select json_build_array(key, valid_to)::text from batch order by key desc, valid_to desc limit 1) as last`

/** References alone are changed. */
function changedInPlace(rules: Sql): Sql {
  const stepped = sql`select b.place, step.document, step.refs from batch as b, lateral registry_past_in_step(b.document, b.refs, b.valid_from, ${rules}->'step') as step where step.refs is distinct from b.refs`
  return sql`stepped as materialized (${stepped}), done as (update ${pastTable} as p set document = stepped.document, refs = stepped.refs from stepped where p.ctid = stepped.place returning 1)`
}

/**
 * Object by object: each call sees what those before have copied. What held for no time only tells a former key: most objects have no more
 * than that.
 */
function copied(from: string, rules: Sql): Sql {
  const objects = sql`select key, uuid, min(valid_to) as after, max(valid_to) as until from batch where valid_to > valid_from group by key, uuid order by key, after offset 0`
  return sql`done as materialized (select registry_put_past(${literal(from)}, o.key, o.uuid, o.after, o.until, ${rules}) as written from (${objects}) as o)`
}
