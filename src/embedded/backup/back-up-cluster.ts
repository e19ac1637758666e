import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import pg from 'pg'
import { ConfigError } from '../../errors.ts'
import { explainFileError } from '../../explain-file-error.ts'
import { makeFolders } from '../../make-folders.ts'
import { version } from '../../version.ts'
import type { PostgresConnection } from '../connect-to-postmaster.ts'
import { isNoRoom } from '../explain-disk.ts'
import { flushDirectory } from '../flush-directory.ts'
import { moveIntoPlace } from '../move-into-place.ts'
import { createScratchDirectory } from '../scratch-directory.ts'
import { copyFiles } from './copy-files.ts'
import { listCluster } from './list-cluster.ts'
import { type BackupFile, filesDirectory, type Manifest, writeManifest } from './manifest.ts'

/**
 * Copies a running cluster to the folder `backup`, which appears when it is whole: a base backup, with the part of PostgreSQL's log that
 * makes it consistent. Writers go on; what was committed before the call is in the backup.
 *
 * @param options.superuser reaches the PostgreSQL that runs on `cluster`
 * @throws ConfigError if `backup` is there already
 */
export async function backUpCluster(options: {
  readonly cluster: string
  readonly superuser: PostgresConnection
  readonly backup: string
  readonly signal?: AbortSignal | undefined
}): Promise<Manifest> {
  const { cluster, superuser, signal } = options
  const backup = resolve(options.backup)
  if (`${backup}${sep}`.startsWith(`${cluster}${sep}`))
    throw new ConfigError(`${backup} is inside the data themselves; give another folder.`)
  if ((await readdir(backup).catch(() => [])).length > 0)
    throw new ConfigError(`${backup} is there already and is not empty; give a new folder for each backup.`)
  const scratch = await withBackupFiles(backup, () => {
    makeFolders(dirname(backup))
    return createScratchDirectory(backup)
  })
  const client = new pg.Client(superuser)
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await withBackupFiles(backup, async () => {
      const manifest = await copyCluster(client, cluster, join(scratch.path, filesDirectory), signal)
      await writeManifest(scratch.path, manifest)
      await flushDirectory(scratch.path)
      await moveIntoPlace(scratch.path, backup)
      return manifest
    })
  } finally {
    // The end of the session ends the backup in PostgreSQL, whatever has happened, and removes the slot.
    await client.end().catch(() => undefined)
    await scratch.remove()
  }
}

/** Does something with files of a backup. Throws `ConfigError` if the system refuses one. */
async function withBackupFiles<Result>(backup: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    // Without a path, it may also be the connection to PostgreSQL that is lost.
    const { path, syscall } = error as NodeJS.ErrnoException
    if (syscall === undefined || (path === undefined && !isNoRoom(error))) throw error
    const remedy = isNoRoom(error) ? 'Make room there, or give a folder on another disk.' : 'Give another folder.'
    throw new ConfigError(`The backup cannot be written: ${path ?? backup}: ${explainFileError(error)}. ${remedy}`, {
      cause: error,
    })
  }
}

async function copyCluster(
  client: pg.Client,
  from: string,
  to: string,
  signal: AbortSignal | undefined,
): Promise<Manifest> {
  await assertOneFolder(client)
  await client.query('set statement_timeout = 0; set idle_session_timeout = 0')
  // Until the session ends, PostgreSQL keeps its log from the last checkpoint on.
  await client.query(`select pg_create_physical_replication_slot('registry_backup_' || pg_backend_pid(), true, true)`)
  const { rows: starts } = await client.query<{ lsn: string; segment: string }>(
    `select lsn, pg_walfile_name(lsn) as segment from pg_backup_start('registry backup', true) as lsn`,
  )
  const listing = await listCluster(from)
  for (const directory of ['', ...listing.directories]) await mkdir(join(to, directory), { mode: 0o700 })
  const files = await copyFiles(listing.files, { from, to, isFlushed: true, signal })
  const control = await loadControlFile(from)
  const { rows: ends } = await client.query<{ lsn: string; segment: string; label: string }>(
    `select lsn, pg_walfile_name(lsn) as segment, labelfile as label from pg_backup_stop(false)`,
  )
  const [start, end] = [starts[0], ends[0]]
  if (start === undefined || end === undefined) throw new Error('PostgreSQL did not say where the backup is in its log')
  files.push(
    await writeCopied(to, 'global/pg_control', control),
    await writeCopied(to, 'backup_label', Buffer.from(end.label)),
    ...(await copyLog(from, to, start.segment, end.segment, signal)),
  )
  for (const directory of ['', ...listing.directories]) await flushDirectory(join(to, directory))
  return {
    format: 1,
    madeBy: `registry-store ${version}`,
    madeAt: new Date().toISOString(),
    postgres: (await readFile(join(to, 'PG_VERSION'), 'utf8')).trim(),
    log: { from: start.lsn, to: end.lsn },
    directories: listing.directories,
    files,
  }
}

/** Data of another folder would be missing. Nothing of ours makes a tablespace. */
async function assertOneFolder(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select spcname as name from pg_tablespace where spcname not in ('pg_default', 'pg_global')`,
  )
  if (rows[0]) throw new ConfigError(`The tablespace ${rows[0].name} is in another folder, which no backup would have.`)
}

/** PostgreSQL writes all of it at once; two equal readings are no half of it. */
async function loadControlFile(directory: string): Promise<Buffer> {
  const path = join(directory, 'global', 'pg_control')
  for (let former = await readFile(path); ; ) {
    const text = await readFile(path)
    if (text.equals(former)) return text
    former = text
  }
}

async function writeCopied(to: string, path: string, contents: Buffer): Promise<BackupFile> {
  await writeFile(join(to, path), contents, { flag: 'wx', mode: 0o600, flush: true })
  return { path, bytes: contents.length, sha256: createHash('sha256').update(contents).digest('hex') }
}

/** The segments of the log from one to another, and the histories of timelines. Their names order as they follow each other. */
async function copyLog(
  from: string,
  to: string,
  first: string,
  last: string,
  signal: AbortSignal | undefined,
): Promise<BackupFile[]> {
  const names = await readdir(join(from, 'pg_wal'))
  const needed = names.filter(
    (name) => /^[0-9A-F]{8}\.history$/.test(name) || (/^[0-9A-F]{24}$/.test(name) && name >= first && name <= last),
  )
  const copied = await copyFiles(
    needed.map((name) => `pg_wal/${name}`),
    { from, to, isFlushed: true, signal },
  )
  const isThere = (name: string) => copied.some(({ path }) => path === `pg_wal/${name}`)
  if (!isThere(first) || !isThere(last))
    throw new Error(`PostgreSQL has removed a part of its log from ${first} to ${last}`)
  return copied
}
