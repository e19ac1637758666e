import type { Condition } from '../../plan/condition.ts'
import type { Author } from '../../plan/plan.ts'
import type { Source } from '../../plan/source.ts'
import type { Field } from '../../template/model.ts'
import { createCompiler } from '../compiler.ts'
import { updateTime } from '../latest/update-time.ts'
import { referenceForm } from '../references.ts'
import { changeTable, objectsOf, objectTable } from '../source.ts'
import {
  identifier,
  integer,
  join,
  literal,
  type Statement,
  sql,
  toStatement,
  toStatementPlannedForValues,
} from '../sql.ts'
import { laterThan, nextVersion } from './next-version.ts'

/** Locks the first `most` matching objects in the order of their keys, and returns rows of `key` and `version`. */
export function compileLock(source: Source, where: Condition, most: number): Statement {
  const compiler = createCompiler()
  const row = compiler.next()
  const o = identifier(row)
  const lock = sql`select ${o}.key, ${o}.version from ${objectsOf(source, row, compiler)} and ${compiler.condition(where, row)} order by ${o}.key limit ${integer(most)} for update of ${o}`
  return where.kind === 'key' ? toStatement(lock) : toStatementPlannedForValues(lock)
}

/**
 * Locks the objects of the source that refer to one of the keys by one of these fields, in the order of their own keys; returns rows of
 * `key` and `reached`, a boolean for each field.
 */
export function compileLockReferrers(
  source: Source,
  links: readonly { readonly field: Field; readonly keys: readonly string[] }[],
): Statement {
  const compiler = createCompiler()
  const row = compiler.next()
  const o = identifier(row)
  const conditions = links.map(({ field, keys }) => referenceForm(field).refersToAny(field, row, keys))
  const reached = conditions.length === 1 ? sql`true` : join(conditions, ', ')
  return toStatementPlannedForValues(
    sql`select ${o}.key, array[${reached}] as reached from ${objectsOf(source, row, compiler)} and (${join(conditions, ' or ')}) order by ${o}.key for update`,
  )
}

/** Finds an object of the source whose `field` refers to one of these keys and whose own key is not in `except`; returns the target's key as `target`. */
export function compileFindReferrer(
  source: Source,
  field: Field,
  keys: readonly string[],
  except: readonly string[],
): Statement {
  const compiler = createCompiler()
  const row = compiler.next()
  const form = referenceForm(field)
  const target = sql`select wanted.key from unnest(${[...keys]}::text[]) as wanted (key) where ${form.refersTo(field, row, sql`wanted.key`)} limit 1`
  return toStatementPlannedForValues(
    sql`select (${target}) as target from ${objectsOf(source, row, compiler)} and ${form.refersToAny(field, row, keys)} and ${identifier(row)}.key <> all(${[...except]}::text[]) limit 1`,
  )
}

/** Deletes objects that are already locked, and writes their history; returns a row with `count`. */
export function compileDelete(template: string, keys: readonly string[], author: Author): Statement {
  const history = sql`insert into ${changeTable} (template, key, uuid, outcome, version, changed_at, changed_by, run, changed_for)
select template, key, uuid, 'DELETED', ${nextVersion(sql`version`)}, ${laterThan(sql`changed_at`)}, ${author.actor ?? null}::text, ${author.run ?? null}::text, ${author.onBehalfOf ?? null}::text from gone order by key`
  return toStatement(
    sql`with gone as (delete from ${objectTable} as o where o.template = ${literal(template)} and o.key = any(${[...keys]}::text[]) returning o.*), change as (${history}) select count(*)::int as count from gone`,
  )
}

/**
 * Removes the references to `targets` from objects that are already locked, and writes their history. From a list it removes
 * only these targets, which may leave the list empty.
 */
export function compileUnset(
  template: string,
  field: Field,
  targets: readonly string[],
  keys: readonly string[],
  author: Author,
): Statement {
  const { document, refs } = referenceForm(field).unset(field, 'o', targets)
  const history = sql`insert into ${changeTable} (template, key, uuid, outcome, version, changed_at, changed_by, run, changed_for)
select template, key, uuid, outcome, version, changed_at, ${author.actor ?? null}::text, ${author.run ?? null}::text, ${author.onBehalfOf ?? null}::text from changed order by key`
  return toStatement(
    sql`with changed as (update ${objectTable} as o set document = ${document}, refs = ${refs}, version = ${nextVersion(sql`o.version`)}, updated_at = ${laterThan(updateTime('o'))}, confirmed_at = null, changed_at = ${laterThan(sql`o.changed_at`)}, outcome = 'UPDATED', updated_by = ${author.actor ?? null}::text, updated_for = ${author.onBehalfOf ?? null}::text where o.template = ${literal(template)} and o.key = any(${[...keys]}::text[]) returning o.*), change as (${history}) select count(*)::int as count from changed`,
  )
}
