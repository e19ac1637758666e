import { setTimeout as sleep } from 'node:timers/promises'
import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'
import { createCallerError } from '../errors.ts'
import { createLimitError } from '../limits.ts'
import type { Statement } from '../sql/sql.ts'
import { type AwakeClock, createAwakeClock } from './awake-clock.ts'
import { failureOf } from './connection-failure.ts'
import {
  breaksConnection,
  createHalfReadError,
  isIdleTooLong,
  isPreparedStatementLost,
  isReadTimeout,
  isRetryable,
  isUnavailable,
  toCallerError,
} from './database-error.ts'
import { createHangMemory, type HangMemory } from './hang-memory.ts'
import { limitRead, noDriverLimit } from './limit-read.ts'
import { createPreparedStatements, type PreparedStatements } from './prepared-statements.ts'
import { PrismaClient } from './prisma-client/client.ts'
import { takeConnection } from './take-connection.ts'
import { type AnswerBudget, watchAnswer } from './watch-answer.ts'

export type Row = Readonly<Record<string, unknown>>

/** Runs one statement and gives its rows. */
export type Run = (statement: Statement) => Promise<readonly Row[]>

/** A row's values in the order of its columns. */
export type TextRow = readonly (string | null)[]

/** What one request reads: the answers to all of it share one `answerBytes`. */
export interface Reads {
  readonly run: Run
  /** The same for a statement of one row, whose values come as the text that PostgreSQL prints; undefined without a row. */
  readonly readRow: (statement: Statement) => Promise<TextRow | undefined>
}

/** The database as the rest of the program sees it. Errors are the caller's (`SERVICE_UNAVAILABLE`, `TIMEOUT`) or pg's own. */
export interface Database {
  /** One statement in a transaction of its own. */
  readonly run: Run
  /**
   * Several statements in one transaction, for 10 seconds at most. Like `run`, it is repeated where PostgreSQL says that it
   * has undone it. It is not repeated when a connection is lost otherwise: nobody knows whether it was committed. With
   * `rollback`, it is undone in the end even if nothing fails.
   */
  readonly transaction: <Result>(work: (run: Run) => Promise<Result>, end?: 'commit' | 'rollback') => Promise<Result>
  readonly openReads: () => Reads
  /** Prisma over the same connections. */
  readonly prisma: PrismaClient
  readonly isReady: () => Promise<boolean>
  /** Waits for what runs, then closes all connections. */
  readonly close: () => Promise<void>
}

const attempts = 10
/** In milliseconds. Each statement has its own, shorter limit; this one limits all of a transaction together. */
const longestTransaction = 10_000

/** Puts the pool of connections, which it then owns, behind that interface. */
export function createDatabase(pool: pg.Pool, answerBytes: number, prepared = createPreparedStatements()): Database {
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) })
  const clock = createAwakeClock()
  const hang = createHangMemory(clock)
  const access: Access = { prepared, clock, hang }
  const openSession = (): Session => ({ ...access, budget: { allowed: answerBytes, left: answerBytes } })
  const lend = <Result>(work: Work<Result>): Promise<Result> => lendClient(pool, access, work)
  const runIn = (statement: Statement, session: Session) =>
    withRetries(clock, () => lend((client) => runStatement(client, statement, session)))
  return {
    prisma,
    run: (statement) => runIn(statement, openSession()),
    openReads() {
      const session = openSession()
      return {
        run: (statement) => runIn(statement, session),
        readRow: (statement) => withRetries(clock, () => lend((client) => runForText(client, statement, session))),
      }
    },
    transaction: (work, end = 'commit') =>
      withRetries(clock, () =>
        lend((client, discard) => runTransaction(client, clock, discard, work, end, openSession)),
      ),
    async isReady() {
      try {
        await lend((client) => runStatement(client, { text: 'select 1', values: [] }, openSession()))
        return true
      } catch {
        return false
      }
    },
    async close() {
      await prisma.$disconnect()
      await pool.end()
      clock.stop()
    },
  }
}

/** What all that use the connections share. */
interface Access {
  readonly prepared: PreparedStatements
  readonly clock: AwakeClock
  readonly hang: HangMemory
}

/** What the statements share whose answers have one budget. */
interface Session extends Access {
  readonly budget: AnswerBudget
}

/** `discard` keeps the connection from being used again. */
type Work<Result> = (client: pg.PoolClient, discard: () => void) => Promise<Result>

/** Lends a connection to the work. One that broke, or that is still busy with an abandoned query, does not return to the pool. */
async function lendClient<Result>(pool: pg.Pool, { clock, hang }: Access, work: Work<Result>): Promise<Result> {
  hang.assertNone()
  const startedAt = clock.now()
  try {
    const client = await takeConnection(pool, clock)
    let isBroken = false
    const discard = () => {
      isBroken = true
    }
    try {
      return await work(client, discard)
    } catch (error) {
      if (breaksConnection(error)) discard()
      // pg says only that the connection is broken; that the transaction has been undone is known from what broke it.
      const failure = failureOf(client)
      throw isUnavailable(error) && isIdleTooLong(failure) ? failure : error
    } finally {
      client.release(isBroken)
    }
  } catch (error) {
    if (isUnavailable(error) && !isIdleTooLong(error)) hang.noteFailure(startedAt)
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
  // Under a stricter level, a statement would see the database as it was before the transaction waited for its locks.
  await control('begin isolation level read committed')
  try {
    const result = await work(async (statement) => {
      // If PostgreSQL has ended the idle transaction, its message must be read before anything is sent, or it is lost.
      await clock.catchUp()
      if (clock.now() > endsAt)
        throw createCallerError('TIMEOUT', 'The request took too long and was undone; write less at a time.')
      return runStatement(client, statement, openSession())
    })
    await clock.catchUp()
    await control(end)
    return result
  } catch (error) {
    // If the rollback fails, the end of the connection undoes the transaction.
    if (!breaksConnection(error)) await control('rollback').catch(discard)
    throw error
  }
}

async function runControl(client: pg.PoolClient, text: string, clock: AwakeClock): Promise<void> {
  const unlimit = limitRead(client, clock)
  try {
    await client.query({ text, ...noDriverLimit })
  } finally {
    unlimit()
  }
}

async function withRetries<Result>(clock: AwakeClock, work: () => Promise<Result>): Promise<Result> {
  const endsAt = clock.now() + longestTransaction
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const mayRetry = isRetryable(error) || isPreparedStatementLost(error) || isIdleTooLong(error)
      if (!mayRetry || attempt === attempts || clock.now() > endsAt) throw toCallerError(error)
      // A random pause: transactions that collided would else collide again.
      await sleep(Math.random() * 20 * attempt)
    }
  }
}

async function runStatement(client: pg.PoolClient, statement: Statement, session: Session): Promise<readonly Row[]> {
  const { rows } = await send<Row>(client, statement, session)
  return rows
}

async function runForText(client: pg.PoolClient, statement: Statement, session: Session): Promise<TextRow | undefined> {
  const query: Query = { ...statement, rowMode: 'array', types: asText }
  const { rows } = await send<(string | null)[]>(client, query, session)
  return rows[0]
}

/** Values as PostgreSQL prints them. */
const asText: pg.CustomTypesConfig = { getTypeParser: () => (text: string) => text }

/** A statement, and in which form its rows are wanted. */
type Query = Statement & Partial<pg.QueryArrayConfig>

async function send<Result extends pg.QueryResultRow>(
  client: pg.PoolClient,
  query: Query,
  { prepared, clock, hang, budget }: Session,
): Promise<pg.QueryResult<Result>> {
  if (budget.left <= 0) throw createLimitError('answerBytes', budget.allowed)
  const answer = watchAnswer(client, budget)
  const unlimit = limitRead(client, clock)
  try {
    const result = await client.query<Result>({ ...query, ...prepared.nameFor(client, query.text), ...noDriverLimit })
    hang.noteAnswer()
    answer.assertFits()
    return result
  } catch (error) {
    const known = isReadTimeout(error) && answer.hasBegun() ? createHalfReadError(error) : error
    if (!isUnavailable(known)) hang.noteAnswer()
    throw known
  } finally {
    answer.end()
    unlimit()
  }
}
