import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Logger } from '../../logger.ts'
import { compileListen, compileNotify } from '../../sql/feed/compile-notify.ts'
import { createClient } from '../hosts/open-client.ts'
import { hasSession, settingsFor } from '../own-connection.ts'

/** Tells readers of the feed when to look. */
export interface Wake {
  /** Something was committed: readers look, here at once, and on other servers as soon as PostgreSQL has told them. */
  readonly noteWrite: () => void
  /** The readers of this process look. */
  readonly now: () => void
  /** For a reader, which closes it at its end. */
  readonly open: () => Turns
  readonly close: () => Promise<void>
}

export interface Turns {
  /** Resolves when there may be something to read, a second later at the latest, and not more often than every 20 ms. */
  readonly next: () => Promise<void>
  readonly close: () => void
}

/** In milliseconds. */
const pause = 20
const poll = 1_000
const longestQuery = 4_000

/**
 * Sends and receives notifications on one connection, which is opened when it is first needed. Never in the transaction of a write: all commits
 * would queue for the lock that a notification takes. Where connections have no session, as behind most poolers, notifications are sent but not
 * received: readers then look each second, as they do while the connection is lost.
 */
export function createWake(connection: pg.ClientConfig, logger: Pick<Logger, 'debug'>): Wake {
  const own = randomBytes(6).toString('hex')
  const waiting = new Set<() => void>()
  let isClosed = false
  let opening: Promise<pg.Client> | undefined
  let isListening = false
  let mayOpenAt = 0
  let using: Promise<unknown> = Promise.resolve()
  let notifiedAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined

  function now(): void {
    for (const wakeUp of [...waiting]) wakeUp()
  }

  function open(): Promise<pg.Client> {
    mayOpenAt = performance.now() + poll
    const client = createClient({ ...settingsFor('feed', connection), query_timeout: longestQuery })
    const opened = client.connect().then(() => client)
    const forget = () => {
      if (opening !== opened) return
      opening = undefined
      isListening = false
    }
    client.on('error', (error) => logger.debug({ reason: error.message }, 'lost the connection of the feed'))
    client.on('end', forget)
    client.on('notification', ({ payload }) => {
      if (payload !== own) now()
    })
    opened.catch(() => {
      forget()
      void client.end().catch(() => undefined)
    })
    return opened
  }

  /** One after another, as the driver wants it. Whether there was a connection to use. */
  function use(work: (client: pg.Client) => Promise<unknown>): Promise<boolean> {
    const used = using.then(() => useNow(work))
    using = used.catch(() => undefined)
    return used
  }

  async function useNow(work: (client: pg.Client) => Promise<unknown>): Promise<boolean> {
    if (!opening && !isClosed && performance.now() >= mayOpenAt) opening = open()
    const client = await opening
    if (!client) return false
    try {
      await work(client)
      return true
    } catch (error) {
      void client.end().catch(() => undefined)
      throw error
    }
  }

  function note(error: unknown): void {
    logger.debug({ err: error }, 'the readers of the feed could not be woken; they look each second')
  }

  function ensureListening(): void {
    if (isListening || isClosed) return
    isListening = true
    use(async (client) => {
      if (hasSession(client)) await client.query(compileListen())
    }).then(
      (isDone) => {
        if (!isDone) isListening = false
      },
      (error: unknown) => {
        isListening = false
        note(error)
      },
    )
  }

  function notify(): void {
    timer = undefined
    notifiedAt = performance.now()
    use((client) => client.query(compileNotify(own))).catch(note)
  }

  return {
    now,
    noteWrite() {
      now()
      if (timer || isClosed) return
      timer = setTimeout(notify, Math.max(0, notifiedAt + pause - performance.now()))
      timer.unref()
    },
    open() {
      let isWoken = false
      let wakeUp: (() => void) | undefined
      let turnedAt = Number.NEGATIVE_INFINITY
      const note = () => {
        isWoken = true
        wakeUp?.()
      }
      waiting.add(note)
      ensureListening()
      return {
        async next() {
          ensureListening()
          if (!isWoken)
            await waitFor(poll, (resolve) => {
              wakeUp = resolve
            })
          const left = turnedAt + pause - performance.now()
          if (left > 0 && !isClosed) await sleep(left)
          isWoken = false
          wakeUp = undefined
          turnedAt = performance.now()
        },
        close() {
          waiting.delete(note)
        },
      }
    },
    async close() {
      isClosed = true
      clearTimeout(timer)
      now()
      await using
      const client = await opening?.catch(() => undefined)
      await client?.end().catch(() => undefined)
    },
  }
}

function waitFor(milliseconds: number, give: (resolve: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timeout = setTimeout(resolve, milliseconds)
    give(() => {
      clearTimeout(timeout)
      resolve()
    })
  })
}
