import { setTimeout as sleep } from 'node:timers/promises'
import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'
import { createCallerError } from '../errors.ts'
import { createLimitError } from '../limits.ts'
import { compileBegin } from '../sql/session/compile-settings.ts'
import type { Statement } from '../sql/sql.ts'
import { type AwakeClock, createAwakeClock } from './awake-clock.ts'
import { failureOf } from './connection-failure.ts'
import { type ConnectionRoom, createConnectionRoom } from './connection-room.ts'
import {
  breaksConnection,
  createHalfReadError,
  isConnectionLost,
  isDeadlock,
  isIdleTooLong,
  isPreparedStatementLost,
  isReadTimeout,
  isRetryable,
  isShortage,
  isUnavailable,
  toCallerError,
} from './database-error.ts'
import { createHangMemory, type HangMemory } from './hang-memory.ts'
import { limitRead } from './limit-read.ts'
import { runOn, settingsFor, withOwnConnection } from './own-connection.ts'
import { poolingOf } from './pooler/pooler-client.ts'
import { createPreparedStatements, type PreparedStatements } from './prepared-statements.ts'
import { PrismaClient } from './prisma-client/client.ts'
import { sendQuery } from './send-query.ts'
import { createSlowStatements } from './slow-statements.ts'
import { takeConnection } from './take-connection.ts'
import { type AnswerBudget, watchAnswer } from './watch-answer.ts'

export type Row = Readonly<Record<string, unknown>>

/** Runs one statement and returns its rows. */
export type Run = (statement: Statement) => Promise<readonly Row[]>

/** The database as the rest of the program sees it. Errors are the caller's (`SERVICE_UNAVAILABLE`, `TIMEOUT`) or pg's own. */
export interface Database {
  /** Runs one statement in its own transaction. */
  readonly run: Run
  /**
   * Runs several statements in one transaction, for at most 10 seconds. Like `run`, it is repeated if PostgreSQL reports that it
   * rolled it back. It is not repeated if the connection is lost otherwise, because it may have been committed. With
   * `rollback`, it is rolled back at the end even if nothing fails.
   */
  readonly transaction: <Result>(work: (run: Run) => Promise<Result>, end?: 'commit' | 'rollback') => Promise<Result>
  /**
   * Returns a function that runs the statements of one request, which only read; their answers share one `answerBytes`. If the connection
   * is lost, a statement is sent once more. With replicas, one of these may run them: one that has replayed `position`, which is what the
   * caller has brought.
   */
  readonly openReads: (position?: string) => Run
  /** Reads once, on a connection that passes the check. Rejects with what the caller is told if no connection is tried. */
  readonly tryRead: (statement: Statement, check: Check, budget: AnswerBudget) => Promise<ReadAttempt>
  /** Where the log ends: a read that brings this sees all that has been written so far. Never rejects. Undefined without replicas. */
  readonly position?: (() => Promise<string>) | undefined
  /** Prisma on the same connections. */
  readonly prisma: PrismaClient
  /** Waits for running statements, then closes all connections. */
  readonly close: () => Promise<void>
}

/** Whether a connection may be read on. `run` runs statements on it. */
export type Check = (run: Run, client: pg.ClientBase) => Promise<boolean>

/** What a read on one connection came to. Without rows, the connection has not passed the check. */
export type ReadAttempt = { readonly rows: readonly Row[] | undefined } | { readonly failure: unknown }

const attempts = 10
/** The limit of a whole transaction, in milliseconds. Each statement has its own, shorter limit. */
const longestTransaction = 10_000

/** Creates a database on a pool of connections, which it then owns. `report` is told why the database cannot be used. */
export function createDatabase(
  pool: pg.Pool,
  answerBytes: number,
  prepared = createPreparedStatements(),
  report: (error: unknown) => void = () => undefined,
): Database {
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) })
  const clock = createAwakeClock()
  const hang = createHangMemory(clock)
  const access: Access = { clock, hang, room: createConnectionRoom(pool, clock), prepared, report }
  const openSession = (): Session => ({ prepared, clock, hang, budget: { allowed: answerBytes, left: answerBytes } })
  const lend = <Result>(work: Work<Result>): Promise<Result> => lendClient(pool, access, work)
  const slow = createSlowStatements(pool.options.max, clock)
  const runIn = (statement: Statement, session: Session, resends = 0) => {
    const work = () =>
      slow.run(statement.text, (timed) =>
        lend((client) => timed(() => send(client, statement, session, poolingOf(client).settings))),
      )
    return withRetries(clock, work, resends)
  }
  return {
    prisma,
    run: (statement) => runIn(statement, openSession()),
    openReads() {
      const session = openSession()
      return (statement) => runIn(statement, session, 1)
    },
    tryRead(statement, check, budget) {
      const session = { ...openSession(), budget }
      return slow.run(statement.text, async (timed): Promise<ReadAttempt> => {
        try {
          const rows = await lend(async (client) => {
            const mayRead = await check((one) => send(client, one, openSession()), client)
            return mayRead ? timed(() => send(client, statement, session)) : undefined
          })
          return { rows }
        } catch (failure) {
          return { failure }
        }
      })
    },
    transaction: (work, end = 'commit') =>
      withRetries(clock, () =>
        lend((client, discard) => runTransaction(client, clock, discard, work, end, openSession)),
      ),
    async close() {
      await prisma.$disconnect()
      await pool.end()
      clock.stop()
    },
  }
}

/** What all users of the connections share. */
interface Access {
  readonly clock: AwakeClock
  readonly hang: HangMemory
  readonly room: ConnectionRoom
  readonly prepared: PreparedStatements
  readonly report: (error: unknown) => void
}

/** What statements with a common budget for their answers share. */
interface Session {
  readonly prepared: PreparedStatements
  readonly clock: AwakeClock
  readonly hang: HangMemory
  readonly budget: AnswerBudget
}

/** `discard` keeps the connection from being used again. */
type Work<Result> = (client: pg.PoolClient, discard: () => void) => Promise<Result>

/** Lends a connection to the work. A connection that broke, or is still busy with an abandoned query, does not return to the pool. */
async function lendClient<Result>(pool: pg.Pool, access: Access, work: Work<Result>): Promise<Result> {
  const { clock, hang, room, report } = access
  hang.assertNone()
  const startedAt = clock.now()
  try {
    const client = await takeConnection(pool, clock, room, report)
    let isBroken = false
    const discard = () => {
      isBroken = true
    }
    try {
      return await work(client, discard)
    } catch (error) {
      if (breaksConnection(error)) discard()
      if (isPreparedStatementLost(error)) {
        poolingOf(client).forget()
        if (poolingOf(client).kind !== 'none') {
          access.prepared.giveUp()
          report(error)
        }
      }
      // pg says only that the connection is broken. Its cause tells whether the transaction was rolled back.
      const failure = failureOf(client)
      throw isUnavailable(error) && isIdleTooLong(failure) ? failure : error
    } finally {
      client.release(isBroken)
    }
  } catch (error) {
    if (isUnavailable(error) && !isIdleTooLong(error)) {
      report(error)
      hang.noteFailure(startedAt)
    } else if (isShortage(error)) report(error)
    throw error
  }
}

async function runTransaction<Result>(
  client: pg.PoolClient,
  clock: AwakeClock,
  discard: () => void,
  work: (run: Run) => Promise<Result>,
  end: 'commit' | 'rollback',
  openSession: () => Session,
): Promise<Result> {
  const control = (text: string) => runControl(client, text, clock)
  const endsAt = clock.now() + longestTransaction
  await control(compileBegin(poolingOf(client).settings))
  try {
    const result = await work(async (statement) => {
      // If PostgreSQL has ended the idle transaction, its message must be read before anything is sent, or it is lost.
      await clock.catchUp()
      if (clock.now() > endsAt)
        throw createCallerError('TIMEOUT', 'The request took too long and was rolled back; write less at a time.')
      return send(client, statement, openSession())
    })
    await clock.catchUp()
    await control(end)
    return result
  } catch (error) {
    // If the rollback fails, closing the connection rolls back the transaction.
    if (!breaksConnection(error)) await control('rollback').catch(discard)
    throw error
  }
}

async function runControl(client: pg.PoolClient, text: string, clock: AwakeClock): Promise<void> {
  const unlimit = limitRead(client, clock)
  try {
    await sendQuery(client, text, [], undefined)
  } finally {
    unlimit()
  }
}

/** `resends`: how often the work is done again when its connection was lost; more than 0 only for work that changes nothing. */
async function withRetries<Result>(clock: AwakeClock, work: () => Promise<Result>, resends = 0): Promise<Result> {
  const endsAt = clock.now() + longestTransaction
  let left = resends
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const isResent = left > 0 && isConnectionLost(error)
      if (isResent) left--
      const mayRetry = isResent || isRetryable(error) || isPreparedStatementLost(error) || isIdleTooLong(error)
      if (!mayRetry || attempt === attempts || clock.now() > endsAt) throw toCallerError(error)
      // A random pause, so that transactions that collided do not collide again: in a deadlock of many, all others go on meanwhile.
      await sleep(Math.random() * (isDeadlock(error) ? 200 : 20) * attempt)
    }
  }
}

/** `settings` are for a statement that is a transaction of its own. */
async function send(
  client: pg.PoolClient,
  { text, values }: Statement,
  session: Session,
  settings?: string | undefined,
): Promise<readonly Row[]> {
  const { prepared, clock, hang, budget } = session
  if (budget.left <= 0) throw createLimitError('answerBytes', budget.allowed)
  const answer = watchAnswer(client, budget)
  const unlimit = limitRead(client, clock)
  try {
    const named = prepared.nameFor(client, text)
    const { rows } = await sendQuery<Row>(client, named?.text ?? text, values, named?.name, settings)
    hang.noteAnswer()
    answer.assertFits()
    return rows
  } catch (error) {
    const known = isReadTimeout(error) && answer.hasBegun() ? createHalfReadError(error) : error
    if (!isUnavailable(known)) hang.noteAnswer()
    throw known
  } finally {
    answer.end()
    unlimit()
  }
}

/**
 * Runs statements on a connection of its own, which no time limit ends. Each is a transaction, unless the caller begins one.
 */
export async function withoutTimeLimit<Result>(
  connection: pg.ClientConfig,
  work: (run: Run) => Promise<Result>,
): Promise<Result> {
  try {
    return await withOwnConnection(settingsFor('templates', connection), (client) => work(runOn(client)))
  } catch (error) {
    throw toCallerError(error)
  }
}
