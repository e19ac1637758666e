import type { Template } from '../../template/model.ts'
import { digest } from '../digest.ts'
import { partitionOf } from '../source.ts'
import { identifier, integer, sql } from '../sql.ts'

/** The prefix of the indexes by which objects are counted for limits. They depend on roles and not on templates. */
export const usageIndexPrefix = 'rc_'

/** Of the storage of that name. */
export function usageIndexName(stored: string): string {
  return `${usageIndexPrefix}${stored.slice(0, 24)}_${digest(stored)}`
}

/** So many characters of a name fit into an index, whichever they are; imported names have no limit. */
export const indexedCharacters = 250

/** By the beginning of who created an object; built without blocking writers. */
export function compileCreateUsageIndex({ stored }: Template): string {
  const name = identifier(usageIndexName(stored))
  return sql`create index concurrently ${name} on ${partitionOf(stored)} using btree (left(created_by, ${integer(indexedCharacters)}))`
    .text
}
