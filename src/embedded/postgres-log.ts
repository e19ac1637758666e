import { chown, open, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account } from './account.ts'

const mebibyte = 1024 * 1024

/** The file that PostgreSQL prints to, even after the server that started it has ended. */
export interface PostgresLog {
  /** For a child's stdio. */
  readonly descriptor: number
  /** The end of the text printed since this log was opened: at most `length` bytes, by default 2,000. Other servers may print to it too. */
  loadTail(length?: number): Promise<string>
  close(): Promise<void>
}

/** Opens `<dataDir>/postgres.log`. A log of more than 1 MiB is first renamed to `postgres.log.1`; a log that grows beyond 10 MiB is emptied. */
export async function openPostgresLog(dataDir: string, owner: Account | undefined): Promise<PostgresLog> {
  const path = join(dataDir, 'postgres.log')
  const size = (await stat(path).catch(() => undefined))?.size ?? 0
  if (size > mebibyte) await rename(path, `${path}.1`)
  const handle = await open(path, 'a+', 0o600)
  if (owner) await chown(path, owner.uid, owner.gid)
  const start = (await handle.stat()).size
  const limiter = setInterval(() => void limit().catch(() => undefined), 10 * 60_000).unref()
  return {
    descriptor: handle.fd,
    async loadTail(length = 2_000) {
      const end = (await handle.stat()).size
      const from = Math.max(end - length, Math.min(start, end))
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(end - from), 0, end - from, from)
      return buffer.toString('utf8', 0, bytesRead).trim()
    },
    async close() {
      clearInterval(limiter)
      await handle.close()
    },
  }

  async function limit(): Promise<void> {
    // The file is open for appending, so PostgreSQL continues to write at the new end.
    if ((await handle.stat()).size > 10 * mebibyte) await handle.truncate(0)
  }
}
