import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Logger } from 'pino'
import { ConfigError } from '../../errors.ts'
import { giveToOwnerOf } from '../account.ts'
import { isCluster } from '../create-cluster.ts'
import { createEmbeddedPostgres, type EmbeddedPostgres } from '../embedded-postgres.ts'
import { withDataFiles } from '../explain-disk.ts'
import { moveIntoPlace } from '../move-into-place.ts'
import { programsMajor } from '../postgres-programs.ts'
import { createScratchDirectory } from '../scratch-directory.ts'
import { assertNotInterrupted, setAside } from '../set-aside.ts'
import { stopForCommand } from '../stop-for-command.ts'
import { type Copied, copyDatabase } from './copy-database.ts'
import { findOlderPrograms, installOlderPrograms, type OlderPrograms } from './older-programs.ts'

/** Data that another major version of PostgreSQL has now. */
export interface Upgraded extends Copied {
  readonly from: string
  readonly to: string
  /** The folder that has the old data. */
  readonly former: string
}

/**
 * Has the data of `<dataDir>/postgres`, which are those of an older major version of PostgreSQL, taken over by the one that comes with this
 * program: the old PostgreSQL and the new one run side by side, and the database is copied from the one to the other. The old data stay as
 * they are, under another name.
 *
 * @param options.programs the folder of the old version's programs; without it, npm is asked for them
 * @returns undefined if the data are those of this version
 * @throws ConfigError if there are no such data, a server runs on them, or the copy is not the same
 */
export async function upgradeCluster(options: {
  readonly dataDir: string
  readonly programs?: string | undefined
  readonly logger: Logger
  readonly signal?: AbortSignal | undefined
}): Promise<Upgraded | undefined> {
  const { programs, logger, signal } = options
  const dataDir = resolve(options.dataDir)
  const directory = join(dataDir, 'postgres')
  await assertNotInterrupted(directory)
  if (!isCluster(directory)) throw new ConfigError(`There are no data in ${dataDir}. Set DATA_DIR to the server's.`)
  const from = (await readFile(join(directory, 'PG_VERSION'), 'utf8')).trim()
  const to = await programsMajor()
  if (from === to) return undefined
  if (Number(from) > Number(to))
    throw new ConfigError(`The data are those of PostgreSQL ${from}, which is newer than the ${to} of this version.`)
  await stopForCommand({ directory, logger, signal })
  const older = programs ? await findOlderPrograms(programs, from) : await installOlderPrograms(from, signal)
  try {
    return await withDataFiles(dataDir, async () => {
      const scratch = await createScratchDirectory(directory)
      try {
        const copied = await copyCluster({ ...options, dataDir, older, scratch: scratch.path })
        const former = await setAside(directory, `version-${from}`)
        await moveIntoPlace(join(scratch.path, 'postgres'), directory)
        return { ...copied, from, to, former }
      } finally {
        await scratch.remove()
      }
    })
  } finally {
    await older.remove()
  }
}

async function copyCluster(options: {
  readonly dataDir: string
  readonly scratch: string
  readonly older: OlderPrograms
  readonly logger: Logger
  readonly signal?: AbortSignal | undefined
}): Promise<Copied> {
  const { dataDir, scratch, older, logger, signal } = options
  await giveToOwnerOf(dataDir, scratch)
  const running: EmbeddedPostgres[] = []
  const start = async (options: { readonly dataDir: string; readonly findPrograms?: OlderPrograms['find'] }) => {
    const postgres = await createEmbeddedPostgres({ ...options, logger, ...(signal && { signal }) })
    running.push(postgres)
    return postgres
  }
  try {
    const old = await start({ dataDir, findPrograms: older.find })
    const made = await start({ dataDir: scratch })
    return await copyDatabase({ from: old.superuser, to: made.connection, signal })
  } finally {
    await Promise.all(running.map((postgres) => postgres.stop()))
  }
}
