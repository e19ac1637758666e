import { createCallerError } from '../errors.ts'
import type { AwakeClock } from './awake-clock.ts'

/**
 * Remembers that the database hangs. A request may need the database many times in sequence, and would wait for
 * seconds each time. For half a second after such a failure, further requests fail at once.
 */
export interface HangMemory {
  /** Throws SERVICE_UNAVAILABLE. */
  readonly assertNone: () => void
  /** Call this when the database has answered, even with an error. */
  readonly noteAnswer: () => void
  /** Call this when the database could not be reached or did not answer. `startedAt` is the time of the request, by the same clock. */
  readonly noteFailure: (startedAt: number) => void
}

/** In milliseconds. A faster failure is not a hang. */
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
      // If others got answers in the meantime, the database is only busy.
      if (clock.now() - Math.max(startedAt, answeredAt) > shortestHang) refusedUntil = clock.now() + remembered
    },
  }
}
