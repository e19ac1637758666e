import { readFile } from 'node:fs/promises'
import { createUsageError } from './cli-error.ts'

/** The text of a file that a command names. Throws a usage error if it cannot be read or is not UTF-8. */
export async function readTextFile(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file))
  } catch (error) {
    throw createUsageError(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}).`,
    )
  }
}
