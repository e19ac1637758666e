import type { UpsertItem } from '../../plan/plan.ts'
import { readUpsertResult, type WrittenObject } from '../../sql/writes/compile-upsert.ts'
import { hasOnlyValues } from '../../sql/writes/upsert-parts.ts'
import type { Run } from '../database.ts'
import { Refusal } from '../refusal.ts'
import { refuseWritten } from '../rules/refuse-written.ts'
import type { Upsert } from '../upsert-objects.ts'
import { hideOutcomes } from './read-views.ts'

/** Whether an item has nothing but values: no other object has to be looked at either. */
export function isPlain(item: UpsertItem): boolean {
  return item.targets.length === 0 && hasOnlyValues(item)
}

/**
 * Writes an item that has nothing but values, where nothing is held. It does what is done for many items as well, without their lists: most
 * writes are of this kind.
 */
export async function writeOne(run: Run, upsert: Upsert, item: UpsertItem): Promise<readonly WrittenObject[]> {
  const { request, statements, binding, overwrites, planned } = upsert
  const isOfMany = planned.length > 1
  const plan = { items: [item], author: request.author, targets: [], overwrites, isOfMany }
  const [row] = await run(await statements.write(plan, true, binding))
  const [written] = readUpsertResult(row).written
  const error = await refuseWritten(run, upsert, item, written, undefined)
  if (error) throw new Refusal(new Map([[item.index, error]]))
  if (written?.outcome !== 'UNCHANGED') return written ? [written] : []
  const byKey = new Map([[item.key, written]])
  await hideOutcomes(run, upsert, byKey)
  return [...byKey.values()]
}
