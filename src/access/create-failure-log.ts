import type { GraphQLError } from 'graphql'
import type { InputIssue } from '../errors.ts'
import type { Logger } from '../logger.ts'

/** Failures of one kind make one line in this time, in milliseconds. */
const pause = 30_000

/**
 * Logs failed authentications: the first of each kind at once, and how many more there were once the pause is over. What callers
 * send is in no line.
 */
export function createFailureLog(logger: Logger): { readonly note: (error: GraphQLError) => void } {
  /** How many have not been logged yet, of the kinds that must wait. */
  const waiting = new Map<string, number>()
  const log = (reason: string, count: number) => {
    logger.warn({ reason, count }, 'credentials were refused')
    waiting.set(reason, 0)
    setTimeout(() => {
      const more = waiting.get(reason) ?? 0
      waiting.delete(reason)
      if (more > 0) log(reason, more)
    }, pause).unref()
  }
  return {
    note({ extensions }) {
      if (extensions['code'] !== 'UNAUTHENTICATED') return
      const reason = (extensions['issues'] as readonly InputIssue[] | undefined)?.[0]?.code ?? 'UNAUTHENTICATED'
      const count = waiting.get(reason)
      if (count === undefined) log(reason, 1)
      else waiting.set(reason, count + 1)
    },
  }
}
