import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { PostgresConnection } from './connect-to-postmaster.ts'
import { embeddedDatabase, loadPassword, superuserOf } from './create-cluster.ts'
import { findSocketDirectory } from './find-socket-directory.ts'
import { toPlainConnection } from './plain-role.ts'
import { findRunningPostmaster } from './postmaster-file.ts'

/** What there is of an embedded PostgreSQL in a data folder. */
export type FoundPostgres =
  /** Nothing yet: the first start makes it. */
  | { readonly kind: 'none' }
  | { readonly kind: 'stopped'; readonly version: string }
  /** A server has started it, or has left it behind. */
  | { readonly kind: 'running'; readonly version: string; readonly connection: PostgresConnection }

/** Finds the embedded PostgreSQL of a data folder and changes nothing. Throws the error of a file that cannot be read, or `ConfigError`. */
export async function findEmbeddedPostgres(dataDir: string): Promise<FoundPostgres> {
  const directory = join(resolve(dataDir), 'postgres')
  const version = await readFile(join(directory, 'PG_VERSION'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (version === undefined) return { kind: 'none' }
  const postmaster = await findRunningPostmaster(directory)
  if (postmaster === undefined) return { kind: 'stopped', version: version.trim() }
  const { port } = postmaster
  const superuser = superuserOf({
    host: findSocketDirectory(postmaster),
    port,
    password: await loadPassword(directory),
  })
  return { kind: 'running', version: version.trim(), connection: toPlainConnection(superuser, embeddedDatabase) }
}
