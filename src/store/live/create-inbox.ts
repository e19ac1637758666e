import type { FeedPosition } from '../../plan/feed/feed-position.ts'
import type { FeedPart } from '../feed/feed.ts'

/** What has come for one who follows the feed, and has not been taken yet. */
export interface Inbox {
  readonly add: (part: FeedPart) => void
  /** Nothing comes any more; what is there is no longer taken. */
  readonly end: (how: InboxEnd) => void
  /** Resolves with the next thing, or `silent` if nothing has come for so long (ms). */
  readonly next: (longest: number) => Promise<InboxItem>
  /** The one who follows waits for its client from now on, or no longer does. */
  readonly noteWaiting: (isWaiting: boolean) => void
}

export type InboxItem =
  | { readonly kind: 'part'; readonly part: FeedPart }
  /** More came than is kept: read the feed until that position. What comes next follows it. */
  | { readonly kind: 'gap'; readonly until: FeedPosition }
  | { readonly kind: 'silent' }
  | InboxEnd

export type InboxEnd =
  | { readonly kind: 'closed' | 'stopped' | 'slow' }
  | { readonly kind: 'failed'; readonly error: unknown }

/** The most changes that are kept, and how long (ms) a client may keep others waiting when there are more. */
const most = { changes: 2_000, patience: 5_000 }

/**
 * The parts are those of all who follow, so that they take no memory of their own. Whoever lags behind because the database is slow is told to
 * read on from the feed; whose client does not read is ended. `isOwn` says which changes count.
 */
export function createInbox(
  isOwn: (change: FeedPart['changes'][number]) => boolean,
  now: () => number = () => performance.now(),
): Inbox {
  let parts: FeedPart[] = []
  let kept = 0
  /** What has come since has been let go. */
  let isFull = false
  let gap: FeedPosition | undefined
  let ended: InboxEnd | undefined
  let waitingSince: number | undefined
  let wakeUp: (() => void) | undefined

  function take(): InboxItem | undefined {
    if (ended) return ended
    if (gap) {
      const until = gap
      gap = undefined
      return { kind: 'gap', until }
    }
    const part = parts.shift()
    if (!part) return undefined
    kept -= part.changes.filter(isOwn).length
    return { kind: 'part', part }
  }

  const end = (how: InboxEnd) => {
    ended ??= how
    parts = []
    wakeUp?.()
  }

  return {
    end,
    add(part) {
      if (ended) return
      const count = part.changes.filter(isOwn).length
      if (isFull || gap || kept + count > most.changes) {
        if (waitingSince !== undefined && now() - waitingSince > most.patience) return end({ kind: 'slow' })
      }
      if (isFull || kept + count > most.changes) {
        parts = []
        kept = 0
        // Only between two batches can what comes be joined to what is read.
        isFull = part.end.batch !== undefined
        gap = isFull ? undefined : part.end
      } else {
        parts.push(part)
        kept += count
      }
      wakeUp?.()
    },
    async next(longest) {
      const found = take()
      if (found) return found
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, longest)
        wakeUp = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      wakeUp = undefined
      return take() ?? { kind: 'silent' }
    },
    noteWaiting(isWaiting) {
      waitingSince = isWaiting ? now() : undefined
    },
  }
}
