import type { InputIssue } from '../errors.ts'
import type { UpsertItem } from '../plan/plan.ts'
import { compileReadMany } from '../sql/compile-read.ts'
import type { JsonObject } from '../template/json.ts'
import { validateDocument } from '../template/validate-document.ts'
import type { Database } from './database.ts'
import type { Upsert } from './upsert-objects.ts'

/** The problems that each object would have after the merge, for items that are already refused; by their index. */
export async function diagnoseUpserts(
  database: Pick<Database, 'run'>,
  { template, request, planned }: Upsert,
  items: readonly UpsertItem[],
): Promise<ReadonlyMap<number, readonly InputIssue[]>> {
  if (items.length === 0) return new Map()
  const rows = await database.run(
    compileReadMany(
      request.source(template),
      items.map((item) => item.key),
      new Map(),
    ),
  )
  const stored = new Map(rows.map((row) => [row.key, row.document as JsonObject]))
  return new Map(
    items.map((item) => {
      const document = stored.get(item.key)
      return [
        item.index,
        validateDocument(
          template,
          document ? merge(document, item) : item.create,
          request.model,
          planned[item.index]?.path ?? [],
        ),
      ]
    }),
  )
}

function merge(document: JsonObject, { patch, cleared }: UpsertItem): JsonObject {
  return Object.fromEntries([
    ...Object.entries(document).filter(([name]) => !cleared.includes(name)),
    ...Object.entries(patch),
  ])
}
