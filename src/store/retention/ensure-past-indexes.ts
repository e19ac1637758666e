import type pg from 'pg'
import type { Logger } from 'pino'
import { compileNewestGeneration } from '../../sql/changes/compile-generations.ts'
import { compileDropIndex } from '../../sql/compile-storage.ts'
import {
  analyzePast,
  compileFindIndex,
  compileIsPastEmpty,
  compilePastIndexes,
  compileWorthIndexing,
  pastIndexesOf,
  type StorageIndex,
  sharedIndexes,
} from '../../sql/retention/past-index.ts'
import type { TemplateModel } from '../../template/model.ts'
import { announceIndexes } from '../changes/announce-indexes.ts'
import { type Setup, withSetup } from '../changes/with-setup.ts'
import type { Run } from '../database.ts'
import { runOn } from '../own-connection.ts'

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

/** Those of these indexes that are not there and are asked for, or worth what they cost. */
async function findMissing(
  run: Run,
  wanted: readonly StorageIndex[],
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<readonly StorageIndex[]> {
  const built = new Set(rows.flatMap(({ name, is_valid }) => (is_valid ? name : [])))
  const missing = wanted.filter(({ name }) => !built.has(name))
  const storages = new Set(missing.flatMap(({ stored, isAskedFor }) => (isAskedFor ? [] : stored)))
  const worthy = storages.size > 0 ? await run(compileWorthIndexing([...storages])) : []
  const grown = new Set(worthy.map(({ stored }) => stored))
  return missing.filter(({ stored, isAskedFor }) => isAskedFor || grown.has(stored))
}

/**
 * Gives the past the indexes that its templates need, and no others, without blocking writers. One that is there stays while the
 * template has the field, even if little of its past is left.
 */
export async function ensurePastIndexes(
  client: pg.Client,
  { templates }: TemplateModel,
  logger: Pick<Logger, 'info' | 'debug'>,
): Promise<void> {
  const run = runOn(client)
  const wanted = templates.flatMap(pastIndexesOf)
  const names = new Set<unknown>(wanted.map(({ name }) => name))
  const rows = await run(compilePastIndexes())
  // One that is not valid was left behind by an interrupted build.
  for (const { name, is_valid } of rows)
    if (!names.has(name) || !is_valid) await client.query(compileDropIndex(String(name)))
  const missing = await findMissing(run, wanted, rows)
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

/** Builds the indexes for which so much is kept by now that they are worth it, if these are the newest templates. Never rejects. */
export async function growPastIndexes(
  run: Run,
  { model, generation }: { readonly model: TemplateModel; readonly generation: number },
  setup: Setup,
): Promise<void> {
  const { logger, signal } = setup
  try {
    const missing = await findMissing(run, model.templates.flatMap(pastIndexesOf), await run(compilePastIndexes()))
    if (missing.length === 0) return
    await withSetup(setup, async (client, own) => {
      const [newest] = await own(compileNewestGeneration())
      if (Number(newest?.generation) === generation) await ensurePastIndexes(client, model, logger)
    })
  } catch (error) {
    if (!signal.aborted) logger.warn({ err: error }, 'indexes of the past could not be built; it is tried again')
  }
}
