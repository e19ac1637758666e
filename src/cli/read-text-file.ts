import { createReadStream } from 'node:fs'
import { describeFileError } from '../explain-file-error.ts'
import { createUsageError } from './cli-error.ts'
import { decodeText } from './decode-text.ts'
import { TextReadError } from './import/text-read-error.ts'

/**
 * The text of a file that a command names: in the encoding of its mark or, for Python, of its `coding` line, else UTF-8. Throws a usage
 * error if it cannot be read or decoded.
 */
export async function readTextFile(file: string): Promise<string> {
  try {
    return await readText(file)
  } catch (error) {
    if (error instanceof TextReadError) throw createUsageError(`${file}:${error.line}: ${error.message}`)
    throw createUsageError(describeFileError(file, error))
  }
}

/** The same, of stdin for `-`. Throws what reading throws: a `TextReadError` for bytes that cannot be decoded. */
export async function readText(file: string): Promise<string> {
  const bytes = file === '-' ? process.stdin : createReadStream(file)
  let text = ''
  for await (const piece of decodeText(bytes, /\.py$/i.test(file) ? findInPython : undefined)) text += piece
  return text
}

/** The encoding that one of the first two lines declares (PEP 263). */
function findInPython(head: string): string | undefined {
  return /^(?:[ \t\f]*(?:#.*)?\r?\n)?[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(head)?.[1]
}
