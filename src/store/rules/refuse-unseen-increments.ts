import type { GraphQLError } from 'graphql'
import type { UpsertItem } from '../../plan/plan.ts'
import { needsCheck } from '../../plan/writes/plan-change.ts'
import type { Upsert } from '../upsert-objects.ts'
import { placeRefusal } from './place-refusal.ts'

/** The items whose writes are refused if a number goes beyond its range. */
export function listIncrements(items: readonly UpsertItem[]): readonly UpsertItem[] {
  return items.filter(({ change }) => change && needsCheck(change))
}

/**
 * The refusals of the items that increment a number of an object which the caller may not read: whether the number stays within its range
 * would tell it, in a few attempts. The refusal is the same whatever the number is.
 *
 * @param unseen the keys of the objects that are there and that the caller may not read
 */
export function refuseUnseenIncrements(
  { template, request: { rights } }: Pick<Upsert, 'template' | 'request'>,
  items: readonly UpsertItem[],
  unseen: ReadonlySet<string>,
): ReadonlyMap<number, GraphQLError> {
  return new Map(
    listIncrements(items)
      .filter(({ key }) => unseen.has(key))
      .map(({ index, change = {} }) => {
        const field = template.fields.find(({ attribute }) => {
          const step = Object.hasOwn(change, attribute) ? change[attribute] : undefined
          return step && 'increment' in step
        })
        const path = ['change', ...(field ? [field.graphqlName, 'increment'] : [])]
        return [index, placeRefusal(rights.refuse('read', template), path)]
      }),
  )
}
