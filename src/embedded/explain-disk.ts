import { statfs } from 'node:fs/promises'
import { ConfigError } from '../errors.ts'
import { explainFileError } from '../explain-file-error.ts'

/** A new cluster takes about that much, in megabytes; so does PostgreSQL's log of changes, sooner or later. */
const little = 64

/** A line that says so if the disk of a folder is full, or soon will be; nothing otherwise. */
export async function explainDisk(directory: string): Promise<string> {
  const disk = await statfs(directory).catch(() => undefined)
  const free = disk ? Math.floor((disk.bavail * disk.bsize) / 2 ** 20) : little
  return free < little
    ? `\nThe disk of ${directory} is full: ${free} MB are free. Make room there, or set DATA_DIR.`
    : ''
}

/** Does something with files of the data folder. Throws `ConfigError` if the system refuses one. */
export async function withDataFiles<Result>(dataDir: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const { code, path = dataDir, syscall } = error as NodeJS.ErrnoException
    if (error instanceof ConfigError || code === undefined || syscall === undefined) throw error
    throw new ConfigError(
      `DATA_DIR: ${path} cannot be used: ${explainFileError(error)}.${await explainDisk(dataDir)}`,
      {
        cause: error,
      },
    )
  }
}
