import { createPositions, type Positions } from '../../src/client/positions.ts'
import { parseConnectionUrl, printConnectionUrl, withTimeLimits } from './test-connection.ts'

/**
 * The URLs of the standbys of a database of the tests: TEST_REPLICA_URL, which `.ci/with-replica` sets, names the standby of
 * TEST_DATABASE_URL. A PostgreSQL that a test has started itself has none.
 */
export function replicaUrlsOf(databaseUrl: string): readonly string[] {
  const { TEST_REPLICA_URL: url, TEST_DATABASE_URL: primary } = process.env
  if (url === undefined || primary === undefined) return []
  const { database, user, password, host, port } = parseConnectionUrl(databaseUrl)
  const server = parseConnectionUrl(primary)
  if (host !== server.host || port !== server.port) return []
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
