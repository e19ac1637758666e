/** The rows of new objects in the statement of an upsert, from what it is given. */

import { literal, type Sql, sql } from '../sql.ts'
import { upsertParts as parts } from './upsert-parts.ts'

/** What is between the times of two items, or of two versions. */
export const aMoment = sql`interval '1 microsecond'`

/** What new objects get. */
interface Created {
  /** Rows with key, document, refs and time. */
  readonly items: Sql
  readonly uuid: Sql
  /** Null if the item tells none. */
  readonly version: Sql
  readonly createTime: Sql
  readonly updateTime: Sql
  /** Who created and updated them, and on whose behalf. */
  readonly authors: Sql
}

export const createdAlone: Created = {
  items: sql`select ${parts.one.key} as key, ${parts.one.document} as document, ${parts.one.refs} as refs, clock_timestamp() as time, ${parts.actor} as actor, ${parts.onBehalfOf} as principal`,
  uuid: sql`gen_random_uuid()`,
  version: sql`1`,
  createTime: sql`item.time`,
  updateTime: sql`item.time`,
  authors: sql`item.actor, item.actor, item.principal, item.principal`,
}

export const createdTogether: Created = {
  items: sql`select each.key, each.value->'create' as document, each.value->'createRefs' as refs, each.value->'meta' as meta, input.time + (each.value->>'index')::int * ${aMoment} as time from input, jsonb_each(input.items) as each`,
  uuid: sql`coalesce((item.meta->>'uuid')::uuid, gen_random_uuid())`,
  version: sql`(item.meta->>'version')::int`,
  createTime: sql`coalesce((item.meta->>'createTime')::timestamptz, item.time)`,
  updateTime: sql`coalesce((item.meta->>'updateTime')::timestamptz, item.time)`,
  authors: sql`${authorOf('createdBy')}, ${authorOf('updatedBy')}, ${principalOf('createdFor', 'createdBy')}, ${principalOf('updatedFor', 'updatedBy')}`,
}

function authorOf(name: 'createdBy' | 'updatedBy'): Sql {
  return sql`case when item.meta ? ${literal(name)} then item.meta->>${literal(name)} else ${parts.actor} end`
}

/** Whoever imports an author need not know on whose behalf that was; the importer's own is not it. */
function principalOf(name: 'createdFor' | 'updatedFor', author: 'createdBy' | 'updatedBy'): Sql {
  return sql`case when item.meta ?| array[${literal(name)}, ${literal(author)}] then item.meta->>${literal(name)} else ${parts.onBehalfOf} end`
}
