import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { hasCode } from '../errors.ts'
import { isUnavailable, toStartError } from './database-error.ts'

/** Before the work is begun again, in milliseconds. */
const pause = 500

/**
 * Does work from its beginning again whenever the database is lost in the middle of it. The work must allow that.
 *
 * @throws what the work throws for another reason, or once the signal has aborted; a ConfigError for what only the operator can mend
 */
export async function outlastDatabase<Result>(
  work: () => Promise<Result>,
  {
    logger,
    signal,
    doing,
  }: { readonly logger: Pick<Logger, 'warn'>; readonly signal: AbortSignal; readonly doing: string },
): Promise<Result> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted || !(isUnavailable(error) || hasCode(error, 'SERVICE_UNAVAILABLE'))) throw toStartError(error)
      logger.warn({ reason: (error as Error).message }, `the database was lost while ${doing}; this begins again`)
      await sleep(pause, undefined, { signal })
    }
  }
}
