import type pg from 'pg'
import type { Logger } from 'pino'
import { compileDropIndex } from '../../sql/compile-storage.ts'
import {
  analyzePast,
  compileFindIndex,
  compileIsPastEmpty,
  compilePastIndexes,
  pastIndexesOf,
  sharedIndexes,
} from '../../sql/retention/past-index.ts'
import type { TemplateModel } from '../../template/model.ts'
import { announceIndexes } from '../changes/announce-indexes.ts'

async function findIndex(client: pg.Client, name: string): Promise<{ readonly is_valid: boolean } | undefined> {
  const { text, values } = compileFindIndex(name)
  return (await client.query<{ readonly is_valid: boolean }>(text, values)).rows[0]
}

/** The indexes of all templates that are not there. One that an interrupted build has left behind is dropped. */
async function findMissingSharedIndexes(client: pg.Client): Promise<typeof sharedIndexes> {
  const missing: (typeof sharedIndexes)[number][] = []
  for (const index of sharedIndexes) {
    const found = await findIndex(client, index.name)
    if (found?.is_valid) continue
    if (found) await client.query(compileDropIndex(index.name))
    missing.push(index)
  }
  return missing
}

/** Gives the past the indexes that its templates need, and no others, without blocking writers. */
export async function ensurePastIndexes(
  client: pg.Client,
  { templates }: TemplateModel,
  logger: Pick<Logger, 'info' | 'debug'>,
): Promise<void> {
  const { text, values } = compilePastIndexes()
  const { rows } = await client.query<{ readonly name: string; readonly is_valid: boolean }>(text, values)
  const wanted = new Map(templates.flatMap(pastIndexesOf).map((index) => [index.name, index]))
  // One that is not valid was left behind by an interrupted build.
  for (const { name, is_valid } of rows) if (!wanted.has(name) || !is_valid) await client.query(compileDropIndex(name))
  const built = new Set(rows.filter(({ is_valid }) => is_valid).map(({ name }) => name))
  const missing = [...wanted.values()].filter(({ name }) => !built.has(name))
  const all = [...(await findMissingSharedIndexes(client)), ...missing]
  announceIndexes(
    logger,
    all.map(({ name }) => name),
    'building indexes of the past',
  )
  for (const { create } of all) await client.query(create)
  for (const { former } of sharedIndexes)
    if (former !== undefined && (await findIndex(client, former))) await client.query(compileDropIndex(former))
  if (missing.length === 0) return
  const { rows: empty } = await client.query(compileIsPastEmpty())
  if (empty.length === 0) await client.query(analyzePast)
}
