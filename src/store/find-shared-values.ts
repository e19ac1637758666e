import type { GraphQLError } from 'graphql'
import { createIssueError } from '../errors.ts'
import type { UpsertItem } from '../plan/plan.ts'
import { compileFindSharedValues, type GivenValues } from '../sql/compile-find-shared-values.ts'
import type { Field } from '../template/model.ts'
import type { Database } from './database.ts'
import { Refusal } from './refusal.ts'
import type { Upsert } from './upsert-objects.ts'

/**
 * The items whose values of these fields another object, stored or in the same batch, has as well. What an item does not give is
 * what its stored object has. Undefined if there are none (any more).
 */
export async function findSharedValues(
  database: Pick<Database, 'run'>,
  { template, planned }: Pick<Upsert, 'template' | 'planned'>,
  items: readonly UpsertItem[],
  fields: readonly Field[],
): Promise<Refusal | undefined> {
  const given = items.map(
    (item): GivenValues => ({ key: item.key, values: fields.map((field) => givenValueOf(item, field)) }),
  )
  const found = new Set(
    (await database.run(compileFindSharedValues(template, fields, given))).map((row) => Number(row.place)),
  )
  const holders = new Map<string, string>()
  const failures = new Map<number, GraphQLError>()
  for (const [place, { key, values }] of given.entries()) {
    const item = items[place]
    const text = values.includes(undefined) ? undefined : JSON.stringify(values)
    const holder = text === undefined ? undefined : holders.get(text)
    if (text !== undefined && holder === undefined) holders.set(text, key)
    if (!item || (!found.has(place) && (holder === undefined || holder === key))) continue
    const names = fields.map(({ name }) => name)
    failures.set(
      item.index,
      createIssueError({
        path: [...(planned[item.index]?.path ?? []), ...fields.slice(0, 1).map((field) => field.graphqlName)],
        code: 'UNIQUE_CONFLICT',
        message: `${names.join(', ')}: another ${template.name} already has these values; together they must be unique.`,
      }),
    )
  }
  return failures.size > 0 ? new Refusal(failures) : undefined
}

/** The value as JSON text, for a reference the canonical key of its target; undefined if it is not given. */
function givenValueOf(
  { create, createRefs, patch, cleared }: UpsertItem,
  { attribute, isKey, reference }: Field,
): string | undefined {
  const isGiven = isKey || Object.hasOwn(patch, attribute) || cleared.includes(attribute)
  if (!isGiven && !Object.hasOwn(create, attribute)) return undefined
  const value = reference ? createRefs[attribute] : create[attribute]
  return value === undefined ? undefined : JSON.stringify(value)
}
