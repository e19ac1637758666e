/** The statements that keep an imported uuid unique over all templates: each partition has an index of its own. */

import { objectsWithUuid, uuidClaimTable } from '../source.ts'
import { type Statement, sql, toStatement } from '../sql.ts'

/** Makes other imports of these uuids wait until the transaction ends. */
export function compileClaimUuids(uuids: readonly string[]): Statement {
  return toStatement(
    sql`insert into ${uuidClaimTable} as o (uuid) select distinct given.uuid from unnest(${[...uuids]}::uuid[]) as given (uuid) order by given.uuid on conflict (uuid) do update set uuid = o.uuid`,
  )
}

/** Takes the claims back before the transaction ends: it is their rows' coming and going that others wait for. */
export function compileReleaseUuids(uuids: readonly string[]): Statement {
  return toStatement(sql`delete from ${uuidClaimTable} where uuid = any(${[...uuids]}::uuid[])`)
}

/**
 * The objects of other templates that have one of these uuids: rows of `uuid`, `stored` and `key`. The storages of one template, `image`
 * and `image~2`, have the same uuids on purpose.
 */
export function compileFindHolders(stored: string, uuids: readonly string[]): Statement {
  const base = sql`regexp_replace(${stored}::text, '~[0-9]+$', '')`
  return toStatement(
    sql`select o.uuid::text as uuid, o.template as stored, o.key from (select distinct uuid from unnest(${[...uuids]}::uuid[]) as given (uuid)) as given cross join lateral ${objectsWithUuid(sql`given.uuid`)} as o where regexp_replace(o.template, '~[0-9]+$', '') <> ${base}`,
  )
}
