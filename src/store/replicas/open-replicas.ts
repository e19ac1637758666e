import type pg from 'pg'
import type { Logger } from 'pino'
import type { Limits } from '../../limits.ts'
import { createPool } from '../create-pool.ts'
import { createDatabase } from '../database.ts'
import type { PreparingOptions } from '../prepared-statements.ts'
import { createPositions } from './create-positions.ts'
import { createReplicas, type Replicas } from './create-replicas.ts'
import { type WatchTimes, watchTimes } from './watch-replica.ts'

/** How long it may take to find out where the primary's log ends, in milliseconds: a write waits for it. */
const longestLocating = 1_000

/** Opens connections to the standbys at these URLs, and one to their primary; undefined if there are none. */
export function openReplicas(options: {
  readonly urls: readonly string[]
  /** To the primary. */
  readonly connection: pg.PoolConfig
  readonly limits: Limits
  /** The most connections to each standby that reads use at a time. */
  readonly connections: number
  readonly preparing: PreparingOptions
  readonly times: Partial<WatchTimes> | undefined
  readonly logger: Logger
}): Replicas | undefined {
  const { urls, connection, limits, connections, preparing, times, logger } = options
  if (urls.length === 0) return undefined
  // Of its own, so that no slow statement keeps a write waiting for its position. Whoever asks is told of failures.
  const own = { ...connection, max: 1, connectionTimeoutMillis: longestLocating }
  const locating = createDatabase(
    createPool(own, longestLocating, () => undefined),
    limits.answerBytes,
  )
  const locate = createPositions(locating.run)
  const replicas = createReplicas({
    ...{ urls, locate, limits, connections, preparing, logger },
    times: { ...watchTimes, ...times },
  })
  return {
    ...replicas,
    async close() {
      await replicas.close()
      await locating.close()
    },
  }
}
