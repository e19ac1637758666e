import { statfs } from 'node:fs/promises'
import { ConfigError } from '../errors.ts'
import { explainFileError } from '../explain-file-error.ts'

/** A new cluster takes about that much, in megabytes; so does PostgreSQL's log of changes, sooner or later. */
const little = 64

/** A line that says so if PostgreSQL has too little room on the disk of a folder; nothing otherwise, or if nobody can say, as of /sys. */
export async function explainDisk(directory: string): Promise<string> {
  const disk = await statfs(directory).catch(() => undefined)
  const free = disk && disk.blocks > 0 ? Math.floor((disk.bavail * disk.bsize) / 2 ** 20) : little
  return free < little
    ? `\nThe disk of ${directory} has ${free} MB free, and PostgreSQL needs ${little}. ${makeRoom}`
    : ''
}

const makeRoom = 'Make room there, or set DATA_DIR.'

/** Does something with files of the data folder. Throws `ConfigError` if the system refuses one. */
export async function withDataFiles<Result>(dataDir: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const { code, path = dataDir, syscall } = error as NodeJS.ErrnoException
    if (error instanceof ConfigError || code === undefined || syscall === undefined) throw error
    const remedy = isNoRoom(error) ? `\n${makeRoom}` : ''
    throw new ConfigError(`DATA_DIR: ${path} cannot be used: ${explainFileError(error)}.${remedy}`, { cause: error })
  }
}

/** Whether the system has refused to write because there is no room: on the disk, or in what this user may have of it. */
export function isNoRoom(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT'
}
