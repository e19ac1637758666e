import type pg from 'pg'
import { compileState } from '../sql/changes/compile-generations.ts'
import type { Run } from './database.ts'
import { isOutOfConnections } from './database-error.ts'
import { createClient } from './hosts/open-client.ts'
import { runOn } from './own-connection.ts'

/** What a database is like now. */
export interface DatabaseState {
  /** The number of the newest generation of templates that has been applied; 0 if there is none. */
  readonly generation: number
  /** It is a standby, or was made read-only. */
  readonly isReadOnly: boolean
}

/** To connect, and for the answer, in milliseconds. */
const patience = 1_500

/**
 * Asks the database on a connection of its own, so that the answer does not depend on how busy the others are. If PostgreSQL has no
 * connection left, it is asked by `run`.
 *
 * @throws the driver's error if it does not answer
 */
export async function checkDatabase(connection: pg.ClientConfig, run: Run): Promise<DatabaseState> {
  const client = createClient({
    ...connection,
    connectionTimeoutMillis: patience,
    query_timeout: patience,
    application_name: 'registry-store readiness',
  })
  try {
    await client.connect()
    return await askState(runOn(client))
  } catch (error) {
    if (isOutOfConnections(error)) return askState(run)
    throw error
  } finally {
    void client.end().catch(() => undefined)
  }
}

/** @throws the error of `run` */
async function askState(run: Run): Promise<DatabaseState> {
  const [row] = await run(compileState())
  return { generation: Number(row?.generation ?? 0), isReadOnly: row?.is_read_only === true }
}
