import { callerOf, type Identify } from '../access/identity.ts'
import { createBoundedMap } from '../store/bounded-map.ts'

/**
 * Lets the requests of callers begin in turns: one of each caller in a round of the event loop. So a caller who sends much, whatever
 * it asks and even if all of it is refused, takes the processor for one request at a time before others come to theirs.
 */
export interface Turns {
  /**
   * Undefined if a request with this header `Authorization` may begin at once; otherwise resolves when it is its turn. A request that is
   * gone by then is passed over, and its promise is never resolved.
   */
  readonly take: (authorization: string | undefined, isGone: () => boolean) => Promise<void> | undefined
  /** The same, and remembers whom it has found: later requests of one caller have the same turn, whatever token they bring. */
  readonly watch: (identify: Identify) => Identify
}

interface Waiting {
  readonly begin: () => void
  readonly isGone: () => boolean
}

/** How many tokens are remembered, and how many characters of them. */
const remembered = { entries: 10_000, weight: 20_000_000 }

/** All whose credentials have not been found good yet have one turn together, since everyone can make up many. */
const turnOf = { nobody: 'without credentials', unknown: 'with credentials that are not known' }

/** `nextRound` calls back in the next round of the event loop. */
export function createTurns(nextRound: (work: () => void) => void = setImmediate): Turns {
  const callers = createBoundedMap<string>(remembered)
  /** Those who have begun a request in this round, with what else of theirs waits. */
  const lanes = new Map<string, Waiting[]>()
  return {
    take(authorization, isGone) {
      const name = authorization === undefined ? turnOf.nobody : (callers.get(authorization) ?? turnOf.unknown)
      const lane = lanes.get(name)
      if (lane) return new Promise((begin) => lane.push({ begin, isGone }))
      if (lanes.size === 0) nextRound(startRound)
      lanes.set(name, [])
      return undefined
    },
    watch: (identify) => async (authorization) => {
      const identity = await identify(authorization)
      const [text] = authorization
      const name = callerOf(identity)
      if (text !== undefined && name !== undefined && callers.get(text) !== name) callers.set(text, name, text.length)
      return identity
    },
  }

  function startRound(): void {
    for (const [name, lane] of lanes) {
      const next = lane.findIndex(({ isGone }) => !isGone())
      if (next < 0) lanes.delete(name)
      else lane.splice(0, next + 1)[next]?.begin()
    }
    if (lanes.size > 0) nextRound(startRound)
  }
}
