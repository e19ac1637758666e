import type { GraphQLError } from 'graphql'
import { createIssueError } from '../errors.ts'
import type { UpsertItem } from '../plan/plan.ts'
import { compileFindUuids, compileFindValues } from '../sql/compile-find-values.ts'
import { indexesOf } from '../sql/compile-storage.ts'
import { quote } from '../template/quote.ts'
import type { Database } from './database.ts'
import { findSharedValues } from './find-shared-values.ts'
import { Refusal } from './refusal.ts'
import type { Upsert } from './upsert-objects.ts'

/** The items with a unique value that another object, stored or in the same batch, already has; undefined if there are none (any more). */
export async function findUniqueConflicts(
  database: Pick<Database, 'run'>,
  { template, planned }: Upsert,
  items: readonly UpsertItem[],
  indexName: string,
): Promise<Refusal | undefined> {
  const { field, together } = indexesOf(template).find((index) => index.name === indexName) ?? {}
  if (together) return findSharedValues(database, { template, planned }, items, together)
  if (!field) return undefined
  const taken = items.flatMap((item) => {
    const value = Object.hasOwn(item.create, field.attribute) ? item.create[field.attribute] : undefined
    return value === undefined ? [] : [{ item, value, text: JSON.stringify(value) }]
  })
  const stored = await database.run(
    compileFindValues(
      template,
      field,
      taken.map(({ value }) => value),
    ),
  )
  const holders = new Map(stored.map((row) => [JSON.stringify(row.value), String(row.key)]))
  const failures = new Map<number, GraphQLError>()
  for (const { item, value, text } of taken) {
    const holder = holders.get(text)
    if (holder === undefined) holders.set(text, item.key)
    else if (holder !== item.key) {
      failures.set(
        item.index,
        createIssueError({
          path: [...(planned[item.index]?.path ?? []), field.graphqlName],
          code: 'UNIQUE_CONFLICT',
          message: `${field.name}: another ${template.name} already has the value ${quote(value)}; it must be unique.`,
        }),
      )
    }
  }
  return failures.size > 0 ? new Refusal(failures) : undefined
}

/** The items with a uuid that another object, stored or in the same batch, already has; undefined if there are none (any more). */
export async function findUuidConflicts(
  database: Pick<Database, 'run'>,
  { template, planned }: Upsert,
  items: readonly UpsertItem[],
): Promise<Refusal | undefined> {
  const given = items.flatMap((item) => (typeof item.meta?.uuid === 'string' ? [{ item, uuid: item.meta.uuid }] : []))
  if (given.length === 0) return undefined
  const keys = given.map(({ item }) => item.key)
  const uuids = given.map(({ uuid }) => uuid)
  const stored = await database.run(compileFindUuids(template, keys, uuids))
  const holders = new Map(stored.map((row) => [String(row.uuid), String(row.key)]))
  // An existing object keeps its own uuid, whatever its input says.
  const kept = new Set(stored.map((row) => String(row.key)))
  const failures = new Map<number, GraphQLError>()
  for (const { item, uuid } of given) {
    if (kept.has(item.key)) continue
    const holder = holders.get(uuid)
    if (holder === undefined) holders.set(uuid, item.key)
    else if (holder !== item.key) {
      failures.set(
        item.index,
        createIssueError({
          path: [...(planned[item.index]?.path ?? []), '_meta', 'uuid'],
          code: 'UNIQUE_CONFLICT',
          message: `_meta.uuid: another ${template.name} already has the uuid ${quote(uuid)}; leave it out, or use a new one.`,
        }),
      )
    }
  }
  return failures.size > 0 ? new Refusal(failures) : undefined
}
