import type pg from 'pg'
import { compileNewestGeneration } from '../../sql/changes/compile-generations.ts'
import { compileDropIndex } from '../../sql/compile-storage.ts'
import {
  analyzePast,
  compileFindIndex,
  compileIsPastEmpty,
  compileKeepAtLeast,
  compileLockPastIndexes,
  compilePastIndexes,
  pastIndexesOf,
  type StorageIndex,
  sharedIndexes,
  worthIndexing,
} from '../../sql/retention/past-index.ts'
import type { TemplateModel } from '../../template/model.ts'
import { announceIndexes } from '../changes/announce-indexes.ts'
import type { Setup } from '../changes/with-setup.ts'
import type { Run } from '../database.ts'
import { endOnAbort, runOn, settingsFor, takeLock, withOwnConnection } from '../own-connection.ts'

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

interface Found {
  readonly missing: readonly StorageIndex[]
  /** The names of those that are there and are not wanted, that too little is kept for, or that an interrupted build has left behind. */
  readonly superfluous: readonly string[]
}

/** What of these indexes is to be built, and what else is to be dropped. */
async function compareIndexes(run: Run, wanted: readonly StorageIndex[]): Promise<Found> {
  const rows = await run(compilePastIndexes())
  const built = new Set<unknown>(rows.flatMap(({ name, is_valid }) => (is_valid ? name : [])))
  const [there, absent] = [wanted.filter(({ name }) => built.has(name)), wanted.filter(({ name }) => !built.has(name))]
  const worthKeeping = await findWorthIndexing(run, there, worthIndexing.until)
  const kept = new Set<unknown>(there.filter(worthKeeping).map(({ name }) => name))
  return {
    missing: absent.filter(await findWorthIndexing(run, absent, worthIndexing.from)),
    superfluous: rows.flatMap(({ name }) => (kept.has(name) ? [] : String(name))),
  }
}

/** Tells which of these indexes are asked for, or have so many former versions. */
async function findWorthIndexing(
  run: Run,
  indexes: readonly StorageIndex[],
  count: number,
): Promise<(index: StorageIndex) => boolean> {
  const storages = new Set(indexes.flatMap(({ stored, isAskedFor }) => (isAskedFor ? [] : stored)))
  const rows = storages.size > 0 ? await run(compileKeepAtLeast([...storages], count)) : []
  const worthy = new Set(rows.map(({ stored }) => stored))
  return ({ stored, isAskedFor }) => isAskedFor || worthy.has(stored)
}

/**
 * Gives the past the indexes that its templates need and no others, without blocking writers. Leaves it to another server that is at it:
 * what that does not do, a later round does (`growPastIndexes`).
 */
export async function ensurePastIndexes(
  client: pg.Client,
  { templates }: TemplateModel,
  { connection, logger }: Pick<Setup, 'connection' | 'logger'>,
): Promise<void> {
  const release = await takeLock(client, settingsFor('indexes', connection), compileLockPastIndexes())
  if (!release) return
  try {
    const { missing, superfluous } = await compareIndexes(runOn(client), templates.flatMap(pastIndexesOf))
    for (const name of superfluous) await client.query(compileDropIndex(name))
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
  } finally {
    await release()
  }
}

/**
 * Builds the indexes for which so much is kept by now that they are worth it, if these are the newest templates. The signal ends the
 * build.
 */
export async function growPastIndexes(
  run: Run,
  { model, generation }: { readonly model: TemplateModel; readonly generation: number },
  setup: Setup,
): Promise<void> {
  const { missing } = await compareIndexes(run, model.templates.flatMap(pastIndexesOf))
  if (missing.length === 0) return
  const [newest] = await run(compileNewestGeneration())
  if (Number(newest?.generation) !== generation) return
  const { connection, signal } = setup
  await withOwnConnection(settingsFor('indexes', connection), (client) =>
    endOnAbort(client, signal, () => ensurePastIndexes(client, model, setup)),
  )
}
