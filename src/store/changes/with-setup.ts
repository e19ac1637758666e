import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Logger } from 'pino'
import { compileLockSetup } from '../../sql/changes/compile-generations.ts'
import type { Run } from '../database.ts'
import { runOn, settingsFor, takeLock, withOwnConnection } from '../own-connection.ts'

export interface Setup {
  readonly connection: pg.ClientConfig
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** Runs work on a connection of its own, without time limits, while no other server sets up. */
export async function withSetup<Result>(
  { connection, signal, logger }: Setup,
  work: (client: pg.Client, run: Run) => Promise<Result>,
): Promise<Result> {
  const settings = settingsFor('setup', connection)
  return withOwnConnection(settings, async (client) => {
    const release = await waitForLock(() => takeLock(client, settings, compileLockSetup()), signal, logger)
    try {
      return await work(client, runOn(client))
    } finally {
      await release()
    }
  })
}

/** Polls for the lock: a server waiting inside a statement would hold a snapshot that `create index concurrently` waits for. */
async function waitForLock<Release>(
  take: () => Promise<Release | undefined>,
  signal: AbortSignal,
  logger: Logger,
): Promise<Release> {
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted()
    const release = await take()
    if (release !== undefined) return release
    if (attempt % 100 === 99) logger.info('waiting for another server that applies templates')
    await sleep(100)
  }
}
