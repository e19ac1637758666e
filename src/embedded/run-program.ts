import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Account } from './account.ts'

/**
 * The environment of PostgreSQL's programs: no variables that could change their behaviour (PGDATA, PGPORT, locale),
 * and no secrets.
 */
export const programEnvironment: NodeJS.ProcessEnv = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }

/** Runs a program to its end as an account. Throws with its error output if it fails. */
export async function runProgram(
  path: string,
  args: readonly string[],
  options: { readonly account: Account | undefined; readonly cwd?: string; readonly signal?: AbortSignal | undefined },
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(path, args, {
      ...options.account,
      cwd: options.cwd ?? '/',
      env: programEnvironment,
      ...(options.signal && { signal: options.signal }),
    })
    return stdout
  } catch (error) {
    options.signal?.throwIfAborted()
    const { stderr, message } = error as Error & { readonly stderr?: string }
    throw new Error(stderr?.trim() || message, { cause: error })
  }
}

/**
 * The working directory of a PostgreSQL program, and its `-D`. Another user may not be able to
 * enter the folders above the data. A process that starts in the data directory need not enter them: `/proc/self/cwd`
 * leads there directly.
 */
export function dataDirectoryOptions(
  directory: string,
  account: Account | undefined,
): { readonly cwd: string; readonly argument: string } {
  const isReachedByPath = account === undefined || process.platform !== 'linux'
  return { cwd: directory, argument: isReachedByPath ? directory : '/proc/self/cwd' }
}
