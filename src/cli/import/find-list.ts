import { createUsageError } from '../cli-error.ts'
import { suggest } from '../command-line/suggest.ts'
import { TextReadError } from './text-read-error.ts'

/**
 * The names on the way to a list in a document, from `--at`: `data.devices`, `data.0.devices`, or a JSON pointer,
 * `/data/devices`. `.` is the document itself.
 */
export function parseListPath(text: string): readonly string[] {
  if (text.startsWith('/'))
    return text
      .slice(1)
      .split('/')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (text === '.') return []
  const names = text.split('.')
  if (!names.includes('')) return names
  throw createUsageError(`--at takes a path such as items, data.devices or /data/devices, not ${JSON.stringify(text)}.`)
}

/** A path as `--at` takes it. */
export function printListPath(names: readonly string[]): string {
  if (names.length === 0) return '.'
  if (!names.some((name) => name === '' || name.includes('.') || name.includes('/'))) return names.join('.')
  return names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** The error that a document has nothing under a name of `--at`. */
export function refuseListPath(line: number, name: string, names: readonly string[]): TextReadError {
  const shown = names.slice(0, 20).map((one) => JSON.stringify(one))
  const has = names.length === 0 ? 'nothing' : `${shown.join(', ')}${names.length > shown.length ? ' …' : ''}`
  return new TextReadError(
    line,
    `--at: there is no ${JSON.stringify(name)} here.${suggest(name, names)} There is: ${has}`,
  )
}
