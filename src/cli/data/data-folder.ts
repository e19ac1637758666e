import { loadEnvironment, printWarning } from '../../config.ts'
import { backUpCluster } from '../../embedded/backup/back-up-cluster.ts'
import { restoreCluster } from '../../embedded/backup/restore-cluster.ts'
import { withRunningCluster } from '../../embedded/backup/with-running-cluster.ts'
import { isDatabaseError } from '../../embedded/is-database-error.ts'
import { upgradeCluster } from '../../embedded/upgrade/upgrade-cluster.ts'
import { ConfigError } from '../../errors.ts'
import { createLogger } from '../../logger.ts'
import { exitCodes } from '../cli-error.ts'
import { printSafely } from '../output/print-safely.ts'
import { printErrorLabel } from '../output/print-style.ts'
import { writeError, writeOut, writeStyled } from '../output/terminal.ts'

/** What the commands for the data of an embedded PostgreSQL have in common. */
export interface DataOptions {
  readonly dataDir?: string
}

const logger = createLogger('silent')

/** `registry backup DIR` */
export async function backUpData(backup: string, options: DataOptions): Promise<number> {
  return withDataDir(options, async (dataDir, signal) => {
    const { files } = await withRunningCluster({ dataDir, logger, signal }, ({ directory, superuser }) =>
      backUpCluster({ cluster: directory, superuser, backup, signal }),
    )
    writeOut(`${backup} is a backup of ${dataDir}: ${printSize(files)}\n`)
  })
}

/** `registry restore DIR` */
export async function restoreData(
  backup: string,
  options: DataOptions & { readonly replace?: boolean },
): Promise<number> {
  const replaces = options.replace === true
  return withDataDir(options, async (dataDir, signal) => {
    const { manifest, former, isRead } = await restoreCluster({ backup, dataDir, replaces, logger, signal })
    writeOut(`${dataDir} has the data of ${manifest.madeAt} again: ${printSize(manifest.files)}\n`)
    if (!isRead)
      writeOut(
        `They are those of PostgreSQL ${manifest.postgres}. Next: registry upgrade --data-dir ${JSON.stringify(dataDir)}\n`,
      )
    if (former) writeOut(`The data that were there are in ${former}; remove them when you no longer need them.\n`)
  })
}

/** `registry upgrade` */
export async function upgradeData(options: DataOptions & { readonly programs?: string }): Promise<number> {
  const { programs } = options
  return withDataDir(options, async (dataDir, signal) => {
    const upgraded = await upgradeCluster({ dataDir, programs, logger, signal })
    if (upgraded === undefined) return writeOut(`The data in ${dataDir} are those of this version of PostgreSQL.\n`)
    const { from, to, tables, rows, former } = upgraded
    writeOut(`PostgreSQL ${to} has the data of PostgreSQL ${from}: ${tables} tables, ${rows} rows\n`)
    writeOut(`The old data are in ${former}; remove them when you no longer need them.\n`)
  })
}

/** Finds DATA_DIR, as the server does. An interrupted command tidies up first. */
async function withDataDir(
  { dataDir }: DataOptions,
  work: (dataDir: string, signal: AbortSignal) => Promise<void>,
): Promise<number> {
  const interrupted = new AbortController()
  const interrupt = () => interrupted.abort()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, interrupt)
  try {
    for (const warning of loadEnvironment()) writeError(`${printWarning(warning)}\n`)
    if (process.env['DATABASE_URL']?.trim() && dataDir === undefined) throw new ConfigError(ownDatabase)
    await work(dataDir ?? (process.env['DATA_DIR']?.trim() || '.registry'), interrupted.signal)
    return exitCodes.done
  } catch (error) {
    // This file is not in the bundle of the command line, whose errors are of other classes.
    const message = explain(error, interrupted.signal)
    if (message === undefined) throw error
    writeStyled(2, `${printErrorLabel()} ${printSafely(message)}\n`)
    return exitCodes.failed
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.removeListener(name, interrupt)
  }
}

/** What to tell the operator. Undefined: the error is a bug. */
function explain(error: unknown, { aborted }: AbortSignal): string | undefined {
  if (error instanceof ConfigError) return error.message
  if (aborted) return 'Interrupted; nothing has changed.'
  return isDatabaseError(error) ? `PostgreSQL refuses: ${error.message}` : undefined
}

const ownDatabase =
  'DATABASE_URL is set, so the data are in your own PostgreSQL. Use its tools: pg_dump --format=custom --file=FILE "$DATABASE_URL" backs up, ' +
  'and pg_restore --exit-on-error --dbname="$DATABASE_URL" FILE restores into an empty database; see docs/backup.md.'

function printSize(files: readonly { readonly bytes: number }[]): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return `${files.length} files, ${Math.ceil(bytes / 1e6)} MB`
}
