import { createHash } from 'node:crypto'
import type { Statement } from '../../sql/sql.ts'
import type { SpanAttributes, Tracer } from '../../traces/tracer.ts'
import type { Database, Run } from '../database.ts'

/** The same database, with a span for each statement and each transaction: their time includes the wait for a connection. */
export function traceDatabase(database: Database, tracer: Tracer): Database {
  const traced =
    (run: Run): Run =>
    (statement) =>
      tracer.trace(`sql ${verbOf(statement)}`, describe(statement), () => run(statement))
  return {
    ...database,
    run: traced(database.run),
    openReads: (position) => traced(database.openReads(position)),
    transaction: (work, end) =>
      tracer.trace('sql transaction', { 'db.system.name': 'postgresql' }, () =>
        database.transaction((run) => work(traced(run)), end),
      ),
  }
}

/** A statement is named by its verb and the digest of its text: the text shows names that the caller has chosen. */
function describe(statement: Statement): SpanAttributes {
  return {
    'db.system.name': 'postgresql',
    'db.operation.name': verbOf(statement),
    'registry.statement': createHash('sha256').update(statement.text).digest('hex').slice(0, 12),
  }
}

const verbs = ['select', 'with', 'insert', 'update', 'delete']

function verbOf({ text }: Statement): string {
  const verb = /^\w+/.exec(text)?.[0] ?? ''
  return verbs.includes(verb) ? verb : 'other'
}
