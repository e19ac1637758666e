import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackupFile } from './manifest.ts'

const chunkBytes = 1024 * 1024

/** How many files are copied at a time: each waits for the disk at its end. */
const atOnce = 8

/** One folder of files, and another one that gets them. */
export interface Copying {
  readonly from: string
  readonly to: string
  /** Whether the files have to be on the disk when this ends. */
  readonly isFlushed: boolean
  readonly signal: AbortSignal | undefined
}

/**
 * Copies files, whose folders exist. A file that has gone is passed over: PostgreSQL may
 * remove one while it is copied, and its log tells that it did.
 *
 * @throws the first failure, once nothing is being copied any more
 */
export async function copyFiles(paths: readonly string[], copying: Copying): Promise<BackupFile[]> {
  const copied: (BackupFile | undefined)[] = []
  const waiting = paths.entries()
  const failed = new AbortController()
  const signal = copying.signal ? AbortSignal.any([copying.signal, failed.signal]) : failed.signal
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      try {
        for (const [i, path] of waiting) copied[i] = await copyFile(path, { ...copying, signal })
      } catch (error) {
        failed.abort(error)
      }
    }),
  )
  signal.throwIfAborted()
  return copied.filter((file) => file !== undefined)
}

/** Copies a file up to the end that it has when the copying gets there. Undefined: there is no such file. */
async function copyFile(path: string, { from, to, isFlushed, signal }: Copying): Promise<BackupFile | undefined> {
  const source = await open(join(from, path), 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return undefined
  })
  if (source === undefined) return undefined
  try {
    const target = await open(join(to, path), 'wx', 0o600)
    try {
      const hash = createHash('sha256')
      const buffer = Buffer.allocUnsafe(chunkBytes)
      let bytes = 0
      for (;;) {
        signal?.throwIfAborted()
        const { bytesRead } = await source.read(buffer, 0, chunkBytes, bytes)
        if (bytesRead === 0) break
        const chunk = buffer.subarray(0, bytesRead)
        hash.update(chunk)
        await target.writeFile(chunk)
        bytes += bytesRead
      }
      if (isFlushed) await target.sync()
      return { path, bytes, sha256: hash.digest('hex') }
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}
