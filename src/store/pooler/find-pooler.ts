import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { createConnectTimeoutError, isReadTimeout, isUnavailable } from '../database-error.ts'
import { driverConnectionOf } from '../driver-connection.ts'

/**
 * What lies between this server and PostgreSQL: nothing that shows, or a pooler that gives each connection a session of its own, or
 * each transaction, or each statement.
 */
export type PoolerKind = 'none' | 'session' | 'transaction' | 'statement'

/**
 * Finds out which it is. A pooler gives a connection another process id than that of the session, and the id of the session tells which
 * sessions a connection gets. `create` makes a client that starts bare.
 */
export async function findPooler(create: () => pg.Client): Promise<PoolerKind> {
  const clients: pg.Client[] = []
  const connect = async () => {
    const client = create()
    clients.push(client)
    await client.connect()
    return client
  }
  try {
    const kind = await find(connect)
    await Promise.all(clients.map(endSoon))
    return kind
  } catch (error) {
    for (const client of clients) driverConnectionOf(client).stream.destroy()
    // Whoever waits for a connection knows what to do if this process was suspended meanwhile.
    throw isReadTimeout(error) ? createConnectTimeoutError(error) : error
  }
}

/** Waits for the end, so that PostgreSQL has room for the connections that come next, but for no server that hangs. */
async function endSoon(client: pg.Client): Promise<void> {
  const patience = setTimeout(() => driverConnectionOf(client).stream.destroy(), 1_000)
  await client.end().catch(() => undefined)
  clearTimeout(patience)
}

async function find(connect: () => Promise<pg.Client>): Promise<PoolerKind> {
  const first = await connect()
  const session = await askSession(first)
  const told = processOf(first)
  if (told === null || told === session) return 'none'
  if (!(await takesTransactions(first))) return 'statement'
  return findSharing(first, await connect(), session)
}

/**
 * The two clients take turns, so that a pooler that shares sessions gives one of them another session, or both the same one. It answers
 * the second one at once, since the first one leaves it a session. One that shares none may have no session for the second one at all.
 */
async function findSharing(first: pg.Client, second: pg.Client, session: number): Promise<'session' | 'transaction'> {
  let sessionOfSecond: number | undefined
  const asked = askSession(second, withoutLimit).then((found) => {
    sessionOfSecond = found
  })
  asked.catch(() => undefined)
  for (let turn = 0; turn < 15 && sessionOfSecond === undefined; turn++) {
    await Promise.race([asked, sleep(100)])
    if ((await askSession(first)) !== session) return 'transaction'
  }
  if (sessionOfSecond === undefined) return 'session'
  if (sessionOfSecond === session) return 'transaction'
  for (const client of [first, first, second, second, first])
    if ((await askSession(client)) !== (client === first ? session : sessionOfSecond)) return 'transaction'
  return 'session'
}

/** In milliseconds, for an answer: what does not answer hangs. */
const limit = 1_500
const withoutLimit = 2 ** 31 - 1

async function askSession(client: pg.Client, milliseconds = limit): Promise<number> {
  const { rows } = await client.query<{ pid: number }>(toQuery('select pg_backend_pid() as pid', milliseconds))
  return rows[0]?.pid ?? 0
}

/** With its own limit, which the types of the driver do not have. */
function toQuery(text: string, milliseconds = limit): pg.QueryConfig {
  return { text, query_timeout: milliseconds } as pg.QueryConfig
}

async function takesTransactions(client: pg.Client): Promise<boolean> {
  try {
    await client.query(toQuery('begin'))
    await client.query(toQuery('rollback'))
    return true
  } catch (error) {
    if (isReadTimeout(error) || !isUnavailable(error)) throw error
    return false
  }
}

/** The process that the connection was told at its start. */
function processOf(client: pg.Client): number | null {
  return (client as unknown as { readonly processID: number | null }).processID
}
