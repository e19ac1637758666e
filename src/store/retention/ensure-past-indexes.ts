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
import { endOnAbort, hasSession, runOn, settingsFor, takeLock, withOwnConnection } from '../own-connection.ts'

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

interface Compared {
  readonly missing: readonly StorageIndex[]
  /** The names of those that no template has any more, or that an interrupted build has left behind. */
  readonly unwanted: readonly string[]
  /** The names of those that too little is kept for by now. */
  readonly outgrown: readonly string[]
}

/** What of these indexes is to be built, and what is to be dropped. */
async function compareIndexes(run: Run, wanted: readonly StorageIndex[]): Promise<Compared> {
  const rows = await run(compilePastIndexes())
  const names = new Set(wanted.map(({ name }) => name))
  const built = new Set(rows.flatMap(({ name, is_valid }) => (is_valid ? String(name) : [])))
  const [there, absent] = [wanted.filter(({ name }) => built.has(name)), wanted.filter(({ name }) => !built.has(name))]
  const isKept = await findWorthIndexing(run, there, worthIndexing.until)
  return {
    missing: absent.filter(await findWorthIndexing(run, absent, worthIndexing.from)),
    unwanted: rows.flatMap(({ name }) => (names.has(String(name)) && built.has(String(name)) ? [] : String(name))),
    outgrown: there.flatMap((index) => (isKept(index) ? [] : index.name)),
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
 * Gives the past the indexes that its templates need, without blocking writers. Leaves it to another server that is at it, and then to a
 * later round (`tendPastIndexes`).
 */
export async function ensurePastIndexes(
  client: pg.Client,
  { templates }: TemplateModel,
  { connection, logger }: Pick<Setup, 'connection' | 'logger'>,
  /** Only a round drops what is outgrown: it can be ended while it waits for others. */
  round?: { readonly isNewest: () => Promise<boolean> },
): Promise<void> {
  const release = await takeLock(client, settingsFor('indexes', connection), compileLockPastIndexes())
  if (!release) return
  try {
    // Newer templates may have been applied, and their indexes built, since the round began.
    if (round && !(await round.isNewest())) return
    const { missing, unwanted, outgrown } = await compareIndexes(runOn(client), templates.flatMap(pastIndexesOf))
    for (const name of round ? [...unwanted, ...outgrown] : unwanted) await client.query(compileDropIndex(name))
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
 * Builds the indexes for which so much is kept by now that they are worth it, and drops those for which too little is, if these are the
 * newest templates. Behind a pooler that shares sessions, only starts build: nothing would keep others from it while PostgreSQL finishes
 * what this server has begun and left.
 */
export async function tendPastIndexes(
  run: Run,
  { model, generation }: { readonly model: TemplateModel; readonly generation: number },
  setup: Setup,
): Promise<void> {
  const isNewest = async (own: Run) => Number((await own(compileNewestGeneration()))[0]?.generation) === generation
  const { missing, unwanted, outgrown } = await compareIndexes(run, model.templates.flatMap(pastIndexesOf))
  if (missing.length + unwanted.length + outgrown.length === 0 || !(await isNewest(run))) return
  const { connection, signal } = setup
  await withOwnConnection(settingsFor('indexes', connection), (client) =>
    endOnAbort(client, signal, async () => {
      if (!hasSession(client)) return
      await ensurePastIndexes(client, model, setup, { isNewest: () => isNewest(runOn(client)) })
    }),
  )
}
