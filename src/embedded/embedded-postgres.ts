import { existsSync } from 'node:fs'
import { access, constants, mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { ConfigError } from '../errors.ts'
import { type Account, findAccount, findOwner, giveDirectory } from './account.ts'
import { connectToPostmaster, isStopping, type PostgresConnection, type Session } from './connect-to-postmaster.ts'
import { createCluster, embeddedDatabase, embeddedUser, loadPassword } from './create-cluster.ts'
import { keepDataDirectoryLock, takeDataDirectoryLock } from './data-directory-lock.ts'
import { explainDisk, withDataFiles } from './explain-disk.ts'
import { preparePlainRole, toPlainConnection } from './plain-role.ts'
import { openPostgresLog, type PostgresLog } from './postgres-log.ts'
import { findPlatformPackage, findPostgresPrograms, type PostgresPrograms } from './postgres-programs.ts'
import { type Postmaster, spawnPostmaster } from './postmaster.ts'
import { removeStalePostmasterFile } from './postmaster-file.ts'
import { createInUseError, stopLeftOverPostmaster } from './replace-left-over.ts'
import { createSocketDirectory, type SocketDirectory, socketPort } from './socket-directory.ts'

/** The embedded PostgreSQL, whose data are in `<dataDir>/postgres`. */
export interface EmbeddedPostgres {
  /** Settings for `pg`, of a role that owns the registry's database and has no other rights. They stay the same if PostgreSQL is restarted. */
  readonly connection: PostgresConnection
  /** The same for the superuser. No statement of a request runs as that one. */
  readonly superuser: PostgresConnection
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
}): Promise<EmbeddedPostgres> {
  const { logger, signal } = options
  // On a platform without an embedded PostgreSQL, report that before anything else can fail.
  findPlatformPackage()
  const dataDir = resolve(options.dataDir)
  await makeWritable(dataDir).catch((error: Error) => {
    const message = `DATA_DIR: this user cannot create or write ${dataDir} (${error.message}); give another folder`
    throw new ConfigError(message, { cause: error })
  })
  const { cluster, socketDirectory, log } = await withDataFiles(dataDir, async () => {
    const cluster = await prepareCluster(dataDir, logger, signal)
    const log = await openPostgresLog(dataDir, cluster.owner)
    return { cluster, log, socketDirectory: await createSocketDirectory(cluster.directory, cluster.account) }
  })
  const superuser: PostgresConnection = {
    host: socketDirectory.path,
    port: socketPort,
    user: embeddedUser,
    password: cluster.password,
    database: embeddedDatabase,
    ssl: false,
  }
  const connection = toPlainConnection(superuser, embeddedDatabase)
  const server: Server = { ...cluster, superuser, connection, socketDirectory, log, logger }
  try {
    const { postmaster, session } = await start(server, signal)
    return supervise(server, postmaster, session)
  } catch (error) {
    await release(server)
    throw error
  }
}

async function makeWritable(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  // The owner of existing data is checked below.
  if (!existsSync(join(directory, 'postgres'))) await access(directory, constants.W_OK | constants.X_OK)
}

interface Cluster {
  readonly directory: string
  readonly password: string
  readonly programs: PostgresPrograms
  readonly account: Account | undefined
  /** The owner of the other files in the data folder; undefined for the server's own user. */
  readonly owner: Account | undefined
}

interface Server extends Cluster {
  readonly superuser: PostgresConnection
  readonly connection: PostgresConnection
  readonly socketDirectory: SocketDirectory
  readonly log: PostgresLog
  readonly logger: Logger
}

async function prepareCluster(dataDir: string, logger: Logger, signal: AbortSignal | undefined): Promise<Cluster> {
  const directory = join(dataDir, 'postgres')
  const account = await findAccount([directory, dataDir])
  const programs = await findPostgresPrograms({ account, dataDir })
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

/**
 * Starts a postmaster and takes the lock on the data. If several servers start at once, each may consider
 * another's postmaster a left-over and stop it; the first to get the lock wins, and the others find it taken.
 */
async function start(
  server: Server,
  signal: AbortSignal | undefined,
): Promise<{ readonly postmaster: Postmaster; readonly session: Session }> {
  const { directory, superuser, logger } = server
  for (let attempt = 1; ; attempt++) {
    await stopLeftOverPostmaster({ directory, connection: superuser, logger, signal })
    const postmaster = await spawn(server)
    try {
      const session = await connect(server, postmaster, signal)
      if (session !== undefined) {
        await own(server, session)
        return { postmaster, session }
      }
    } catch (error) {
      const isFinal = error instanceof ConfigError || signal?.aborted === true
      // Another server may be stopping it, which can take a while; any other failure ends the postmaster soon.
      if (!isFinal) await Promise.race([postmaster.exited, sleep(isStopping(error) ? 30_000 : 1_000)])
      if (isFinal || !postmaster.hasExited()) {
        await postmaster.stop()
        throw error
      }
    }
    const exit = await postmaster.exited
    const output = await server.log.loadTail()
    if (attempt === 20 || !(exit === 'exit code 0' || passingFailure.test(output))) {
      {
        const disk = await explainDisk(directory)
        throw new ConfigError(`PostgreSQL did not start on ${directory} (${exit}):\n${output}${disk}`)
      }
    }
    await sleep(attempt * 50)
  }
}

/** Another server's postmaster is running, or processes of a killed one have not ended yet. */
const passingFailure = /lock file "postmaster\.pid" already exists|shared memory block .* is still in use/

async function spawn(server: Server): Promise<Postmaster> {
  const { directory, socketDirectory, programs, account, log } = server
  await removeStalePostmasterFile(directory)
  return spawnPostmaster({
    directory,
    socketDirectory: socketDirectory.path,
    programs,
    account,
    output: log.descriptor,
  })
}

function connect(
  { superuser, logger }: Server,
  postmaster: Postmaster,
  signal?: AbortSignal,
): Promise<Session | undefined> {
  return connectToPostmaster({
    connection: superuser,
    isAlive: () => !postmaster.hasExited(),
    logger,
    signal,
    patience: 60_000,
  })
}

/** Takes the lock, then prepares the role and the database, which only the holder may do. */
async function own({ directory, socketDirectory, superuser, connection }: Server, { client }: Session): Promise<void> {
  if (!(await takeDataDirectoryLock(client, 0))) throw createInUseError(directory)
  await preparePlainRole(client, { superuser, plain: connection })
  await socketDirectory.removeStale()
}

/** Keeps a postmaster running, and the lock taken, until `stop` is called. */
function supervise(server: Server, first: Postmaster, session: Session): EmbeddedPostgres {
  const { connection, superuser, log, logger } = server
  const stopping = new AbortController()
  let postmaster = first
  const running = Promise.all([
    keepPostmaster(),
    keepDataDirectoryLock({
      session,
      connect: () => connect(server, postmaster, stopping.signal),
      logger,
      signal: stopping.signal,
    }),
  ])
  let stopped: Promise<void> | undefined
  return {
    connection,
    superuser,
    stop: () => (stopped ??= stop()),
  }

  async function keepPostmaster(): Promise<void> {
    for (let pause = shortestPause; ; pause = Math.min(pause * 2, longestPause)) {
      const started = Date.now()
      const exit = await postmaster.exited
      if (stopping.signal.aborted) return
      if (Date.now() - started > longestPause) pause = shortestPause
      logger.error(
        { exit, output: await log.loadTail().catch(() => '') },
        'PostgreSQL ended unexpectedly and is being restarted',
      )
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      postmaster = await spawn(server).catch((error: Error) => {
        logger.error({ err: error }, 'PostgreSQL cannot be started')
        return postmaster
      })
      if (stopping.signal.aborted) await postmaster.stop()
    }
  }

  async function stop(): Promise<void> {
    stopping.abort()
    await postmaster.stop()
    await running
    await release(server)
  }
}

/** The shortest pause between two starts of a PostgreSQL that keeps ending, in milliseconds. */
const shortestPause = 50
const longestPause = 5_000

async function release({ socketDirectory, log }: Server): Promise<void> {
  await socketDirectory.remove()
  await log.close()
}
