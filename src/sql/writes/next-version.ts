/** What every write of a new version gives it. */

import { type Sql, sql } from '../sql.ts'

/** The number after that of a version; the largest one stays. Null for null. */
export function nextVersion(version: Sql): Sql {
  return sql`${version} + (${version} < 2147483647)::int`
}

/** A time, but at least a microsecond after another, so that the times of one object's versions never overlap. */
export function laterThan(former: Sql, time: Sql = sql`clock_timestamp()`): Sql {
  return sql`greatest(${time}, ${former} + interval '1 microsecond')`
}
