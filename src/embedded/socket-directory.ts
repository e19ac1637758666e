import { createHash } from 'node:crypto'
import { chown, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
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
    if (Buffer.byteLength(join(parent, `${prefix}XXXXXX`, `.s.PGSQL.${socketPort}`)) > pathLimit) {
      problems.push(`${parent}: too long a path for a socket`)
      continue
    }
    try {
      const path = await mkdtemp(join(parent, prefix))
      if (account) await chown(path, account.uid, account.gid)
      return { path, removeStale: () => removeStale(path), remove: () => rm(path, { recursive: true, force: true }) }
    } catch (error) {
      problems.push((error as Error).message)
    }
  }
  throw new ConfigError(`No folder for the embedded PostgreSQL's socket; set TMPDIR. Attempts:\n${problems.join('\n')}`)

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
