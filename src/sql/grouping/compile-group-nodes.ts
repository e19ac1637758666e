import type { GroupEntry } from '../../plan/groups.ts'
import type { Source } from '../../plan/source.ts'
import { compileOrderBy, joinReferenced } from '../compile-order.ts'
import type { Compiler } from '../compiler.ts'
import { jsonList } from '../json-text.ts'
import { compilePageColumns } from '../page-columns.ts'
import { objectsOf } from '../source.ts'
import { identifier, integer, type Sql, sql } from '../sql.ts'

/**
 * The first objects of a group, whose row has the keys of all its objects, as the text of a JSON list:
 *
 *     (select '[' || … || ']' from (select o5.document from registry_role_objects as o5 where … and o5.key = any(o3.keys) order by … limit 3) as o4)
 */
export function compileGroupNodes(
  entry: Extract<GroupEntry, { kind: 'nodes' }>,
  source: Source,
  group: string,
  compiler: Compiler,
): Sql {
  const [page, row] = [compiler.next(), compiler.next()]
  const { order, size, selection } = entry
  const objects = sql`${objectsOf(source, row, compiler)} and ${identifier(row)}.key = any(${identifier(group)}.keys)`
  const columns = compilePageColumns([{ kind: 'nodes', key: '', selection }], [], row)
  const rows = sql`select ${columns} from ${joinReferenced(objects, order, row, compiler)} ${compileOrderBy(order, row)} limit ${integer(size)}`
  return sql`(select ${jsonList(compiler.object(selection, page))} from (${rows}) as ${identifier(page)})`
}
