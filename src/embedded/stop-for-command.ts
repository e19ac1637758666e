import type { Logger } from 'pino'
import { loadPassword, superuserOf } from './create-cluster.ts'
import { InUseError } from './in-use-error.ts'
import { findRunningPostmaster } from './postmaster-file.ts'
import { stopLeftOverPostmaster } from './replace-left-over.ts'

/**
 * Makes sure that no PostgreSQL runs on a cluster that a command is to replace: stops one that a killed server left running.
 *
 * @throws InUseError if a server is alive; ConfigError if its PostgreSQL does not answer.
 */
export async function stopForCommand(options: {
  readonly directory: string
  readonly logger: Logger
  readonly signal?: AbortSignal | undefined
}): Promise<void> {
  const { directory, logger, signal } = options
  const running = await findRunningPostmaster(directory)
  if (running === undefined) return
  const { socketDirectory: host, port } = running
  const connection = superuserOf({ host, port, password: await loadPassword(directory) })
  await stopLeftOverPostmaster({ directory, connection, logger, signal }).catch((error: unknown) => {
    throw error instanceof InUseError ? new InUseError(directory, 'Stop it first.') : error
  })
}
