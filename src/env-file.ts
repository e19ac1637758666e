/** The file `.env`: what it sets, and what is wrong with its lines. */

import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { ConfigError } from './errors.ts'
import { explainFileError } from './explain-file-error.ts'

export interface EnvFile {
  readonly values: Readonly<Record<string, string>>
  /** One sentence for each line that does not mean what it seems to, with file and line. None has a value in it. */
  readonly warnings: readonly string[]
}

/**
 * Reads a file of variables. What Node would take amiss is read as it was meant, or ignored, and told of. Undefined if there is no file.
 *
 * @throws ConfigError if the file cannot be read
 */
export function readEnvFile(file: string): EnvFile | undefined {
  const bytes = readBytes(file)
  if (bytes === undefined) return undefined
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    throw new ConfigError(`${file} in the working directory is UTF-16. Save it as UTF-8.`)
  return parseEnvFile(bytes.toString('utf8'), file)
}

function readBytes(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new ConfigError(
      `${file} in the working directory cannot be read: ${explainFileError(error)}. Make it readable or remove it.`,
      { cause: error },
    )
  }
}

const byteOrderMark = '\ufeff'
const lineEnd = /\r\n?|\n/
const assignment = /^\s*(export\s+)?([^=]*?)\s*=\s*(.*)$/s
const variableName = /^[A-Za-z_][A-Za-z0-9_.-]*$/

/** As `readEnvFile`, of a text; `file` is for the warnings. */
export function parseEnvFile(text: string, file: string): EnvFile {
  const warnings: string[] = []
  const warn = (line: number, message: string) => warnings.push(`${file}:${line + 1}: ${message}`)
  if (text.startsWith(byteOrderMark))
    warn(0, 'the file begins with a byte order mark (BOM), which is ignored; save it without one')
  const written = text.replace(byteOrderMark, '')
  const lines = written.split(lineEnd)
  const carriageReturn = written.indexOf('\r')
  if (carriageReturn >= 0)
    warn(
      written.slice(0, carriageReturn).split(lineEnd).length - 1,
      'the line ends with CR, as on Windows, which is taken for LF; save the file with LF',
    )
  const kept: string[] = []
  const firstLines = new Map<string, number>()
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? ''
    if (line.includes('\ufffd')) warn(i, 'the line has a character that is not UTF-8')
    if (/^\s*(#|$)/.test(line)) continue
    const [, exported, name = '', value = ''] = assignment.exec(line) ?? []
    if (!line.includes('=')) warn(i, 'the line has no "=" and is ignored; write NAME=value')
    else if (!variableName.test(name)) warn(i, 'the line has no name of a variable before "=" and is ignored')
    else {
      if (exported !== undefined) warn(i, `"export" before ${name} is for shells, and is ignored`)
      const earlier = firstLines.get(name)
      if (earlier !== undefined) warn(i, `${name} is set in line ${earlier + 1} as well; this line counts`)
      firstLines.set(name, i)
      const end = findEnd(lines, i, value, (message) => warn(i, `${name}: ${message}`))
      kept.push(`${name}=${[value, ...lines.slice(i + 1, end + 1)].join('\n')}`)
      i = end
    }
  }
  // Node drops a last line that is not ended, if its quote is not closed.
  return { values: parseEnv(kept.map((line) => `${line}\n`).join('')) as Record<string, string>, warnings }
}

/** The line in which the value of the line `i` ends: another one if it is in quotes. */
function findEnd(lines: readonly string[], i: number, value: string, warn: (message: string) => void): number {
  const [quote = ''] = /^["'`]/.exec(value) ?? []
  if (quote === '') {
    if (/[^\s#]#|^#\S/.test(value)) warn('what follows "#" is a comment; put the value in quotes to keep it')
    return i
  }
  const closing = value.indexOf(quote, 1)
  if (closing >= 0) {
    if (/^\s*[^\s#]/.test(value.slice(closing + 1))) warn('what follows the closing quote is ignored')
    return i
  }
  const end = lines.findIndex((line, at) => at > i && line.includes(quote))
  if (end < 0) warn(`the quote ${quote} is not closed, and counts as part of the value; close it or remove it`)
  else if (lines.slice(i + 1, end + 1).some((line) => /^\s*(export\s+)?[A-Za-z_]\w*\s*=/.test(line)))
    warn(
      `the quote ${quote} is closed in line ${end + 1} only, and what is between belongs to the value; close it here`,
    )
  return end < 0 ? i : end
}
