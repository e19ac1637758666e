import type { Logger } from 'pino'
import { isMissingTable, isUnavailable } from '../database-error.ts'
import { createOutageLog } from '../outage-log.ts'
import type { Replica } from './create-replica.ts'
import type { PrimaryLog } from './primary-log.ts'
import { ReplicaError } from './replayed.ts'

/** Knows whether a replica may answer reads, and finds out again and again. */
export interface ReplicaWatch {
  /** Whether it may answer reads now: it has what every replica must have, and is not too far behind. */
  readonly isUsed: () => boolean
  /** Call this when a read was not answered. */
  readonly noteFailure: (error: unknown) => void
  /** Call this when a read was answered. */
  readonly noteAnswer: () => void
  /** Looks at once. The first call begins to watch. */
  readonly look: () => void
  /** Resolves when nothing runs any more. */
  readonly stop: () => Promise<void>
}

/** The times of watching, in milliseconds. */
export interface WatchTimes {
  /** How far behind a replica may be. */
  readonly longestLag: number
  /** From one look to the next. */
  readonly pause: number
  /** The same, at most, while the replica is in trouble. */
  readonly longestPause: number
  /** How long a look may take. */
  readonly longestLook: number
}

export const watchTimes: WatchTimes = { longestLag: 5_000, pause: 1_000, longestPause: 30_000, longestLook: 2_000 }

export function createReplicaWatch(options: {
  readonly replica: Replica
  readonly primaryLog: PrimaryLog
  readonly times: WatchTimes
  readonly logger: Pick<Logger, 'warn' | 'info'>
}): ReplicaWatch {
  const { replica, primaryLog, times, logger } = options
  const report = createOutageLog(logger, 'a replica does not answer reads; others, or the primary, answer them', {
    replica: replica.name,
  })
  let isStopped = false
  /** By the clock of `performance`. */
  let usedUntil = Number.NEGATIVE_INFINITY
  let failedLooks = 0
  /** How often it was left out because of a read since it last answered one. */
  let failedReads = 0
  /** After a second failure, it is not used for a while even if it looks well. */
  let admittedFrom = Number.NEGATIVE_INFINITY
  let isReported = false
  let wake = () => {}
  let isWoken = false
  let watching: Promise<void> | undefined

  return {
    isUsed,
    noteFailure(error) {
      complain(error)
      // The first of the reads that fail together says it for all.
      if (!isUsed() || !(isUnavailable(error) || error instanceof ReplicaError)) return
      usedUntil = Number.NEGATIVE_INFINITY
      if (failedReads > 0) admittedFrom = performance.now() + pauseAfter(failedReads)
      failedReads++
      wakeUp()
    },
    noteAnswer() {
      failedReads = 0
    },
    look() {
      watching ??= watch()
      wakeUp()
    },
    async stop() {
      isStopped = true
      wake()
      await watching
    },
  }

  async function watch(): Promise<void> {
    while (!isStopped) {
      isWoken = false
      await lookOnce()
      if (!isWoken && !isStopped) await sleep(pauseAfter(failedLooks) * (0.75 + Math.random() / 2))
    }
  }

  function pauseAfter(failures: number): number {
    return Math.min(times.pause * 2 ** Math.max(failures - 1, 0), times.longestPause)
  }

  function isUsed(): boolean {
    return performance.now() < usedUntil
  }

  async function lookOnce(): Promise<void> {
    // The primary may be away as well. What is known of it then grows old.
    await primaryLog.look().catch(() => undefined)
    try {
      const replayed = await replica.look()
      failedLooks = 0
      if (performance.now() < admittedFrom) return
      usedUntil = primaryLog.timeOf(replayed) + times.longestLag
      if (isUsed()) noteUse()
      else noteLag()
    } catch (error) {
      if (isStopped) return
      // It has not even replayed the first start.
      if (isMissingTable(error)) return noteLag()
      failedLooks++
      usedUntil = Number.NEGATIVE_INFINITY
      replica.abandon()
      complain(error)
    }
  }

  function complain(error: unknown): void {
    if (isStopped) return
    isReported = true
    report(error)
  }

  function noteLag(): void {
    usedUntil = Number.NEGATIVE_INFINITY
    if (primaryLog.age() > times.longestLag) complain(createLagError(times))
  }

  function noteUse(): void {
    if (isReported) logger.info({ replica: replica.name }, 'the replica answers reads again')
    isReported = false
  }

  function wakeUp(): void {
    isWoken = true
    wake()
  }

  function sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      timer.unref()
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

function createLagError({ longestLag }: WatchTimes): ReplicaError {
  return new ReplicaError(
    'LATE',
    `it is more than ${longestLag / 1_000} s behind the primary, or on another timeline: pg_stat_replication on the primary says more`,
  )
}
