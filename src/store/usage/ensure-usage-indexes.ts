import type pg from 'pg'
import type { Logger } from 'pino'
import { compileDropIndex } from '../../sql/compile-storage.ts'
import { compileLock } from '../../sql/session/compile-lock.ts'
import { compileCreateUsageIndex, usageIndexName, usageIndexPrefix } from '../../sql/writes/compile-usage-index.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import { announceIndexes } from '../changes/announce-indexes.ts'
import { takeLock, withOwnConnection } from '../own-connection.ts'

/** Held by the one server that builds these indexes. */
const lock = 7_243_910_551

/**
 * Builds the indexes by which the objects of callers with limits are counted, and drops those of templates that have none any more. The
 * limits hold without them: counting is only slower. If another server is at it, this does nothing.
 */
export async function ensureUsageIndexes(
  connection: pg.ClientConfig,
  model: TemplateModel,
  limited: readonly Template[],
  logger: Pick<Logger, 'info' | 'debug'>,
): Promise<void> {
  await withOwnConnection(connection, async (client) => {
    const release = await takeLock(client, connection, compileLock(lock))
    if (!release) return
    try {
      await build(client, model, limited, logger)
    } finally {
      await release()
    }
  })
}

async function build(
  client: pg.Client,
  model: TemplateModel,
  limited: readonly Template[],
  logger: Pick<Logger, 'info' | 'debug'>,
): Promise<void> {
  const { rows } = await client.query<{ name: string; isValid: boolean }>(
    `select c.relname as name, i.indisvalid as "isValid" from pg_index i join pg_class c on c.oid = i.indexrelid
       join pg_inherits p on p.inhrelid = i.indrelid and p.inhparent = 'registry_object'::regclass where starts_with(c.relname, $1)`,
    [usageIndexPrefix],
  )
  const built = new Map(rows.map(({ name, isValid }) => [name, isValid]))
  const wanted = new Set(limited.map(({ stored }) => stored))
  for (const { stored } of model.templates) {
    const name = usageIndexName(stored)
    // One that is not valid was left behind by an interrupted build.
    if (built.has(name) && (!wanted.has(stored) || !built.get(name))) {
      await client.query(compileDropIndex(name))
      built.delete(name)
    }
  }
  const missing = limited.filter(({ stored }) => !built.has(usageIndexName(stored)))
  announceIndexes(
    logger,
    missing.map(({ stored }) => usageIndexName(stored)),
    'building the indexes by which objects are counted for limits',
  )
  for (const template of missing) await client.query(compileCreateUsageIndex(template))
}
