import type { Position } from './position.ts'
import { hasReplayed, type Replayed } from './replayed.ts'

/** What is known of where the primary's log has ended, and when. */
export interface PrimaryLog {
  /** Finds out where it ends now. */
  readonly look: () => Promise<void>
  /** What a replica must have replayed to answer reads at all; undefined if that is not known yet. */
  readonly floor: () => Position | undefined
  /** From now on, a replica must have replayed all that the primary has now. */
  readonly raiseFloor: () => void
  /** The last time, of those known, at which the primary had nothing that the replica lacks; -Infinity if it lacks even the oldest known position. */
  readonly timeOf: (replayed: Replayed) => number
  /** For how long the log has been known, in milliseconds. */
  readonly age: () => number
}

/** Remembers what was found out in the last `memory` milliseconds. */
export function createPrimaryLog(locate: () => Promise<Position>, memory: number): PrimaryLog {
  let samples: { readonly position: Position; readonly at: number }[] = []
  let floor: Position | undefined
  let raised = 0
  return {
    async look() {
      const at = performance.now()
      const before = raised
      const position = await locate()
      if (before === raised) floor ??= position
      // After a failover, what was known of the other timeline says nothing.
      samples = samples.filter((one) => one.at > at - memory && one.position.mark === position.mark)
      samples.push({ position, at })
    },
    floor: () => floor,
    raiseFloor() {
      raised++
      floor = undefined
    },
    timeOf(replayed) {
      return samples.findLast(({ position }) => hasReplayed(replayed, [position]))?.at ?? Number.NEGATIVE_INFINITY
    },
    age: () => performance.now() - (samples[0]?.at ?? performance.now()),
  }
}
