import type { GraphQLError } from 'graphql'
import { createCallerError } from '../errors.ts'
import type { UpsertItem } from '../plan/plan.ts'
import { compileFindValues } from '../sql/compile-find-values.ts'
import { indexesOf } from '../sql/compile-storage.ts'
import { quote } from '../template/quote.ts'
import type { Database } from './database.ts'
import { Refusal } from './refusal.ts'
import type { UpsertRequest } from './upsert-objects.ts'

/** Which items have a value that another object, stored or of the same batch, has already; undefined where none is found (any more). */
export async function findUniqueConflicts(
  database: Pick<Database, 'run'>,
  { template }: UpsertRequest,
  items: readonly UpsertItem[],
  indexName: string,
): Promise<Refusal | undefined> {
  const field = indexesOf(template).find((index) => index.name === indexName)?.field
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
        createCallerError(
          'UNIQUE_CONFLICT',
          `${field.name}: another ${template.name} has the value ${quote(value)} already; it must be unique.`,
        ),
      )
    }
  }
  return failures.size > 0 ? new Refusal(failures) : undefined
}
