import type { FeedPosition } from '../../plan/feed/feed-position.ts'
import type { FeedChange, FeedPart } from '../feed/feed.ts'

/** What has come for one who follows the feed, and has not been taken yet. */
export interface Inbox {
  /** Of the part, these changes concern the one who follows. */
  readonly add: (part: FeedPart, own: readonly FeedChange[]) => void
  /** The same, where it is not known yet which do; the function that it returns is called with them. Parts that come later wait. */
  readonly addUndecided: (part: FeedPart, own: readonly FeedChange[]) => (wanted: readonly FeedChange[]) => void
  /** Nothing comes any more; what is there is no longer taken. */
  readonly end: (how: InboxEnd) => void
  /** Resolves with the next thing, or `silent` if nothing has come for so long (ms). */
  readonly next: (longest: number) => Promise<InboxItem & Passed>
  /** What comes behind that for certain, as long as it is no more than so many changes. */
  readonly following: (most: number) => readonly (readonly FeedChange[])[]
  /** The one who follows waits for its client from now on, or no longer does. */
  readonly noteWaiting: (isWaiting: boolean) => void
}

export type InboxItem =
  | { readonly kind: 'part'; readonly part: FeedPart; readonly own: readonly FeedChange[] }
  /** More came than is kept: read the feed until that position. What comes next follows it. */
  | { readonly kind: 'gap'; readonly until: FeedPosition }
  | { readonly kind: 'silent' }
  | InboxEnd

/** Until there, nothing concerned the one who follows. */
interface Passed {
  readonly passed?: FeedPosition | undefined
}

export type InboxEnd =
  | { readonly kind: 'closed' | 'stopped' | 'slow' }
  | { readonly kind: 'failed'; readonly error: unknown }

/**
 * The most changes that are kept, and of which it is not known yet whether they are; and how long (ms) a client may keep others waiting when
 * there are more.
 */
const most = { changes: 2_000, undecided: 20_000, patience: 5_000 }

interface Entry {
  readonly part: FeedPart
  own: readonly FeedChange[]
  isDecided: boolean
}

/**
 * The parts are those of all who follow, so that they take no memory of their own. Whoever lags behind because the database is slow is told to
 * read on from the feed; whose client does not read is ended. Parts that concern nobody wake nobody.
 */
export function createInbox(now: () => number = () => performance.now()): Inbox {
  let entries: Entry[] = []
  let kept = { decided: 0, undecided: 0 }
  /** What has come since has been let go. */
  let isFull = false
  let gap: FeedPosition | undefined
  let passed: FeedPosition | undefined
  let ended: InboxEnd | undefined
  let waitingSince: number | undefined
  let wakeUp: (() => void) | undefined

  /** What comes next, after what was taken before has been told. */
  function take(): (InboxItem & Passed) | undefined {
    pass()
    const item = takeItem()
    if (!item) return undefined
    return { ...item, passed: takePassed() }
  }

  function takePassed(): FeedPosition | undefined {
    const before = passed
    passed = undefined
    return before
  }

  function takeItem(): InboxItem | undefined {
    if (ended) return ended
    if (gap) {
      const until = gap
      gap = undefined
      return { kind: 'gap', until }
    }
    const [entry] = entries
    if (!entry?.isDecided) return undefined
    entries.shift()
    const { part, own } = entry
    kept.decided -= own.length
    return { kind: 'part', part, own }
  }

  /** Leaves out what there is nothing to tell of. */
  function pass(): void {
    if (gap) return
    while (entries[0]?.isDecided && entries[0].own.length === 0) passed = entries.shift()?.part.end
  }

  function put(entry: Entry): void {
    if (ended) return
    kept[stateOf(entry)] += entry.own.length
    const isTooMuch = kept.decided > most.changes || kept.undecided > most.undecided
    const isSlow = waitingSince !== undefined && now() - waitingSince > most.patience
    if (isSlow && (isFull || gap || isTooMuch)) end({ kind: 'slow' })
    else if (isFull || isTooMuch) {
      entries = []
      kept = { decided: 0, undecided: 0 }
      // Only between two batches can what comes be joined to what is read.
      isFull = entry.part.end.batch !== undefined
      gap = isFull ? undefined : entry.part.end
    } else entries.push(entry)
    settle()
  }

  /** Wakes the one who follows if there is something to take. */
  function settle(): void {
    pass()
    if (gap || entries[0]?.isDecided) wakeUp?.()
  }

  const end = (how: InboxEnd) => {
    ended ??= how
    entries = []
    wakeUp?.()
  }

  return {
    end,
    add: (part, own) => put({ part, own, isDecided: true }),
    addUndecided(part, own) {
      const entry: Entry = { part, own, isDecided: false }
      put(entry)
      return (wanted) => {
        // It may have been let go.
        if (!entries.includes(entry)) return
        kept.undecided -= entry.own.length
        kept.decided += wanted.length
        entry.own = wanted
        entry.isDecided = true
        settle()
      }
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
      return take() ?? { kind: 'silent', passed: takePassed() }
    },
    following(most) {
      let count = 0
      const end = entries.findIndex(({ own, isDecided }) => {
        count += own.length
        return !isDecided || count > most
      })
      return entries.slice(0, end < 0 ? undefined : end).map(({ own }) => own)
    },
    noteWaiting(isWaiting) {
      waitingSince = isWaiting ? now() : undefined
    },
  }
}

function stateOf({ isDecided }: Entry): 'decided' | 'undecided' {
  return isDecided ? 'decided' : 'undecided'
}
