import { createReadStream } from 'node:fs'
import { decodeText } from '../decode-text.ts'
import { TextReadError } from '../import/text-read-error.ts'

/** The text of a file of results, in pieces; `-` is stdin. Throws `TextReadError`, also for what cannot be read. */
export async function* openResults(file: string): AsyncGenerator<string> {
  try {
    yield* decodeText(file === '-' ? process.stdin : createReadStream(file))
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException
    if (syscall === undefined) throw error
    throw new TextReadError(1, explain(file, code ?? 'unknown error'))
  }
}

function explain(file: string, code: string): string {
  if (code === 'EISDIR') return `this is a folder; give the files in it: ${file.replace(/\/+$/, '')}/*.xml`
  if (code === 'ENOENT' && /[*?[]/.test(file)) {
    return 'there is no such file. A shell leaves a pattern as it is where nothing matches it, and in quotes; bash needs shopt -s globstar for **'
  }
  return code === 'ENOENT' ? 'there is no such file' : `this file cannot be read (${code})`
}
