import { GraphQLError } from 'graphql'
import type { Logger } from 'pino'
import type { Limits } from '../../limits.ts'
import { compileReplayed } from '../../sql/replicas/compile-positions.ts'
import type { Statement } from '../../sql/sql.ts'
import { createPool } from '../create-pool.ts'
import { createDatabase, type Row } from '../database.ts'
import { printDatabaseAddress } from '../database-address.ts'
import { isRetryable, isUnavailable, toCallerError } from '../database-error.ts'
import { withHosts } from '../hosts/open-client.ts'
import { createPreparedStatements, type PreparingOptions } from '../prepared-statements.ts'
import type { AnswerBudget } from '../watch-answer.ts'
import type { Position } from './position.ts'
import { hasReplayed, parseReplayed, type Replayed } from './replayed.ts'

/** `late`: it has not replayed what is asked for. `away`: it could not read. Either way, others can be asked. */
export type ReplicaAnswer = readonly Row[] | 'late' | 'away'

/** A standby and the connections to it. */
export interface Replica {
  /** Its address, without a password. */
  readonly name: string
  /** Reads once, and sees all that was written before these positions. Rejects with what the caller is told. */
  readonly read: (statement: Statement, positions: readonly Position[], budget: AnswerBudget) => Promise<ReplicaAnswer>
  /** How many reads it answers now. */
  readonly running: () => number
  /** Finds out what it has replayed, on a connection of its own. Rejects if it does not answer soon, or is no standby. */
  readonly look: () => Promise<Replayed>
  /** What it is known to have replayed; undefined if nothing is known. */
  readonly known: () => Replayed | undefined
  /** Stops waiting for running reads; each resolves as `away`. */
  readonly abandon: () => void
  readonly close: () => Promise<void>
}

const setting = 'DATABASE_REPLICA_URLS'

/** `longestLook` is in milliseconds. `noteFailure` is told why a read could not be answered. */
export function createReplica(options: {
  readonly url: string
  readonly limits: Pick<Limits, 'statementMilliseconds' | 'answerBytes'>
  readonly connections: number
  readonly preparing: PreparingOptions
  readonly longestLook: number
  readonly logger: Pick<Logger, 'debug'>
  readonly noteFailure: (error: unknown) => void
}): Replica {
  const { url, limits, connections, preparing, longestLook, logger, noteFailure } = options
  const name = printDatabaseAddress(url, setting)
  const connection = withHosts({ connectionString: url }, setting)
  // What is asked next finds out as well, and says it.
  const noteLoss = (error: Error) =>
    logger.debug({ replica: name, reason: error.message }, 'lost a connection to a replica')
  const pool = createPool({ ...connection, max: connections }, limits.statementMilliseconds, noteLoss)
  const database = createDatabase(pool, limits.answerBytes, createPreparedStatements(undefined, preparing))
  const lookout = createDatabase(
    createPool({ ...connection, max: 1, connectionTimeoutMillis: longestLook }, longestLook, noteLoss),
    limits.answerBytes,
  )
  /** A connection leads to one run of one server, which never has replayed less than before. */
  const replayedOn = new WeakMap<object, Replayed>()
  let known: Replayed | undefined
  const running = new Set<() => void>()

  async function readOnce(
    statement: Statement,
    positions: readonly Position[],
    budget: AnswerBudget,
    isAwaited: () => boolean,
  ): Promise<ReplicaAnswer> {
    const attempt = await database.tryRead(
      statement,
      async (run, client) => {
        const former = replayedOn.get(client)
        if (former && hasReplayed(former, positions)) return true
        const [row] = await run(compileReplayed())
        known = parseReplayed(row, client)
        replayedOn.set(client, known)
        return hasReplayed(known, positions)
      },
      budget,
    )
    if ('rows' in attempt) return attempt.rows ?? 'late'
    if (isFinal(attempt.failure)) throw toCallerError(attempt.failure)
    // Why those that nobody awaits any more fail has been found out.
    if (isAwaited()) noteFailure(attempt.failure)
    return 'away'
  }

  return {
    name,
    running: () => running.size,
    read: (statement, positions, budget) =>
      new Promise((resolve, reject) => {
        const abandon = () => resolve('away')
        running.add(abandon)
        readOnce(statement, positions, budget, () => running.has(abandon))
          .then(resolve, reject)
          .finally(() => running.delete(abandon))
      }),
    async look() {
      const attempt = await lookout.tryRead(
        compileReplayed(),
        async (run, client) => {
          const [row] = await run(compileReplayed())
          known = parseReplayed(row, client)
          return false
        },
        { allowed: limits.answerBytes, left: limits.answerBytes },
      )
      if ('failure' in attempt || !known) {
        known = undefined
        throw 'failure' in attempt ? attempt.failure : new Error('nothing was found out')
      }
      return known
    },
    known: () => known,
    abandon() {
      for (const abandon of running) abandon()
      running.clear()
    },
    async close() {
      await lookout.close()
      await database.close()
    },
  }
}

/** Whether the primary would refuse the read as well: it takes too long, or its answer is too large. */
function isFinal(failure: unknown): boolean {
  // A statement may have to make way for what is replayed.
  if (isRetryable(failure) || isUnavailable(failure)) return false
  const told = toCallerError(failure)
  return told instanceof GraphQLError && ['TIMEOUT', 'LIMIT_EXCEEDED'].includes(String(told.extensions['code']))
}
