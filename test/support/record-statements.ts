import pg from 'pg'

export interface RecordedStatement {
  readonly text: string
  readonly values: readonly unknown[]
}

/** All statements that this process sends to PostgreSQL while the work runs, through any pool or client. */
export async function recordStatements(work: () => Promise<unknown>): Promise<readonly RecordedStatement[]> {
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
    await work()
  } finally {
    prototype.query = query
  }
  return statements
}
