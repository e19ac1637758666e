/** The statements that tell whether a write keeps to the conditions of the caller's rights. */

import type { Condition } from '../../plan/condition.ts'
import type { UpsertItem } from '../../plan/plan.ts'
import { allObjects, type Source } from '../../plan/source.ts'
import type { Template } from '../../template/model.ts'
import { createCompiler } from '../compiler.ts'
import { lockableObjects, objectsOf } from '../source.ts'
import { identifier, type Statement, sql, toStatement, toStatementPlannedForValues } from '../sql.ts'

/** Those of the keys under which there is an object that matches: rows of `key`. */
export function compileMatching(template: Template, condition: Condition, keys: readonly string[]): Statement {
  const compiler = createCompiler()
  const row = compiler.next()
  return toStatementPlannedForValues(
    sql`select ${identifier(row)}.key from ${objectsOf(allObjects(template), row, compiler)} and ${identifier(row)}.key = any(${[...keys]}::text[]) and ${compiler.condition(condition, row)}`,
  )
}

/** Keeps these objects of the source from being deleted, in the order of their keys, as the statement of a write does: rows of `key`. */
export function compileKeep(source: Source, keys: readonly string[]): Statement {
  const compiler = createCompiler()
  return toStatement(
    sql`select key from ${lockableObjects(source, compiler)} and key = any(${[...keys]}::text[]) order by key for key share`,
  )
}

/** Locks the objects with these keys as a write of them does, in their order: rows of `key`. */
export function compileHold(template: Template, keys: readonly string[]): Statement {
  const compiler = createCompiler()
  return toStatement(
    sql`select key from ${lockableObjects(allObjects(template), compiler)} and key = any(${[...keys]}::text[]) order by key for no key update`,
  )
}

/**
 * The places of the items whose keys do not match a condition on key fields: rows of `place`, from 0. No object is looked at, but those
 * that the keys refer to.
 *
 *     select o1.place - 1 as place from rows from (unnest($1), unnest($2), unnest($3)) with ordinality as o1 (key, document, refs, place) where (…) is not true
 */
export function compileUnmatchedKeys(
  template: Template,
  condition: Condition,
  items: readonly Pick<UpsertItem, 'key' | 'create' | 'createRefs'>[],
): Statement {
  const compiler = createCompiler()
  const row = compiler.next()
  const o = identifier(row)
  const names = template.key.map(({ attribute }) => attribute)
  const keyOnly = (values: Readonly<Record<string, unknown>>) =>
    JSON.stringify(
      Object.fromEntries(names.flatMap((name) => (Object.hasOwn(values, name) ? [[name, values[name]]] : []))),
    )
  const keys = items.map(({ key }) => key)
  const documents = items.map(({ create }) => keyOnly(create))
  const refs = items.map(({ createRefs }) => keyOnly(createRefs))
  return toStatementPlannedForValues(
    sql`select ${o}.place - 1 as place from rows from (unnest(${keys}::text[]), unnest(${documents}::jsonb[]), unnest(${refs}::jsonb[])) with ordinality as ${o} (key, document, refs, place) where (${compiler.condition(condition, row)}) is not true`,
  )
}
