/** Only this file names the tables: all code that reads or writes objects gets them from here. */

import type { Given } from '../plan/open-value.ts'
import type { Source } from '../plan/source.ts'
import type { Template } from '../template/model.ts'
import type { Compiler } from './compiler.ts'
import { partitionName } from './partition-name.ts'
import { empty, identifier, join, literal, type Sql, sql, trusted } from './sql.ts'

/** All objects of all templates, partitioned by template; and their history. */
export const objectTable = trusted('registry_object')
export const changeTable = trusted('registry_change')
/** What callers with limits have written. */
export const usageTable = trusted('registry_usage')

/** Imported uuids while the transactions that write them run. */
export const uuidClaimTable = trusted('registry_uuid_claim')

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
  return sql`${partitionOf(name)} as ${own} where ${own}.template = ${literal(name)}${visibleIn(source, row, compiler)}`
}

/**
 * The objects of a source for a join, up to an `on` that can be extended: `registry_object as o1_1 on o1_1.template = 'image'`.
 * It does not name the partition, because the planner would then decide from a sample whether to read the whole partition.
 */
export function joinedObjects(source: Source, row: string, compiler: Compiler): Sql {
  const own = identifier(row)
  return sql`${objectTable} as ${own} on ${own}.template = ${literal(source.template.stored)}${visibleIn(source, row, compiler)}`
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
export function objectWithUuid(uuid: Given<string>, templates: readonly Template[]): Sql {
  const stored = templates.map((template) => literal(template.stored))
  return sql`select * from ${objectTable} where uuid = ${uuid}::uuid and template in (${join(stored, ', ')}) limit 1`
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
