import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { chown, lstat, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '../errors.ts'
import type { Account } from './account.ts'

/** The port only names the socket file: nothing listens on the network. */
export const socketPort = 5432

/** A socket's path takes 103 bytes on macOS, 107 on Linux. */
const pathLimit = 103

/** A private directory (mode 0700) with a short path, for PostgreSQL's Unix socket. */
export interface SocketDirectory {
  readonly path: string
  /** The path of the socket that PostgreSQL makes in it. */
  readonly socket: string
  /**
   * Makes the directory again if it has been removed. Throws if something that others can use stands in its place: everyone may make
   * a directory in /tmp.
   */
  restore(): Promise<void>
  /** Removes the directories that killed servers of the same cluster left behind. */
  removeStale(): Promise<void>
  remove(): Promise<void>
}

/** @param cluster the data directory the socket is for. */
export async function createSocketDirectory(cluster: string, account: Account | undefined): Promise<SocketDirectory> {
  const { dev, ino } = await stat(cluster)
  const prefix = `registry-${createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 12)}-`
  const parents = account ? ['/tmp', '/var/tmp'] : [tmpdir(), '/tmp', '/var/tmp']
  const problems: string[] = []
  for (const parent of parents) {
    if (Buffer.byteLength(socketIn(join(parent, `${prefix}XXXXXX`))) > pathLimit) {
      problems.push(`${parent}: too long a path for a socket`)
      continue
    }
    try {
      const path = await mkdtemp(join(parent, prefix))
      if (account) await chown(path, account.uid, account.gid)
      return {
        path,
        socket: socketIn(path),
        restore: () => restore(path),
        removeStale: () => removeStale(path),
        remove: () => rm(path, { recursive: true, force: true }),
      }
    } catch (error) {
      problems.push((error as Error).message)
    }
  }
  throw new ConfigError(`No folder for the embedded PostgreSQL's socket; set TMPDIR. Attempts:\n${problems.join('\n')}`)

  async function restore(path: string): Promise<void> {
    try {
      await mkdir(path, { mode: 0o700 })
      if (account) await chown(path, account.uid, account.gid)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const { uid, mode } = await lstat(path)
      // The type is among the bits of the mode.
      if (uid === (account?.uid ?? process.getuid?.()) && mode === (constants.S_IFDIR | 0o700)) return
      throw new ConfigError(`${path} is not a private folder of this server: remove it.`)
    }
  }

  async function removeStale(path: string): Promise<void> {
    for (const parent of parents) {
      for (const name of await readdir(parent).catch(() => [])) {
        const candidate = join(parent, name)
        if (name.startsWith(prefix) && candidate !== path) {
          await rm(candidate, { recursive: true, force: true }).catch(() => undefined)
        }
      }
    }
  }
}

function socketIn(directory: string): string {
  return join(directory, `.s.PGSQL.${socketPort}`)
}
