import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ConfigError } from '../errors.ts'
import type { Account } from './account.ts'
import type { PostgresConnection } from './connect-to-postmaster.ts'
import { explainDisk } from './explain-disk.ts'
import { flushDirectory } from './flush-directory.ts'
import type { PostgresPrograms } from './postgres-programs.ts'
import { dataDirectoryOptions, runProgram } from './run-program.ts'
import { createScratchDirectory } from './scratch-directory.ts'

/** The superuser of an embedded cluster. */
const embeddedUser = 'registry'
/** The registry's database in it. */
export const embeddedDatabase = 'registry'

/** The file is among PostgreSQL's own files, so that a cluster and its password are created in one step. */
const passwordFile = 'registry.password'

/**
 * Creates a PostgreSQL cluster in `directory` unless there is one. It is created in a sibling directory and renamed when
 * complete, so that an interrupted start leaves no partial cluster, and one of two simultaneous starts wins.
 *
 * @returns whether it created one.
 */
export async function createCluster(options: {
  readonly directory: string
  readonly programs: PostgresPrograms
  readonly account: Account | undefined
  readonly signal: AbortSignal | undefined
}): Promise<boolean> {
  const { directory, programs, account, signal } = options
  if (isCluster(directory)) return false
  const scratch = await createScratchDirectory(directory)
  try {
    const cluster = join(scratch.path, 'cluster')
    const password = join(scratch.path, passwordFile)
    await mkdir(cluster, { mode: 0o700 })
    await writeFile(password, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true })
    if (account) for (const path of [scratch.path, cluster, password]) await chown(path, account.uid, account.gid)
    const { cwd, argument } = dataDirectoryOptions(cluster, account)
    await runProgram(
      programs.initdb,
      [
        `--pgdata=${argument}`,
        `--pwfile=../${passwordFile}`,
        `--username=${embeddedUser}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // Orders by code point like "C", but knows the upper and lower case of all letters.
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
      ],
      { account, cwd, signal },
    )
    await rename(password, join(cluster, passwordFile))
    await flushDirectory(cluster)
    await rename(cluster, directory)
    await flushDirectory(dirname(directory))
    return true
  } catch (error) {
    if (isCluster(directory)) return false
    signal?.throwIfAborted()
    const { message } = error as Error
    const disk = await explainDisk(dirname(directory))
    throw new ConfigError(`Cannot create a PostgreSQL cluster in ${directory}: ${message}${disk}`, { cause: error })
  } finally {
    await scratch.remove()
  }
}

/** The password of an embedded cluster's superuser. */
export async function loadPassword(directory: string): Promise<string> {
  return await readFile(join(directory, passwordFile), 'utf8').catch((error: Error) => {
    throw new ConfigError(`Cannot read the password of the embedded PostgreSQL: ${error.message}`, { cause: error })
  })
}

/** Settings for `pg` of an embedded cluster's superuser. `host` is the socket's directory. */
export function superuserOf(reached: Pick<PostgresConnection, 'host' | 'port' | 'password'>): PostgresConnection {
  return { ...reached, user: embeddedUser, database: embeddedDatabase, ssl: false }
}

/** Whether a folder holds a PostgreSQL cluster. */
export function isCluster(directory: string): boolean {
  return existsSync(join(directory, 'PG_VERSION'))
}
