import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { ConfigError } from '../errors.ts'
import type { Account } from './account.ts'
import { connectToPostmaster, maybeStopping, type PostgresConnection, type Session } from './connect-to-postmaster.ts'
import { takeDataDirectoryLock } from './data-directory-lock.ts'
import { explainDisk } from './explain-disk.ts'
import { InUseError } from './in-use-error.ts'
import { preparePlainRole } from './plain-role.ts'
import type { PostgresLog } from './postgres-log.ts'
import type { PostgresPrograms } from './postgres-programs.ts'
import { type Postmaster, spawnPostmaster } from './postmaster.ts'
import { removeStalePostmasterFile } from './postmaster-file.ts'
import { stopLeftOverPostmaster } from './replace-left-over.ts'
import type { SocketDirectory } from './socket-directory.ts'

/** A cluster on this machine, and what runs it. */
export interface Cluster {
  readonly directory: string
  readonly password: string
  readonly programs: PostgresPrograms
  readonly account: Account | undefined
  /** The owner of the other files in the data folder; undefined for the server's own user. */
  readonly owner: Account | undefined
}

/** A cluster with all that a postmaster on it needs. */
export interface ClusterServer extends Cluster {
  readonly superuser: PostgresConnection
  readonly connection: PostgresConnection
  readonly socketDirectory: SocketDirectory
  readonly log: PostgresLog
  readonly logger: Logger
}

/** A postmaster, and the session that holds the lock on its data. */
export interface Started {
  readonly postmaster: Postmaster
  readonly session: Session
}

/**
 * Starts a postmaster and takes the lock on the data. If several servers start at once, each may consider
 * another's postmaster a left-over and stop it; the first to get the lock wins, and the others find it taken.
 */
export async function startPostmaster(server: ClusterServer, signal: AbortSignal | undefined): Promise<Started> {
  const { directory, log } = server
  for (let attempt = 1; ; attempt++) {
    const postmaster = await replacePostmaster(server, signal)
    try {
      const session = await connectAsSuperuser(server, postmaster, signal)
      if (session !== undefined) {
        await own(server, session)
        return { postmaster, session }
      }
    } catch (error) {
      const isFinal = error instanceof ConfigError || signal?.aborted === true
      // Another server may be stopping it, which can take a while; what PostgreSQL itself says of anything else ends the postmaster soon.
      if (!isFinal) await Promise.race([postmaster.exited, sleep(maybeStopping(error) ? 30_000 : 1_000)])
      if (isFinal || !postmaster.hasExited()) {
        await postmaster.stop()
        throw error
      }
    }
    const exit = await postmaster.exited
    if (attempt === 20 || !(exit === 'exit code 0' || passingFailure.test(await log.loadTail(50_000)))) {
      const disk = await explainDisk(directory)
      throw new ConfigError(`PostgreSQL did not start on ${directory} (${exit}):\n${await log.loadTail()}${disk}`)
    }
    await sleep(attempt * 50)
  }
}

/** Another server's postmaster is running or writing its file, or processes of a killed one have not ended yet. */
const passingFailure = /lock file "postmaster\.pid" (already exists|is empty)|shared memory block .* is still in use/

/**
 * Stops a postmaster whose server has ended, and starts one. It is not known yet whether the new one can run.
 *
 * @throws InUseError if another server has the data
 */
export async function replacePostmaster(server: ClusterServer, signal: AbortSignal | undefined): Promise<Postmaster> {
  const { directory, socketDirectory, programs, account, log, superuser, logger } = server
  await stopLeftOverPostmaster({ directory, connection: superuser, logger, signal })
  await socketDirectory.restore()
  await removeStalePostmasterFile(directory)
  return spawnPostmaster({
    directory,
    socketDirectory: socketDirectory.path,
    programs,
    account,
    output: log.descriptor,
  })
}

/** The superuser's session. Undefined: the postmaster ended before it answered. */
export function connectAsSuperuser(
  { superuser, logger }: ClusterServer,
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
async function own(
  { directory, socketDirectory, superuser, connection }: ClusterServer,
  { client }: Session,
): Promise<void> {
  if (!(await takeDataDirectoryLock(client, 0))) throw new InUseError(directory)
  await preparePlainRole(client, { superuser, plain: connection })
  await socketDirectory.removeStale()
}

/** Removes the socket directory and closes the log. */
export async function releaseCluster({ socketDirectory, log }: ClusterServer): Promise<void> {
  await socketDirectory.remove()
  await log.close()
}
