import { createCallerError } from '../errors.ts'
import type { AwakeClock } from './awake-clock.ts'

/**
 * Remembers that the database hangs. A request may need the database many times, one after the other, and waits for
 * seconds each time: whoever asks within half a second of such a failure is told at once.
 */
export interface HangMemory {
  /** Throws SERVICE_UNAVAILABLE. */
  readonly assertNone: () => void
  /** The database has answered, if only to refuse. */
  readonly noteAnswer: () => void
  /** The database could not be reached, or did not answer. `startedAt` is when it was asked, by the same clock. */
  readonly noteFailure: (startedAt: number) => void
}

/** In milliseconds. What fails sooner is no hang and need not be remembered. */
const shortestHang = 3_000
const remembered = 500

export function createHangMemory(clock: AwakeClock): HangMemory {
  let answeredAt = Number.NEGATIVE_INFINITY
  let refusedUntil = Number.NEGATIVE_INFINITY
  return {
    assertNone() {
      if (clock.now() < refusedUntil)
        throw createCallerError('SERVICE_UNAVAILABLE', 'The database does not answer at the moment; try again shortly.')
    },
    noteAnswer() {
      answeredAt = clock.now()
    },
    noteFailure(startedAt) {
      // Where others were answered meanwhile, the database is only busy.
      if (clock.now() - Math.max(startedAt, answeredAt) > shortestHang) refusedUntil = clock.now() + remembered
    },
  }
}
