import { plainMetaColumn } from '../columns.ts'
import { identifier, type Sql, sql, trusted } from '../sql.ts'

/**
 * When an object was last written or confirmed: `greatest(o1.updated_at, o1.confirmed_at)`. A confirmation must not move what an index
 * has, or PostgreSQL writes a new entry into each index of the row. So `updated_at` stays as long as the time of the confirmation,
 * which `confirmed_at` has, lies in the same slot; an index has the slots.
 */
export function updateTime(row: string): Sql {
  return plainMetaColumn('updateTime', row)
}

/** The beginning of the slot of a time. A later time is never in an earlier slot. */
export function slotOf(time: Sql): Sql {
  return sql`date_bin(${width}, ${time}, ${origin})`
}

/** The slot of an object's update time, as its index has it. */
export function updateSlot(row: string): Sql {
  return slotOf(sql`${identifier(row)}.updated_at`)
}

/**
 * Objects that are confirmed all the time get new entries in indexes once in such a time. Whoever asks for the latest reads all objects of
 * the last slot.
 */
const width = trusted("interval '10 seconds'")
const origin = trusted("timestamptz '2000-01-01 00:00:00+00'")
