import { createCallerError } from '../errors.ts'

/**
 * Remembers that the database hangs. A request may need it many times, one after the other, and each time is given
 * up after seconds only: whoever comes within half a second of such a failure is told at once.
 */
export interface HangMemory {
  /** Throws SERVICE_UNAVAILABLE. */
  readonly assertNone: () => void
  /** The database has said something, if only that it refuses. */
  readonly noteAnswer: () => void
  /** It was not to be had. `startedAt` is when it was asked. */
  readonly noteFailure: (startedAt: number) => void
}

/** In milliseconds. What fails sooner is no hang, and needs no memory. */
const shortestHang = 3_000
const remembered = 500

export function createHangMemory(): HangMemory {
  let answeredAt = 0
  let refusedUntil = 0
  return {
    assertNone() {
      if (Date.now() < refusedUntil)
        throw createCallerError('SERVICE_UNAVAILABLE', 'The database does not answer at the moment; try again shortly.')
    },
    noteAnswer() {
      answeredAt = Date.now()
    },
    noteFailure(startedAt) {
      // Where others were answered meanwhile, it is only busy.
      if (Date.now() - Math.max(startedAt, answeredAt) > shortestHang) refusedUntil = Date.now() + remembered
    },
  }
}
