import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { ConfigError } from '../errors.ts'
import { connectToPostmaster, maybeStopping, type PostgresConnection } from './connect-to-postmaster.ts'
import { takeDataDirectoryLock } from './data-directory-lock.ts'
import { findSocketDirectory } from './find-socket-directory.ts'
import { InUseError } from './in-use-error.ts'
import { stopPostmaster } from './postmaster.ts'
import { findRunningPostmaster, isPostmasterOf, type PostmasterFile } from './postmaster-file.ts'

/**
 * Stops the postmaster that a killed server left running on `directory`, if there is one.
 *
 * @throws InUseError if its server is still alive; ConfigError if it does not answer.
 */
export async function stopLeftOverPostmaster(options: {
  readonly directory: string
  readonly connection: Omit<PostgresConnection, 'host'>
  readonly logger: Logger
  readonly signal: AbortSignal | undefined
}): Promise<void> {
  const { directory, connection, logger, signal } = options
  const postmaster = await findReachablePostmaster(directory, signal)
  if (postmaster === undefined) return
  const isAlive = (): Promise<boolean> => isPostmasterOf(directory, postmaster.pid)
  const session = await connectToPostmaster({
    connection: { ...connection, host: postmaster.socketDirectory, port: postmaster.port },
    isAlive,
    logger,
    signal,
    patience: 10_000,
  }).catch((error: Error) => {
    signal?.throwIfAborted()
    throw new ConfigError(
      `A PostgreSQL (process ${postmaster.pid}) is running on ${directory} but accepts no connections (${error.message}). ` +
        `If no registry server uses it, stop it with "kill -INT ${postmaster.pid}" and start again.`,
      { cause: error },
    )
  })
  if (session === undefined) return
  try {
    if (!(await takeDataDirectoryLock(session.client, 1_500))) throw new InUseError(directory)
    logger.warn({ pid: postmaster.pid }, 'stopping the PostgreSQL that a killed server left running')
    await stopPostmaster(
      (signal) => process.kill(postmaster.pid, signal),
      async () => !(await isAlive()),
    )
  } catch (error) {
    if (error instanceof ConfigError) throw error
    // Another server that is starting at the same time is already stopping it: check again when it has ended.
    for (const end = Date.now() + 30_000; maybeStopping(error) && (await isAlive()) && Date.now() < end; )
      await sleep(20)
    if (await isAlive()) throw error
  } finally {
    void session.client.end().catch(() => undefined)
  }
}

/**
 * The postmaster that runs on a data directory, if any, with a path of its socket's directory for this process. Waits up to a minute for
 * that directory, which the postmaster writes to its file only once it listens.
 *
 * @throws ConfigError if it does not listen by then
 */
export async function findReachablePostmaster(
  directory: string,
  signal: AbortSignal | undefined,
): Promise<PostmasterFile | undefined> {
  for (const end = Date.now() + 60_000; ; await sleep(20)) {
    signal?.throwIfAborted()
    const postmaster = await findRunningPostmaster(directory)
    if (postmaster === undefined) return undefined
    if (postmaster.socketDirectory !== '') return { ...postmaster, socketDirectory: findSocketDirectory(postmaster) }
    if (Date.now() > end)
      throw new ConfigError(
        `A PostgreSQL (process ${postmaster.pid}) is running on ${directory} but does not listen. Try again later.`,
      )
  }
}
