import type { GraphQLError } from 'graphql'
import { createBusyCallerError, type Limits } from '../../limits.ts'

/** How much each caller has open, and what is refused beyond the limit. */
export interface Allowance {
  /** Returns what gives it back. Without a caller, all are the same one, who has no limit. Throws LIMIT_EXCEEDED. */
  readonly take: (caller: string | undefined) => () => void
}

export function createAllowance({ callerListeners: allowed }: Pick<Limits, 'callerListeners'>): Allowance {
  const open = new Map<string, number>()
  const add = (caller: string, change: number) => {
    const count = (open.get(caller) ?? 0) + change
    if (count > 0) open.set(caller, count)
    else open.delete(caller)
  }
  return {
    take(caller) {
      if (caller === undefined) return () => undefined
      if ((open.get(caller) ?? 0) >= allowed) throw createTooManyError(allowed)
      add(caller, 1)
      let isTaken = true
      return () => {
        if (isTaken) add(caller, -1)
        isTaken = false
      }
    },
  }
}

function createTooManyError(allowed: number): GraphQLError {
  const message = `Of waits and subscriptions, this caller has ${allowed} open already (limit "callerListeners"). End some of them first.`
  return createBusyCallerError('callerListeners', allowed, message, 5)
}
