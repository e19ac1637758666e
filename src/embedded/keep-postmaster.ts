import { stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from '../errors.ts'
import { keepDataDirectoryLock } from './data-directory-lock.ts'
import { createLostError, InUseError } from './in-use-error.ts'
import type { Postmaster } from './postmaster.ts'
import {
  type ClusterServer,
  connectAsSuperuser,
  releaseCluster,
  replacePostmaster,
  type Started,
} from './start-postmaster.ts'
import { watchSocket } from './watch-socket.ts'

/** A postmaster that is kept running. */
export interface KeptPostmaster {
  /** Resolves with the reason if another server has taken the data, or they are no longer where they were. */
  readonly lost: Promise<ConfigError>
  /** May be called at any time and more than once. */
  stop(): Promise<void>
}

/** The shortest pause between two starts of a PostgreSQL that keeps ending, in milliseconds. */
const shortestPause = 50
const longestPause = 5_000

/** Keeps a postmaster running, reachable, and the lock on its data taken, until `stop` is called or the data are lost. */
export async function keepPostmaster(server: ClusterServer, started: Started): Promise<KeptPostmaster> {
  const { directory, socketDirectory, log, logger } = server
  const stopping = new AbortController()
  const identity = await identify(directory)
  let postmaster = started.postmaster
  let lose: (reason: ConfigError) => void
  const lost = new Promise<ConfigError>((resolve) => {
    lose = resolve
  })
  const endWatch = watchSocket(socketDirectory.socket, () => {
    if (postmaster.hasExited() || stopping.signal.aborted) return
    logger.error({ socket: socketDirectory.socket }, 'the socket of PostgreSQL was removed: PostgreSQL is restarted')
    void postmaster.stop()
  })
  const running = Promise.all([
    restart(),
    keepDataDirectoryLock({
      session: started.session,
      connect: () => connectAsSuperuser(server, postmaster, stopping.signal),
      logger,
      signal: stopping.signal,
    }),
  ])
  let stopped: Promise<void> | undefined
  return { lost, stop: () => (stopped ??= stop()) }

  /** Starts PostgreSQL again whenever it has ended. */
  async function restart(): Promise<void> {
    for (let pause = shortestPause; ; pause = Math.min(pause * 2, longestPause)) {
      const startedAt = Date.now()
      const exit = await postmaster.exited
      if (stopping.signal.aborted) return
      if (Date.now() - startedAt > longestPause) pause = shortestPause
      logger.error(
        { exit, output: await log.loadTail().catch(() => '') },
        'PostgreSQL ended unexpectedly and is being restarted',
      )
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      const next = await replace()
      if (next instanceof ConfigError) {
        return lose(next)
      }
      postmaster = next
      if (stopping.signal.aborted) await postmaster.stop()
    }
  }

  /** A new postmaster; the former one if none can be started now; the reason if the data are lost. */
  async function replace(): Promise<Postmaster | ConfigError> {
    const found = await identify(directory)
    if (found !== undefined && found !== identity)
      return createLostError(directory, 'another folder was put in its place')
    try {
      return await replacePostmaster(server, stopping.signal)
    } catch (error) {
      if (error instanceof InUseError) return createLostError(directory, 'PostgreSQL ended and another server took it')
      if (!stopping.signal.aborted) logger.error({ err: error }, 'PostgreSQL cannot be started')
      return postmaster
    }
  }

  async function stop(): Promise<void> {
    stopping.abort()
    endWatch()
    await postmaster.stop()
    await running
    await releaseCluster(server)
  }
}

/** Another folder of the same name has another one. Undefined: there is none now. */
async function identify(directory: string): Promise<string | undefined> {
  const stats = await stat(directory).catch(() => undefined)
  return stats && `${stats.dev}:${stats.ino}`
}
