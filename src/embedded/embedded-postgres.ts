import { existsSync } from 'node:fs'
import { access, constants, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Logger } from 'pino'
import { ConfigError } from '../errors.ts'
import { explainFileError } from '../explain-file-error.ts'
import { makeFolders } from '../make-folders.ts'
import { type Account, findAccount, findOwner, giveDirectory } from './account.ts'
import type { PostgresConnection } from './connect-to-postmaster.ts'
import { createCluster, embeddedDatabase, loadPassword, superuserOf } from './create-cluster.ts'
import { withDataFiles } from './explain-disk.ts'
import { keepPostmaster } from './keep-postmaster.ts'
import { toPlainConnection } from './plain-role.ts'
import { openPostgresLog } from './postgres-log.ts'
import { findPlatformPackage, findPostgresPrograms, type PostgresPrograms, programsMajor } from './postgres-programs.ts'
import { assertNotInterrupted } from './set-aside.ts'
import { createSocketDirectory, socketPort } from './socket-directory.ts'
import { type Cluster, type ClusterServer, releaseCluster, startPostmaster } from './start-postmaster.ts'

/** The embedded PostgreSQL, whose data are in `<dataDir>/postgres`. */
export interface EmbeddedPostgres {
  /** Settings for `pg`, of a role that owns the registry's database and has no other rights. They stay the same if PostgreSQL is restarted. */
  readonly connection: PostgresConnection
  /** The same for the superuser. No statement of a request runs as that one. */
  readonly superuser: PostgresConnection
  /** Resolves if another server has taken the data: this one can do nothing any more, and is to be stopped. */
  readonly lost: Promise<ConfigError>
  /** Stops PostgreSQL and waits for its end. May be called at any time and more than once. */
  stop(): Promise<void>
}

/**
 * Starts PostgreSQL on `<dataDir>/postgres`, which it creates if necessary, and keeps PostgreSQL running: it restarts it if it
 * ends unexpectedly. PostgreSQL listens only on a Unix socket in a private folder, and requires a generated password. If an
 * earlier server was killed, its PostgreSQL is stopped first; no committed data are lost.
 *
 * If the server runs as root, PostgreSQL runs as another user (see `findAccount`), even if that user can enter neither the
 * program's folder nor the data folder.
 *
 * @throws ConfigError if another server uses `dataDir`, or PostgreSQL does not run here; the signal's reason if it
 * aborts the start.
 */
export async function createEmbeddedPostgres(options: {
  readonly dataDir: string
  readonly logger: Logger
  /** Aborts the start; once started, only `stop` ends PostgreSQL. */
  readonly signal?: AbortSignal
  /** The programs of another major version, of which the data are. Default: those that come with this program. */
  readonly findPrograms?: (account: Account | undefined) => Promise<PostgresPrograms>
}): Promise<EmbeddedPostgres> {
  const { logger, signal } = options
  // On a platform without an embedded PostgreSQL, report that before anything else can fail.
  findPlatformPackage()
  const dataDir = resolve(options.dataDir)
  await makeWritable(dataDir).catch((error: Error) => {
    const message = `DATA_DIR: this user cannot create or write ${dataDir} (${explainFileError(error)}); give another folder`
    throw new ConfigError(message, { cause: error })
  })
  const { cluster, socketDirectory, log } = await withDataFiles(dataDir, async () => {
    const cluster = await prepareCluster({ ...options, dataDir })
    const log = await openPostgresLog(dataDir, cluster.owner)
    return { cluster, log, socketDirectory: await createSocketDirectory(cluster.directory, cluster.account) }
  })
  const superuser = superuserOf({ host: socketDirectory.path, port: socketPort, password: cluster.password })
  const connection = toPlainConnection(superuser, embeddedDatabase)
  const server: ClusterServer = { ...cluster, superuser, connection, socketDirectory, log, logger }
  try {
    return { connection, superuser, ...(await keepPostmaster(server, await startPostmaster(server, signal))) }
  } catch (error) {
    await releaseCluster(server)
    throw error
  }
}

async function makeWritable(directory: string): Promise<void> {
  makeFolders(directory)
  // The owner of existing data is checked below.
  if (!existsSync(join(directory, 'postgres'))) await access(directory, constants.W_OK | constants.X_OK)
}

async function prepareCluster(options: Parameters<typeof createEmbeddedPostgres>[0]): Promise<Cluster> {
  const { dataDir, logger, signal, findPrograms } = options
  const directory = join(dataDir, 'postgres')
  await assertNotInterrupted(directory)
  if (!findPrograms) await assertMajor(directory, dataDir)
  const account = await findAccount([directory, dataDir])
  const programs = await (findPrograms?.(account) ?? findPostgresPrograms({ account, dataDir }))
  const isNew = await createCluster({ directory, programs, account, signal })
  if (isNew) logger.info({ directory }, 'created a PostgreSQL cluster')
  const clusterOwner = await findOwner(directory)
  // root has restored the cluster from a backup.
  if (account && clusterOwner?.uid === 0) await giveDirectory(directory, account)
  if (!account && clusterOwner?.uid !== process.getuid?.()) {
    throw new ConfigError(`${directory} belongs to another user (${clusterOwner?.uid}): start the server as that user.`)
  }
  const password = await loadPassword(directory)
  return { directory, password, programs, account, owner: account && (await findOwner(dataDir)) }
}

/** PostgreSQL itself says of other data only that it is incompatible with them. */
async function assertMajor(directory: string, dataDir: string): Promise<void> {
  const found = (await readFile(join(directory, 'PG_VERSION'), 'utf8').catch(() => undefined))?.trim()
  const ours = await programsMajor()
  if (found === undefined || found === ours) return
  throw new ConfigError(
    Number(found) < Number(ours)
      ? `${directory} has the data of PostgreSQL ${found}, and this version brings PostgreSQL ${ours}. Have it take them over with:\n` +
          `registry upgrade --data-dir ${JSON.stringify(dataDir)}`
      : `${directory} has the data of PostgreSQL ${found}, which is newer than the ${ours} of this version: start a newer version.`,
  )
}
