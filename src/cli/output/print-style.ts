import { isTerminal } from './terminal.ts'

/** Whether a descriptor shows colours: it is a terminal that can, and NO_COLOR is not set (no-color.org). */
export function hasStyle(descriptor: 1 | 2): boolean {
  return isTerminal(descriptor) && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
}

/** For stdout. */
export function printBold(text: string): string {
  return hasStyle(1) ? `\u001b[1m${text}\u001b[22m` : text
}

/** The `error:` before a message, for stderr. */
export function printErrorLabel(): string {
  return hasStyle(2) ? '\u001b[1;31merror:\u001b[22;39m' : 'error:'
}
