import type pg from 'pg'
import type { Logger } from 'pino'
import { ConfigError } from '../../errors.ts'
import { printDatabaseAddress } from '../database-address.ts'
import { waitForDatabase } from '../wait-for-database.ts'

/** The ways to the database. */
interface Ways {
  readonly url: string
  readonly connection: pg.PoolConfig
  readonly directUrl: string | undefined
  /** The same as `connection`, unless there is a `directUrl`. */
  readonly direct: pg.PoolConfig
  readonly prepared: boolean | undefined
}

/**
 * Waits until the database answers, on both ways to it, and says what a pooler changes. Returns whether it takes no writes. Throws `ConfigError` if waiting does not help,
 * or if the two ways lead to different databases.
 */
export async function waitForDatabases(ways: Ways, logger: Logger, signal: AbortSignal): Promise<boolean> {
  const { url, connection, directUrl, direct, prepared } = ways
  const { pooler, identity, isReadOnly } = await waitForDatabase({ url, connection, logger, signal })
  if (pooler !== 'none')
    logger.info(
      `DATABASE_URL leads to a pooler which gives each ${pooler === 'session' ? 'connection' : 'transaction'} a session; ${prepared ? 'statements are prepared, as DATABASE_PREPARED says' : 'no statements are prepared'}`,
    )
  if (directUrl === undefined) {
    if (pooler === 'transaction') logger.warn(`DATABASE_DIRECT_URL is not set. ${withoutSession}`)
    return isReadOnly
  }
  const found = await waitForDatabase({
    ...{ url: directUrl, setting: directSetting, connection: direct },
    ...{ logger, signal },
  })
  if (found.identity !== identity)
    throw new ConfigError(
      `DATABASE_DIRECT_URL (${printDatabaseAddress(directUrl, directSetting)}) leads to another database than DATABASE_URL (${printDatabaseAddress(url)}). Give both the same database, the one without the pooler.`,
    )
  if (found.pooler === 'transaction')
    logger.warn(`DATABASE_DIRECT_URL leads to a pooler that shares sessions. ${withoutSession}`)
  return isReadOnly
}

const directSetting = 'DATABASE_DIRECT_URL'

const withoutSession =
  'Changes of templates work without sessions: indexes are built within the time limits that the database role and the pooler set, and such a change occupies one more connection of the pooler. Set DATABASE_DIRECT_URL to the database itself, without the pooler'
