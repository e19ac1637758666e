import { callerOf, type Identify } from '../access/identity.ts'
import { createBoundedMap } from '../store/bounded-map.ts'

/**
 * Lets the requests of callers begin in turns: one of each caller in a round of the event loop. So a caller who sends much, whatever
 * it asks and even if all of it is refused, takes the processor for one request at a time before others come to theirs. A caller with
 * requests that wait also lets a request of one who sends little end first, if it is quick: otherwise it would be waited for again each
 * time such a request comes back from the database.
 */
export interface Turns {
  /**
   * Does a request's work: at once if a request with this header `Authorization` may begin, else when it is its turn. One that is gone by
   * then is passed over, and its promise is never resolved.
   */
  readonly run: (authorization: string | undefined, isGone: () => boolean, work: Work) => Promise<void>
  /** The same, and remembers whom it has found: later requests of one caller have the same turn, whatever token they bring. */
  readonly watch: (identify: Identify) => Identify
}

type Work = () => void | Promise<void>

interface Waiting {
  readonly begin: () => void
  readonly isGone: () => boolean
}

interface Lane {
  readonly waiting: Waiting[]
  /** When its last request began. */
  begunAt: number
}

/** How many tokens are remembered, and how many characters of them. */
const remembered = { entries: 10_000, weight: 20_000_000 }

/** All whose credentials have not been found good yet have one turn together, since everyone can make up many. */
const turnOf = { nobody: 'without credentials', unknown: 'with credentials that are not known' }

/** How long, in milliseconds, requests that wait make way for one of another caller. */
const quick = 2

/** What creates turns goes by; a test gives its own. */
export interface TurnsClock {
  /** Calls back in the next round of the event loop. */
  readonly nextRound: (work: () => void) => void
  /** Milliseconds. */
  readonly now: () => number
}

const eventLoop: TurnsClock = { nextRound: (work) => void setImmediate(work), now: () => performance.now() }

export function createTurns({ nextRound, now } = eventLoop): Turns {
  const callers = createBoundedMap<string>(remembered)
  /** Those who have begun a request in this round, with what else of theirs waits. */
  const lanes = new Map<string, Lane>()
  /** The requests that run and may turn out to be quick, the oldest first. */
  const young = new Set<{ readonly name: string; readonly begunAt: number }>()
  return {
    run(authorization, isGone, work) {
      const name = authorization === undefined ? turnOf.nobody : (callers.get(authorization) ?? turnOf.unknown)
      const lane = lanes.get(name)
      if (lane) return new Promise<void>((begin) => lane.waiting.push({ begin, isGone })).then(() => start(name, work))
      if (lanes.size === 0) nextRound(startRound)
      lanes.set(name, { waiting: [], begunAt: now() })
      return start(name, work)
    },
    watch: (identify) => async (authorization) => {
      const identity = await identify(authorization)
      const [text] = authorization
      const name = callerOf(identity)
      if (text !== undefined && name !== undefined && callers.get(text) !== name) callers.set(text, name, text.length)
      return identity
    },
  }

  async function start(name: string, work: Work): Promise<void> {
    const request = { name, begunAt: now() }
    young.add(request)
    try {
      await work()
    } finally {
      young.delete(request)
    }
  }

  function startRound(): void {
    const time = now()
    for (const request of young) {
      if (time - request.begunAt < quick) break
      young.delete(request)
    }
    for (const [name, lane] of lanes) {
      const next = lane.waiting.findIndex(({ isGone }) => !isGone())
      if (next < 0) lanes.delete(name)
      else if (time - lane.begunAt >= quick || !isAwaited(name)) {
        lane.begunAt = time
        lane.waiting.splice(0, next + 1)[next]?.begin()
      }
    }
    if (lanes.size > 0) nextRound(startRound)
  }

  /** Whether a young request of another caller runs, who has no other that waits. */
  function isAwaited(name: string): boolean {
    for (const request of young) {
      if (request.name !== name && !lanes.get(request.name)?.waiting.length) return true
    }
    return false
  }
}
