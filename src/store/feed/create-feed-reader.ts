import { hasCode } from '../../errors.ts'
import type { Logger } from '../../logger.ts'
import type { FeedPosition } from '../../plan/feed/feed-position.ts'
import type { Wake } from './create-wake.ts'
import type { FeedListener, FeedPart, Following } from './feed.ts'

/** How many changes are read at a time. */
const partSize = 1_000

interface Waiting {
  readonly listener: FeedListener
  readonly resolve: (following: Following) => void
  readonly reject: (error: unknown) => void
}

/** Reads the feed for all listeners of the process, from when the first one comes until the last one goes. */
export function createFeedReader(options: {
  readonly read: (after: FeedPosition, first: number) => Promise<FeedPart>
  readonly position: () => Promise<FeedPosition>
  readonly wake: Wake
  readonly logger: Pick<Logger, 'warn'>
}): {
  readonly listen: (listener: FeedListener) => Promise<Following>
  readonly close: () => Promise<void>
} {
  const { read, position, wake, logger } = options
  const listeners = new Set<FeedListener>()
  let waiting: Waiting[] = []
  let isClosed = false
  let running: Promise<void> | undefined

  function isWanted(): boolean {
    return !isClosed && (listeners.size > 0 || waiting.length > 0)
  }

  function start(): void {
    if (running) {
      wake.now()
      return
    }
    running = follow().finally(() => {
      running = undefined
      if (isWanted()) start()
    })
  }

  /** Ends when nobody listens any more. */
  async function follow(): Promise<void> {
    const turns = wake.open()
    let at: FeedPosition | undefined
    let hasFailed = false
    try {
      for (; isWanted(); await turns.next()) {
        const joining = waiting
        waiting = []
        try {
          if (at && listeners.size > 0)
            at = await readOn(at, (read) => {
              at = read
            })
          // Nobody was there to be told what there was until now.
          if (!at || listeners.size === 0) at = await position()
          for (const one of joining) join(one, at)
          hasFailed = false
        } catch (error) {
          for (const { reject } of joining) reject(error)
          if (hasCode(error, 'CURSOR_EXPIRED')) {
            at = undefined
            endAll(error)
          } else if (!hasFailed && !isClosed)
            logger.warn({ err: error }, 'the feed of changes could not be read; it is tried again')
          hasFailed = true
        }
      }
    } finally {
      turns.close()
    }
  }

  /** All that is there now, as long as somebody listens. `noteProgress` is told how far it has come: if it fails, nobody is told anything twice. */
  async function readOn(from: FeedPosition, noteProgress: (at: FeedPosition) => void): Promise<FeedPosition> {
    for (let at = from; ; ) {
      const part = await read(at, partSize)
      if (part.changes.length > 0) for (const listener of [...listeners]) tell(() => listener.onChanges(part))
      at = part.end
      noteProgress(at)
      if (part.isCaughtUp || isClosed || listeners.size === 0) return at
    }
  }

  function join({ listener, resolve, reject }: Waiting, at: FeedPosition): void {
    if (isClosed) {
      reject(new Error('the feed is closed'))
      return
    }
    listeners.add(listener)
    resolve({ position: at, stop: () => void (listeners.delete(listener) && wake.now()) })
  }

  function endAll(error: unknown): void {
    const ended = [...listeners]
    listeners.clear()
    for (const { onEnd } of ended) if (onEnd) tell(() => onEnd(error))
  }

  /** One listener's error does not harm others. */
  function tell(call: () => unknown): void {
    const note = (error: unknown) => logger.warn({ err: error }, 'a listener of the feed of changes failed')
    try {
      const result = call()
      if (result instanceof Promise) result.catch(note)
    } catch (error) {
      note(error)
    }
  }

  return {
    listen: (listener) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(new Error('the feed is closed'))
        waiting.push({ listener: { ...listener }, resolve, reject })
        start()
      }),
    async close() {
      isClosed = true
      for (const { reject } of waiting) reject(new Error('the feed is closed'))
      waiting = []
      wake.now()
      await running
    },
  }
}
