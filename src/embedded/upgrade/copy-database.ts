import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { ConfigError } from '../../errors.ts'
import type { PostgresConnection } from '../connect-to-postmaster.ts'
import { isDatabaseError } from '../is-database-error.ts'
import { withClient } from '../with-client.ts'
import { copyStatements, indexStatements, schemaFacts, tableStatements } from './schema-statements.ts'

/** What has been copied. */
export interface Copied {
  readonly tables: number
  readonly rows: number
}

/**
 * Copies all that is in a database to an empty one, which may be of a newer PostgreSQL: the schema by PostgreSQL's own definitions, the rows
 * by COPY. Nobody may write to the old one meanwhile. Transaction ids go on after those of the old one, so that an order by them holds.
 *
 * @throws ConfigError if a database refuses a statement, or the copy is not the same as what it was made of
 */
export async function copyDatabase(options: {
  readonly from: PostgresConnection
  readonly to: PostgresConnection
  readonly signal?: AbortSignal | undefined
}): Promise<Copied> {
  const { signal } = options
  const copying = withClient(options.from, (from) =>
    withClient(options.to, async (to) => {
      await from.query('set default_transaction_read_only = on')
      // The bodies of functions may name what is made later.
      await to.query('set check_function_bodies = off; set synchronous_commit = off')
      await runAll(from, to, tableStatements)
      const copied = await copyRows(from, to, signal)
      await runAll(from, to, indexStatements)
      await to.query('analyze')
      await assertSame(from, to)
      await passTransactions(from, to, signal)
      // The next commit waits for all before it.
      await to.query('set synchronous_commit = on')
      await to.query('select pg_current_xact_id()')
      return copied
    }),
  )
  return copying.catch((error: unknown) => {
    if (!isDatabaseError(error)) throw error
    const message = `The database cannot be taken over: ${error.message}; the old data stay as they are.`
    throw new ConfigError(message, { cause: error })
  })
}

/** Has one database print statements, and runs them in the other one. */
async function runAll(from: pg.Client, to: pg.Client, statements: string): Promise<void> {
  const { rows } = await from.query<{ statement: string }>(statements)
  for (const { statement } of rows) await to.query(statement)
}

async function copyRows(from: pg.Client, to: pg.Client, signal: AbortSignal | undefined): Promise<Copied> {
  const { rows: tables } = await from.query<{ table: string; read: string; write: string }>(copyStatements)
  let rows = 0
  for (const { table, read, write } of tables) {
    const source = from.query(copyTo(read))
    const target = to.query(copyFrom(write))
    await pipeline(source, target, { ...(signal && { signal }) })
    if (source.rowCount !== target.rowCount)
      throw new ConfigError(`${table} has ${source.rowCount} rows, and ${target.rowCount} were copied`)
    rows += target.rowCount
  }
  return { tables: tables.length, rows }
}

async function assertSame(from: pg.Client, to: pg.Client): Promise<void> {
  const [old, made] = await Promise.all([listFacts(from), listFacts(to)])
  const different = [...[...old].filter((fact) => !made.has(fact)), ...[...made].filter((fact) => !old.has(fact))]
  if (different.length === 0) return
  throw new ConfigError(
    `The new database is not the same as the old one, which stays as it is. What differs:\n${different.slice(0, 10).join('\n')}`,
  )
}

async function listFacts(client: pg.Client): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ fact: string }>(schemaFacts)
  return new Set(rows.map(({ fact }) => fact))
}

/** How many transaction ids are used up at a time. */
const step = 200_000

/** Uses up transaction ids until they go on after those of the old database: changes are ordered by theirs. */
async function passTransactions(from: pg.Client, to: pg.Client, signal: AbortSignal | undefined): Promise<void> {
  const { rows: ends } = await from.query<{ end: string }>(
    `select pg_snapshot_xmax(pg_current_snapshot())::text as end`,
  )
  const end = BigInt(ends[0]?.end ?? 0)
  for (;;) {
    signal?.throwIfAborted()
    const { rows } = await to.query<{ next: string }>(`select pg_current_xact_id()::text as next`)
    const missing = end - BigInt(rows[0]?.next ?? 0)
    if (missing <= 0n) return
    await to.query(`select set_config('registry.missing', $1, false)`, [String(missing < step ? missing : step)])
    await to.query(`do $$ begin
      for i in 1..current_setting('registry.missing')::int loop perform pg_current_xact_id(); commit; end loop;
    end $$`)
  }
}
