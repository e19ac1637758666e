import type pg from 'pg'
import type { Logger } from 'pino'
import { ConfigError } from '../../errors.ts'
import type { DeclaredModel } from '../../template/load-templates.ts'
import { listMissingMigrations } from '../migrations/apply-migrations.ts'
import { loadMigrations, migrationsDirectory } from '../migrations/load-migrations.ts'
import { runOn, settingsFor, withOwnConnection } from '../own-connection.ts'
import { digestFiles, loadGenerations, loadModel } from './generations.ts'
import type { ServedTemplates } from './prepare-templates.ts'

/**
 * Finds what can be served from a database that takes no writes (a standby, or made read-only), and says so in the log.
 *
 * @throws ConfigError if it lacks migrations, or the templates of `files` have not been applied
 */
export async function findReadOnly(
  connection: pg.ClientConfig,
  files: DeclaredModel,
  logger: Pick<Logger, 'warn'>,
): Promise<ServedTemplates> {
  return withOwnConnection(settingsFor('setup', connection), async (client) => {
    const run = runOn(client)
    const missing = await listMissingMigrations(client, await loadMigrations(migrationsDirectory))
    if (missing.length > 0) throw createReadOnlyError('what this version of the registry needs is not all in it')
    const digest = digestFiles(files.model)
    const generations = await loadGenerations(run)
    const own = generations.find(({ files, isApplied }) => isApplied && files === digest)
    if (!own) throw createReadOnlyError('these templates have not been applied to it')
    const model = await loadModel(run, own)
    logger.warn(
      'the database takes no writes (it is a standby, or read-only): this server only reads until it takes some',
    )
    return { model, generation: own.number, isReadOnly: true }
  })
}

function createReadOnlyError(lack: string): ConfigError {
  return new ConfigError(
    `DATABASE_URL leads to a database that takes no writes (a standby, or a read-only one), and ${lack}. Start a server on one that can be written first, with the same version and templates.`,
  )
}
