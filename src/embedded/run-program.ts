import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Account } from './account.ts'

/**
 * What PostgreSQL's programs see of our environment: nothing that could steer them (PGDATA, PGPORT, locale)
 * and no secret.
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
 * Where a PostgreSQL program is started, and what it is told as `-D`. Another user than ours may not be able to
 * enter the folders above the data; a process that starts in the data directory need not: `/proc/self/cwd` leads
 * there without passing them.
 */
export function dataDirectoryOptions(
  directory: string,
  account: Account | undefined,
): { readonly cwd: string; readonly argument: string } {
  const isReachedByPath = account === undefined || process.platform !== 'linux'
  return { cwd: directory, argument: isReachedByPath ? directory : '/proc/self/cwd' }
}
