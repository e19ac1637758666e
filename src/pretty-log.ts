/** The log for people: a line of text for each event. Loaded only where people read it. */

import { prettyFactory } from 'pino-pretty'
import { printVisibly } from './print-visibly.ts'

/**
 * Makes text of a line of the log. Line breaks and control characters in what callers have sent are shown and not obeyed; the trace of
 * an error keeps its lines, which are indented, so that none can look like an event.
 */
export function createPrettyPrinter(options: { readonly isColoured: boolean }): (line: string) => string {
  const print = prettyFactory({
    colorize: options.isColoured,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
    errorLikeObjectKeys: ['err'],
  })
  return (line) => print(toVisible(JSON.parse(line), ''))
}

function toVisible(value: unknown, name: string): unknown {
  if (typeof value === 'string') {
    const visible = printVisibly(value)
    return name === 'stack' ? visible : visible.replace(/\n/g, '\\n').replace(/\t/g, '\\t')
  }
  if (Array.isArray(value)) return value.map((item) => toVisible(item, ''))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [printVisibly(key).replace(/\n/g, '\\n'), toVisible(item, key)]),
  )
}
