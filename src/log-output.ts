/** Where the log goes: stdout, for people or for programs. */

import { isatty } from 'node:tty'
import { type DestinationStream, pino } from 'pino'
import { printVisibly } from './print-visibly.ts'
import type { LogFormat } from './settings.ts'

/**
 * Opens stdout for the log. Without a format, it is text if people read it on a terminal, else JSON. Colours are for terminals alone, and
 * for none where NO_COLOR is set (no-color.org). No terminal gets a control character that a caller has sent.
 */
export async function openLogOutput(
  format: LogFormat | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<DestinationStream> {
  const isTerminal = isatty(1)
  const output = pino.destination({ dest: 1, sync: true })
  if ((format ?? (isTerminal ? 'pretty' : 'json')) === 'json') {
    return isTerminal ? { write: (line) => void output.write(printVisibly(line)) } : output
  }
  const { createPrettyPrinter } = await import('./pretty-log.ts')
  const print = createPrettyPrinter({ isColoured: isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb' })
  return { write: (line) => void output.write(print(line)) }
}
