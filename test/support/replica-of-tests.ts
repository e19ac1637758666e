import { createPositions, type Positions } from '../../src/client/positions.ts'
import { parseConnectionUrl, printConnectionUrl, withTimeLimits } from './test-connection.ts'

/**
 * The URLs of the standbys of a database of the tests: TEST_REPLICA_URL, which `.ci/with-replica` sets, names the standby of
 * TEST_DATABASE_URL.
 */
export function replicaUrlsOf(databaseUrl: string): readonly string[] {
  const url = process.env['TEST_REPLICA_URL']
  if (url === undefined) return []
  const { database, user, password } = parseConnectionUrl(databaseUrl)
  const replica = printConnectionUrl({ ...parseConnectionUrl(url), database, user, password })
  return [withTimeLimits(replica, { statement_timeout: 600_000, query_timeout: 600_000 })]
}

const positions = new Map<string, Positions>()

/** Where what the tests have written to a database stands, whichever of their registries and clients has written it. */
export function positionsOf(databaseUrl: string): Positions {
  const { database } = parseConnectionUrl(databaseUrl)
  const known = positions.get(database) ?? createPositions()
  positions.set(database, known)
  return known
}
