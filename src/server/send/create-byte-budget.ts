import type { GraphQLError } from 'graphql'
import { createCallerError } from '../../errors.ts'

/** The part of the budget that one request holds. */
export interface ByteShare {
  /** Takes this many more bytes and returns true; if the budget has no room for them, takes none and returns false. */
  readonly take: (bytes: number) => boolean
  readonly give: (bytes: number) => void
  /** Returns all bytes to the budget, for good. */
  readonly close: () => void
}

export interface ByteBudget {
  readonly limit: number
  /** The bytes that all shares hold now. */
  readonly taken: () => number
  readonly openShare: () => ByteShare
}

/** The bytes that all requests of a server may hold together: bodies from their first byte on, answers until they are sent. */
export function createByteBudget(limit: number): ByteBudget {
  let taken = 0
  return {
    limit,
    taken: () => taken,
    openShare() {
      let held = 0
      let closed = false
      const hold = (bytes: number) => {
        held += bytes
        taken += bytes
      }
      return {
        take(bytes) {
          if (closed || taken + bytes > limit) return false
          hold(bytes)
          return true
        },
        give(bytes) {
          if (!closed) hold(-bytes)
        },
        close() {
          hold(-held)
          closed = true
        },
      }
    },
  }
}

/** `SERVICE_UNAVAILABLE`: there is no room in the budget. */
export function createBusyError(budget: ByteBudget, before: string): GraphQLError {
  return createCallerError(
    'SERVICE_UNAVAILABLE',
    `${before}: the server already holds the maximum number of bytes of requests and answers (${budget.limit.toLocaleString('en-US')}, limit "bytesInFlight"). Try again shortly, or ask for less at a time.`,
  )
}
