import { slotOf } from '../../src/sql/latest/update-time.ts'
import { trusted } from '../../src/sql/sql.ts'

/**
 * Of an `update registry_object set …`: the object was last updated at that moment, an expression of SQL. Of every second object that was
 * a confirmation, which left `updated_at` where it was.
 */
export function movingUpdateTime(moment: string): string {
  const isConfirmed = "hashtext('confirmed' || key) % 2 = 0"
  return `updated_at = case when ${isConfirmed} then ${slotOf(trusted(moment)).text} else ${moment} end, confirmed_at = case when ${isConfirmed} then ${moment} end`
}
