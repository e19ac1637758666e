import pg from 'pg'

export interface RecordedStatement {
  readonly text: string
  readonly values: readonly unknown[]
}

/** What watches replicas and the growth of tables and what wakes readers of the feed sends, at any time. */
const ofOthers =
  /^select [^;]*(pg_current_wal_insert_lsn|pg_last_wal_replay_lsn|pg_notify|c\.relpages)|^analyze \(skip_locked\)/

/**
 * All statements that this process sends to PostgreSQL while the work runs, through any pool or client; the work can look at those that have
 * been sent so far.
 */
export async function recordStatements(
  work: (sent: readonly RecordedStatement[]) => Promise<unknown>,
): Promise<readonly RecordedStatement[]> {
  const statements: RecordedStatement[] = []
  const { prototype } = pg.Client
  const { query } = prototype
  prototype.query = function record(this: pg.Client, ...args: unknown[]) {
    const [first, second] = args as [string | { text: string; values?: unknown[] }, unknown]
    if (typeof first === 'string') statements.push({ text: first, values: Array.isArray(second) ? second : [] })
    else {
      const { text, values = [] } = first
      statements.push({ text, values })
    }
    return (query as (...all: unknown[]) => unknown).apply(this, args)
  } as typeof query
  try {
    await work(statements)
  } finally {
    prototype.query = query
  }
  return statements.filter(({ text }) => !ofOthers.test(text))
}
