import type { GraphQLError } from 'graphql'
import { createBusyCallerError, type Limits } from '../limits.ts'
import type { AwakeClock } from './awake-clock.ts'
import type { Database } from './database.ts'

/** Shares the connections among callers, so that one who sends much at a time leaves some to the others. */
export interface Shares {
  /** The database for one request of this caller. Undefined: a caller without a share, who may use all connections. */
  readonly open: (caller: string | undefined) => Database
}

/**
 * The longest waits for a statement of the same caller to end, in milliseconds: of a request that has done nothing yet, and of the
 * other reads of one that has. A request that has written something waits until it can write the rest.
 */
const longestWait = { first: 2_000, next: 4_000 }

interface Caller {
  running: number
  /** Statements of requests that have begun go first, so that as few requests as possible are under way. */
  readonly begun: (() => void)[]
  readonly fresh: (() => void)[]
  /** Requests of which no statement has run yet. */
  requests: number
}

interface Request {
  hasBegun: boolean
  mayHaveWritten: boolean
  /** Its statements in the queue of fresh requests. */
  waiting: number
}

/** Nothing is kept of a caller when nothing of it runs. */
export function createShares(
  database: Database,
  limits: Pick<Limits, 'callerStatements' | 'callerQueue'>,
  clock: AwakeClock,
): Shares {
  const callers = new Map<string, Caller>()
  return {
    open(name) {
      if (name === undefined) return database
      const request: Request = { hasBegun: false, mayHaveWritten: false, waiting: 0 }
      const write = async <Result>(work: () => Promise<Result>) => {
        const result = await runInTurn(name, request, work)
        request.mayHaveWritten = true
        return result
      }
      return {
        ...database,
        run: (statement) => write(() => database.run(statement)),
        transaction: (work, end) => write(() => database.transaction(work, end)),
        openReads(position) {
          const run = database.openReads(position)
          return (statement) => runInTurn(name, request, () => run(statement))
        },
      }
    },
  }

  async function runInTurn<Result>(name: string, request: Request, work: () => Promise<Result>): Promise<Result> {
    const caller = callers.get(name) ?? { running: 0, begun: [], fresh: [], requests: 0 }
    callers.set(name, caller)
    if (caller.running < limits.callerStatements) caller.running++
    else await waitForTurn(caller, request)
    request.hasBegun = true
    try {
      return await work()
    } finally {
      // The turn is handed over, so that nobody who comes later takes it.
      const next = caller.begun.shift() ?? caller.fresh.shift()
      if (next) next()
      else if (--caller.running === 0) callers.delete(name)
    }
  }

  function waitForTurn(caller: Caller, request: Request): Promise<void> {
    const isFresh = !request.hasBegun
    if (isFresh && request.waiting === 0) {
      if (caller.requests >= limits.callerQueue) throw createBusyError('callerQueue', limits)
      caller.requests++
    }
    if (isFresh) request.waiting++
    const queue = isFresh ? caller.fresh : caller.begun
    return new Promise((resolve, reject) => {
      const leave = () => {
        if (isFresh && --request.waiting === 0) caller.requests--
      }
      const go = () => {
        cancel()
        leave()
        resolve()
      }
      const giveUp = () => {
        if (request.mayHaveWritten) return
        queue.splice(queue.indexOf(go), 1)
        leave()
        reject(createBusyError('callerStatements', limits))
      }
      queue.push(go)
      let cancel = clock.schedule(
        () => {
          if (isFresh && request.hasBegun) cancel = clock.schedule(giveUp, longestWait.next - longestWait.first)
          else giveUp()
        },
        isFresh ? longestWait.first : longestWait.next,
      )
    })
  }
}

function createBusyError(name: 'callerStatements' | 'callerQueue', limits: Pick<Limits, typeof name>): GraphQLError {
  const allowed = limits[name]
  const counts = name === 'callerQueue' ? `${allowed} requests wait` : `${allowed} statements run`
  const message = `Too many requests of this caller at a time: ${counts} already (limit "${name}"). Try again shortly, and send fewer at a time.`
  return createBusyCallerError(name, allowed, message, 1)
}
