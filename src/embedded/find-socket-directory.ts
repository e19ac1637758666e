import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { PostmasterFile } from './postmaster-file.ts'

/**
 * The folder of a postmaster's socket, as this process reaches it: systemd gives a service a /tmp of its own (PrivateTmp), which others
 * reach through the service's process.
 */
export function findSocketDirectory({ pid, socketDirectory }: PostmasterFile): string {
  return existsSync(socketDirectory) || process.platform !== 'linux'
    ? socketDirectory
    : join(`/proc/${pid}/root`, socketDirectory)
}
