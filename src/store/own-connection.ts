import type pg from 'pg'
import type { SharedLock } from '../sql/session/compile-lock.ts'
import {
  compileBegin,
  compileSettings,
  type SessionSettings,
  withoutTransactionTimeout,
} from '../sql/session/compile-settings.ts'
import type { Statement } from '../sql/sql.ts'
import type { Run } from './database.ts'
import { createClient } from './hosts/open-client.ts'
import { poolingOf } from './pooler/pooler-client.ts'
import type { StartupClient } from './pooler/startup-client.ts'
import { sendQuery } from './send-query.ts'

/** Limits of a connection that no time limit ends. */
const withoutLimits = { statement_timeout: 0, lock_timeout: 0, idle_in_transaction_session_timeout: 0 }

/** The settings of its session. */
const own: SessionSettings = {
  ...Object.fromEntries(Object.entries(withoutLimits).map(([name, value]) => [name, String(value)])),
  // What takes so long that it needs such a connection reads all objects. There are few at a time.
  work_mem: '64MB',
  maintenance_work_mem: '128MB',
  // An index is built by one process: others would take the remaining cores from those who read and write.
  max_parallel_maintenance_workers: '0',
}

/**
 * Runs `work` on a dedicated connection without time limits, neither those of `settings` nor the database's own. Behind a pooler that
 * shares sessions, only what is sent by `runOn` has no limit: a setting of the session would reach others.
 */
export async function withOwnConnection<Result>(
  settings: pg.PoolConfig,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = createClient({ ...settings, ...withoutLimits, query_timeout: 0 })
  try {
    await client.connect()
    if (hasSession(client)) {
      await client.query(compileSettings(settingsOf(client), 'session')?.text ?? '')
      await client.query(withoutTransactionTimeout.text)
    }
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Works on such a connection, which ends when the signal aborts. PostgreSQL finishes a statement that it is at. */
export async function endOnAbort<Result>(
  client: pg.Client,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  const end = () => void client.end().catch(() => undefined)
  signal.addEventListener('abort', end)
  try {
    signal.throwIfAborted()
    return await work()
  } finally {
    signal.removeEventListener('abort', end)
  }
}

/** The settings of such a connection, by what it is for: PostgreSQL's lists of sessions have it. */
export function settingsFor(purpose: string, connection: pg.ClientConfig): pg.ClientConfig {
  const application_name = `registry-store ${purpose}`
  return { ...connection, connectionTimeoutMillis: 4_000, keepAlive: true, application_name }
}

/** Whether all that the client sends goes to one session, which nobody else uses. */
export function hasSession(client: pg.Client): boolean {
  const { kind } = poolingOf(client)
  return kind === 'none' || kind === 'session'
}

/** Of such a connection. Behind a pooler it starts bare, so that they have all that others have from their start. */
function settingsOf(client: pg.Client): SessionSettings {
  const isBare = poolingOf(client).settings !== undefined
  return isBare ? { ...(client as StartupClient).startSettings, ...own } : own
}

/** What gives them to a transaction; undefined if the session has them. */
function transactionSettingsOf(client: pg.Client): string | undefined {
  return hasSession(client) ? undefined : compileSettings(settingsOf(client))?.text
}

/** Begins a transaction on such a connection, with these settings besides: `{ synchronous_commit: 'off' }`. */
export async function beginOn(client: pg.Client, besides: SessionSettings = {}): Promise<void> {
  const settings = [transactionSettingsOf(client), compileSettings(besides)?.text]
  await client.query(compileBegin(settings.filter((text) => text !== undefined).join('; ') || undefined))
}

/** Runs statements on such a connection, but for those that cannot be part of a transaction. */
export function runOn(client: pg.Client): Run {
  const settings = transactionSettingsOf(client)
  return async ({ text, values }) => {
    // A transaction got them at its beginning, and may have changed them since.
    const isSet = settings === undefined || client.getTransactionStatus() !== 'I'
    const sent = isSet
      ? client.query(text, values)
      : sendQuery<pg.QueryResultRow>(client, text, values, undefined, settings)
    return (await sent).rows
  }
}

/** Works in one transaction on such a connection. If the work fails, the transaction ends with the connection. */
export async function inOneTransaction<Result>(run: Run, work: (run: Run) => Promise<Result>): Promise<Result> {
  await run({ text: 'begin', values: [] })
  const result = await work(run)
  await run({ text: 'commit', values: [] })
  return result
}

/**
 * Takes a lock for as long as a connection of its own lasts, or until the returned function is called; undefined if it is not free.
 * Where the connection has no session, a transaction on another one holds it: if that is lost, the connection ends.
 */
export async function takeLock(
  client: pg.Client,
  settings: pg.PoolConfig,
  lock: SharedLock,
): Promise<(() => Promise<void>) | undefined> {
  if (hasSession(client)) return (await isTaken(runOn(client), lock.inSession)) ? async () => undefined : undefined
  const holder = createClient({ ...settings, keepAlive: true, query_timeout: 0 })
  let isReleased = false
  let isConnected = false
  const release = async () => {
    isReleased = true
    // The end of the transaction is waited for, so that the lock is free afterwards. Without a connection, the wait would have no end.
    if (isConnected) await holder.query('rollback').catch(() => undefined)
    await holder.end().catch(() => undefined)
  }
  holder.once('end', () => {
    if (!isReleased) void client.end().catch(() => undefined)
  })
  try {
    await holder.connect()
    isConnected = true
    await beginOn(holder)
    if (await isTaken(runOn(holder), lock.inTransaction)) return release
  } catch (error) {
    await release()
    throw error
  }
  await release()
  return undefined
}

async function isTaken(run: Run, statement: Statement): Promise<boolean> {
  return (await run(statement))[0]?.taken === true
}
