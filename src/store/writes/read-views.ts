import type { WrittenObject } from '../../sql/writes/compile-upsert.ts'
import type { Run } from '../database.ts'
import { findUnseen } from '../rules/item-rules.ts'
import type { Upsert } from '../upsert-objects.ts'

/**
 * Tells a write of an object that the caller may not read as a change, whether it changed anything or not. Otherwise whoever may write
 * it could guess its values one by one.
 */
export async function hideOutcomes(
  run: Run,
  { template, request }: Upsert,
  byKey: Map<string, WrittenObject>,
): Promise<void> {
  const unchanged = [...byKey.values()].filter(({ outcome }) => outcome === 'UNCHANGED').map(({ key }) => key)
  for (const key of await findUnseen(run, request, template, unchanged)) {
    const object = byKey.get(key)
    if (object) byKey.set(key, { ...object, outcome: 'UPDATED' })
  }
}

/**
 * What these objects are before the write. They are locked: a statement that both waited for a lock and read without it would show what
 * was there before the wait.
 */
export async function readFormer(
  run: Run,
  { template, request, statements, binding }: Upsert,
  keys: readonly string[],
): Promise<ReadonlyMap<string, WrittenObject['views']> | undefined> {
  if (!statements.showFormer) return undefined
  if (keys.length === 0) return new Map()
  const rows = await run(statements.showFormer(request.source(template), keys, binding))
  return new Map(rows.map((row) => [String(row.key), row.views as WrittenObject['views']]))
}

/** Adds the views of what was written, where the statement of the write could not read them. */
export async function readViews(
  run: Run,
  { template, request, statements, binding }: Upsert,
  byKey: Map<string, WrittenObject>,
): Promise<void> {
  const shown = statements.show(request.source(template), [...byKey.keys()], binding)
  for (const row of await run(shown)) {
    const object = byKey.get(String(row.key))
    if (object) byKey.set(object.key, { ...object, views: row.views as WrittenObject['views'] })
  }
}
