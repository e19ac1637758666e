import type { CliError } from '../cli-error.ts'
import type { Connection } from '../connection/connection.ts'
import { writeError } from '../output/terminal.ts'

/** Whether there was an answer of HTTP, to this or before: without one, the error has a cause. */
export function hasAnswered(error: CliError, { schema }: Connection): boolean {
  return error.cause === undefined || schema !== undefined
}

/** Says what went wrong, and that this is no reason to end. */
export function sayGoingOn(error: CliError, how: string): void {
  writeError(`${error.message.split('\n', 1)[0]}\n${how}\n`)
}

/** How long to rest after so many failures in a row, in milliseconds; not quite the same for all who have lost the same registry. */
export function pauseAfter(failures: number): number {
  return Math.min(500 * 2 ** failures, 5_000) * (0.75 + Math.random() / 2)
}
