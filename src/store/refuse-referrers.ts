import type { GraphQLError } from 'graphql'
import type { UpsertItem } from '../plan/plan.ts'
import type { Database } from './database.ts'
import { findExisting } from './find-existing.ts'
import type { Upsert } from './upsert-objects.ts'
import { refuseMissing } from './writes/targets.ts'

/**
 * Of the items that can still be written, those that refer to a refused one which does not exist, and those that refer to these in
 * turn. One attempt for each link of such a chain would take a time that grows with the square of its length.
 */
export async function refuseReferrers(
  database: Pick<Database, 'run'>,
  { template, request, planned }: Upsert,
  items: readonly UpsertItem[],
  refused: ReadonlySet<number>,
): Promise<ReadonlyMap<number, GraphQLError>> {
  const failures = new Map<number, GraphQLError>()
  const allKeys = new Set(items.map(({ key }) => key))
  let remaining = items.filter(({ index }) => !refused.has(index))
  let existing: ReadonlySet<string> | undefined
  for (;;) {
    const coming = new Set(remaining.map(({ key }) => key))
    const isGone = ({ to, key }: UpsertItem['targets'][number]) =>
      to === template.name && allKeys.has(key) && !coming.has(key) && existing?.has(key) !== true
    if (!remaining.some(({ targets }) => targets.some(isGone))) return failures
    existing ??= await findExisting(database, template, request, [...allKeys])
    const before = remaining
    remaining = before.filter((item) => {
      const missing = item.targets.filter(
        (target) => isGone(target) && !(target.ifCreated && existing?.has(item.key) === true),
      )
      const error = refuseMissing(missing, planned[item.index]?.path ?? [])
      if (error) failures.set(item.index, error)
      return !error
    })
    if (remaining.length === before.length) return failures
  }
}
