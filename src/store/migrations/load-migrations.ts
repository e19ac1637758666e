import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from '../../errors.ts'
import { packageDirectory } from '../../package-directory.ts'

/** A step of the database's structure, in the file `<migrations>/<name>/migration.sql`. */
export interface Migration {
  /** `<time>_<words>`; migrations apply in the order of their names. */
  readonly name: string
  readonly sql: string
}

/** The migrations of this version. */
export const migrationsDirectory = join(packageDirectory, 'prisma/migrations')

/** Reads the migrations of a folder, in order. */
export async function loadMigrations(directory: string): Promise<readonly Migration[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true })
    const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
    return await Promise.all(
      names.sort().map(async (name) => ({ name, sql: await readFile(join(directory, name, 'migration.sql'), 'utf8') })),
    )
  } catch (error) {
    throw new ConfigError(`Cannot read the database migrations: ${(error as Error).message}`, { cause: error })
  }
}

/** Prisma's checksum of a migration: SHA-256, in hexadecimal digits. */
export function createChecksum(sql: string): string {
  return createHash('sha256').update(sql).digest('hex')
}

/** Whether a checksum belongs to a migration. Like Prisma, this ignores line ends, which git may have changed. */
export function isChecksumOf(sql: string, checksum: string): boolean {
  const unix = sql.replaceAll('\r\n', '\n')
  return [sql, unix, unix.replaceAll('\n', '\r\n')].some((text) => createChecksum(text) === checksum)
}
