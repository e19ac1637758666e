/** The one place that names the tables: everything that reads or writes objects gets them from here. */

import type { Given } from '../plan/open-value.ts'
import type { Source } from '../plan/source.ts'
import type { Compiler } from './compiler.ts'
import { partitionName } from './partition-name.ts'
import { empty, identifier, literal, type Sql, sql, trusted } from './sql.ts'

/** All objects of all templates, partitioned by template; and what has become of each. */
export const objectTable = trusted('registry_object')
export const changeTable = trusted('registry_change')

/** The partition with the objects of a template. */
export function partitionOf(template: string): Sql {
  return identifier(partitionName(template))
}

/**
 * The objects of a source, up to a `where` that goes on: `registry_role_objects as o1 where o1.template = 'role'`.
 * Planning takes a seventh less time than where the planner has to find the partition; the primary key begins with the template.
 */
export function objectsOf({ template, visible }: Source, row: string, compiler: Compiler): Sql {
  const own = identifier(row)
  const objects = sql`${partitionOf(template.name)} as ${own} where ${own}.template = ${literal(template.name)}`
  return visible.kind === 'always' ? objects : sql`${objects} and ${compiler.condition(visible, row)}`
}

/**
 * The objects of a source as what is joined, up to an `on` that goes on: `registry_object as o1_1 on o1_1.template = 'image'`.
 * Not by its partition: the planner would then guess from a sample whether to read that as a whole.
 */
export function joinedObjects(source: Source, row: string, compiler: Compiler): Sql {
  const own = identifier(row)
  return sql`${objectTable} as ${own} on ${own}.template = ${literal(source.template.name)}${visibleIn(source, row, compiler)}`
}

/** The objects of a source to be locked, up to a `where` that goes on, in which their columns need no alias. */
export function lockableObjects(source: Source, compiler: Compiler): Sql {
  const objects = sql`${objectTable} where template = ${literal(source.template.name)}`
  return sql`${objects}${visibleIn(source, 'registry_object', compiler)}`
}

/** The row of the object with that uuid, of whatever template, which tells the source whose `visibleIn` has to hold. */
export function objectWithUuid(uuid: Given<string>): Sql {
  return sql`select * from ${objectTable} where uuid = ${uuid}::uuid limit 1`
}

/** ` and …`, what makes the object in that row one of the source's; nothing where the request sees all. */
export function visibleIn({ visible }: Source, row: string, compiler: Compiler): Sql {
  return visible.kind === 'always' ? empty : sql` and ${compiler.condition(visible, row)}`
}
