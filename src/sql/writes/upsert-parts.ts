/** The values of an upsert's statement: what it writes, for whom, and the keys of the objects that must exist. */

import { mapInTurns } from '../../map-in-turns.ts'
import { openPart } from '../../plan/open-value.ts'
import type { UpsertItem, UpsertPlan } from '../../plan/plan.ts'
import { type Sql, sql } from '../sql.ts'

/** The values of one item that is written alone. */
const one = {
  key: sql`${openPart(5)}::text`,
  document: sql`${openPart(6)}::jsonb`,
  refs: sql`${openPart(7)}::jsonb`,
  patch: sql`${openPart(8)}::jsonb`,
  patchRefs: sql`${openPart(9)}::jsonb`,
}

/** The places of the values in a statement. */
export const upsertParts = {
  actor: sql`${openPart(0)}::text`,
  run: sql`${openPart(1)}::text`,
  onBehalfOf: sql`${openPart(2)}::text`,
  items: sql`${openPart(3)}::jsonb`,
  time: sql`${openPart(4)}::timestamptz`,
  one,
  allKeys: (target: number): Sql => sql`${openPart(10 + 3 * target)}::text[]`,
  keys: (target: number): Sql => sql`${openPart(11 + 3 * target)}::text[]`,
  keysIfCreated: (target: number): Sql => sql`${openPart(12 + 3 * target)}::text[]`,
}

/** Whether an item has nothing but values and references: no version and no uuid has to be looked at. */
export function hasOnlyValues({ meta, change, keep, ifVersion }: UpsertItem): boolean {
  return !meta && !change && !keep && ifVersion === undefined
}

/** The item, if the statement writes only one, of which it needs no more than its key and its values. */
export function findOnly({ items, time, isOfMany, tellsDocuments }: UpsertPlan): UpsertItem | undefined {
  const [item, ...others] = items
  if (!item || others.length > 0 || isOfMany || tellsDocuments || time !== undefined) return undefined
  return hasOnlyValues(item) && item.cleared.length === 0 ? item : undefined
}

/** The values, in the order of their places. Many items yield to the event loop in between. */
export async function listParts({ items, targets, author, time }: UpsertPlan, only: UpsertItem | undefined) {
  const { actor = null, run = null, onBehalfOf = null } = author
  const keys = targets.flatMap(({ keys, keysIfCreated }) => [[...keys, ...keysIfCreated], keys, keysIfCreated])
  const given = only ? listOne(only) : [await printItems(items), time ?? null, null, null, null, null, null]
  return [actor, run, onBehalfOf, ...given, ...keys]
}

function listOne({ key, create, createRefs, patch, patchRefs }: UpsertItem): readonly (string | null)[] {
  return [null, null, key, ...[create, createRefs, patch, patchRefs].map((values) => JSON.stringify(values))]
}

/** A JSON object of the items by their keys. */
async function printItems(items: readonly UpsertItem[]): Promise<string> {
  const byKey = await mapInTurns(
    items,
    ({ key, targets: _, isComplete: __, ...item }) => `${JSON.stringify(key)}:${JSON.stringify(item)}`,
  )
  return `{${byKey.join(',')}}`
}
