import { join, resolve } from 'node:path'
import type { Logger } from 'pino'
import { ConfigError } from '../../errors.ts'
import { findOwner } from '../account.ts'
import { connectToPostmaster, type PostgresConnection } from '../connect-to-postmaster.ts'
import { isCluster, loadPassword, superuserOf } from '../create-cluster.ts'
import { createEmbeddedPostgres } from '../embedded-postgres.ts'
import { isPostmasterOf } from '../postmaster-file.ts'
import { findReachablePostmaster } from '../replace-left-over.ts'
import { assertNotInterrupted } from '../set-aside.ts'

/** A cluster on which PostgreSQL runs now. */
export interface RunningCluster {
  readonly directory: string
  readonly superuser: PostgresConnection
}

/**
 * Works with the data of `dataDir` while PostgreSQL runs on them: that of the server, or, if no server runs, one that is started for
 * this and stopped afterwards.
 *
 * @throws ConfigError if there are no data, or they are another user's, or PostgreSQL does not answer
 */
export async function withRunningCluster<Result>(
  options: { readonly dataDir: string; readonly logger: Logger; readonly signal?: AbortSignal | undefined },
  work: (cluster: RunningCluster) => Promise<Result>,
): Promise<Result> {
  const { logger, signal } = options
  const dataDir = resolve(options.dataDir)
  const directory = join(dataDir, 'postgres')
  const owner = await findOwner(directory)
  if (owner && process.getuid?.() !== 0 && owner.uid !== process.getuid?.())
    throw new ConfigError(`${directory} belongs to another user (${owner.uid}): do this as that user.`)
  await assertNotInterrupted(directory)
  if (!isCluster(directory)) throw new ConfigError(`There are no data in ${dataDir}. Set DATA_DIR to the server's.`)
  const running = await findReachablePostmaster(directory, signal)
  if (running) {
    const { socketDirectory: host, port } = running
    const superuser = superuserOf({ host, port, password: await loadPassword(directory) })
    await untilAnswering(superuser, { directory, pid: running.pid, logger, signal })
    return work({ directory, superuser })
  }
  const postgres = await createEmbeddedPostgres({ dataDir, logger, ...(signal && { signal }) })
  try {
    return await work({ directory, superuser: postgres.superuser })
  } finally {
    await postgres.stop()
  }
}

/** PostgreSQL may still be starting or recovering. */
async function untilAnswering(
  connection: PostgresConnection,
  options: {
    readonly directory: string
    readonly pid: number
    readonly logger: Logger
    readonly signal: AbortSignal | undefined
  },
): Promise<void> {
  const { directory, pid, logger, signal } = options
  const isAlive = () => isPostmasterOf(directory, pid)
  const session = await connectToPostmaster({ connection, isAlive, logger, signal, patience: 10_000 }).catch(
    (error: Error) => {
      signal?.throwIfAborted()
      const message = `The PostgreSQL that runs on ${directory} (process ${pid}) accepts no connections: ${error.message}`
      throw new ConfigError(message, { cause: error })
    },
  )
  if (session === undefined) throw new ConfigError(`The PostgreSQL that ran on ${directory} has just ended: try again.`)
  await session.client.end()
}
