import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { appendFile, mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Logger } from 'pino'
import { ConfigError } from '../../errors.ts'
import { makeFolders } from '../../make-folders.ts'
import { giveToOwnerOf } from '../account.ts'
import { createEmbeddedPostgres } from '../embedded-postgres.ts'
import { withDataFiles } from '../explain-disk.ts'
import { flushDirectory } from '../flush-directory.ts'
import { moveIntoPlace } from '../move-into-place.ts'
import { programsMajor } from '../postgres-programs.ts'
import { createScratchDirectory } from '../scratch-directory.ts'
import { setAside } from '../set-aside.ts'
import { stopForCommand } from '../stop-for-command.ts'
import { withClient } from '../with-client.ts'
import { type Copying, copyFiles } from './copy-files.ts'
import { type BackupFile, filesDirectory, loadManifest, type Manifest } from './manifest.ts'

/** A backup that has been restored. */
export interface Restored {
  readonly manifest: Manifest
  /** The folder that now has the data. */
  readonly directory: string
  /** The folder that now has the data which were there before. */
  readonly former: string | undefined
  /** Whether PostgreSQL was started on the data and read all of them; not if they are those of another major version. */
  readonly isRead: boolean
}

/**
 * Puts a backup into `<dataDir>/postgres`. The files are compared with the manifest, then PostgreSQL is started on them and reads every
 * table; only then do the data get their place.
 *
 * @param options.replaces whether data that are there already may be renamed; they are never removed
 * @throws ConfigError if the backup is not whole, data are there, or a server runs on them
 */
export async function restoreCluster(options: {
  readonly backup: string
  readonly dataDir: string
  readonly replaces: boolean
  readonly logger: Logger
  readonly signal?: AbortSignal | undefined
}): Promise<Restored> {
  const { replaces, logger, signal } = options
  const backup = resolve(options.backup)
  const dataDir = resolve(options.dataDir)
  const manifest = await loadManifest(backup)
  const directory = join(dataDir, 'postgres')
  if (existsSync(directory) && !replaces) {
    throw new ConfigError(
      `There are data in ${directory}. Give another DATA_DIR, or say --replace: then they are renamed, and the backup takes their place.`,
    )
  }
  await stopForCommand({ directory, logger, signal })
  return withDataFiles(dataDir, async () => {
    makeFolders(dataDir)
    const scratch = await createScratchDirectory(directory)
    try {
      const copy = join(scratch.path, 'postgres')
      const isRead = manifest.postgres === (await programsMajor())
      // When PostgreSQL recovers a copy, it writes all files to the disk itself.
      await copyBack(manifest, { from: join(backup, filesDirectory), to: copy, isFlushed: !isRead, signal })
      if (isRead) await readAll(scratch.path, dataDir, logger, signal)
      await markRestored(copy)
      const former = replaces && existsSync(directory) ? await setAside(directory, 'replaced') : undefined
      await moveIntoPlace(copy, directory)
      return { manifest, directory, former, isRead }
    } finally {
      await scratch.remove()
    }
  })
}

async function copyBack(manifest: Manifest, copying: Copying): Promise<void> {
  const { from, to } = copying
  for (const directory of ['', ...manifest.directories]) await mkdir(join(to, directory), { mode: 0o700 })
  const paths = manifest.files.map(({ path }) => path)
  const copied = new Map((await copyFiles(paths, copying)).map((file) => [file.path, file]))
  const wrong = manifest.files.filter((file) => !isSame(file, copied.get(file.path)))
  const [first] = wrong
  if (first) {
    const reason = copied.has(first.path) ? 'is not as it was written' : 'is missing'
    const others = wrong.length > 1 ? `, and ${wrong.length - 1} more are wrong` : ''
    throw new ConfigError(`The backup is damaged: ${join(from, first.path)} ${reason}${others}. Nothing was restored.`)
  }
  for (const directory of ['', ...manifest.directories]) await flushDirectory(join(to, directory))
}

function isSame(one: BackupFile, other: BackupFile | undefined): boolean {
  return one.bytes === other?.bytes && one.sha256 === other.sha256
}

/** Gives the copy a name of its own, by which a server finds out that others have gone on from the same data (`sql/feed/compile-feed-mark.ts`). */
async function markRestored(copy: string): Promise<void> {
  const line = `registry.restored = '${randomBytes(6).toString('hex')}'\n`
  await appendFile(join(copy, 'postgresql.auto.conf'), line, { flush: true })
}

/** Starts PostgreSQL on a copy, which recovers it, and reads every table, so that its checksums are checked. */
async function readAll(
  scratch: string,
  dataDir: string,
  logger: Logger,
  signal: AbortSignal | undefined,
): Promise<void> {
  await giveToOwnerOf(dataDir, scratch)
  const postgres = await createEmbeddedPostgres({ dataDir: scratch, logger, ...(signal && { signal }) })
  try {
    await withClient(postgres.superuser, (client) => client.query(readEveryTable))
  } catch (error) {
    signal?.throwIfAborted()
    throw new ConfigError(`The backup cannot be read by PostgreSQL: ${(error as Error).message}`, { cause: error })
  } finally {
    await postgres.stop()
  }
}

/** A count by an index would leave out the pages of the table. Those of TOAST are tables of their own. */
const readEveryTable = `
  set enable_indexonlyscan = off; set enable_indexscan = off; set enable_bitmapscan = off;
  do $$
  declare relation regclass;
  begin
    for relation in select oid from pg_class where relkind in ('r', 'm', 't') loop
      execute format('select count(*) from %s', relation);
    end loop;
  end $$`
