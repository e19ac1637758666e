import { writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import { printJsonSafely, printSafely } from './print-safely.ts'

// Without process.stdout and process.stderr: opening them takes 3 ms, and their errors come too late.

/** Whether people read stdout (1) or stderr (2). */
export function isTerminal(descriptor: 1 | 2): boolean {
  return isatty(descriptor)
}

/** The width of the terminal that stdout is, in columns; no limit if it is none, or does not say. */
export function terminalWidth(): number {
  return (isTerminal(1) && process.stdout.columns) || Number.POSITIVE_INFINITY
}

/** Writes to stdout: safe text to a terminal, otherwise byte for byte. Ends the process quietly if the reader has closed the pipe. */
export function writeOut(text: string): void {
  writeAll(1, isTerminal(1) ? printSafely(text) : text)
}

/** Writes JSON to stdout, of which no log of a CI service obeys a part. */
export function writeJson(text: string): void {
  writeOut(printJsonSafely(text))
}

/** Writes to stderr, which people read, here or in a job's log. */
export function writeError(text: string): void {
  writeAll(2, printSafely(text))
}

/** Writes text with colours, whose values have already gone through `printSafely`. */
export function writeStyled(descriptor: 1 | 2, text: string): void {
  writeAll(descriptor, text)
}

function writeAll(descriptor: 1 | 2, text: string): void {
  const bytes = Buffer.from(text, 'utf8')
  let written = 0
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // The reader, such as `head`, has ended.
      if (code === 'EPIPE') process.exit(0)
      if (code !== 'EAGAIN') throw error
      // A pipe that another program has set to non-blocking is full.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}
