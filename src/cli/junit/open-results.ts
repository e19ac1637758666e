import { createReadStream } from 'node:fs'
import { explainFileError } from '../../explain-file-error.ts'
import { decodeText } from '../decode-text.ts'
import { TextReadError } from '../import/text-read-error.ts'

/** The text of a file of results, in pieces; `-` is stdin. Throws `TextReadError`, also for what cannot be read. */
export async function* openResults(file: string): AsyncGenerator<string> {
  try {
    yield* decodeText(file === '-' ? process.stdin : createReadStream(file))
  } catch (error) {
    const { syscall } = error as NodeJS.ErrnoException
    if (syscall === undefined) throw error
    throw new TextReadError(1, explain(file, error as NodeJS.ErrnoException))
  }
}

function explain(file: string, error: NodeJS.ErrnoException): string {
  const { code } = error
  if (code === 'EISDIR') return `${explainFileError(error)}; give the files in it: ${file.replace(/\/+$/, '')}/*.xml`
  if (code === 'ENOENT' && /[*?[]/.test(file)) {
    return 'there is no such file. A shell leaves a pattern as it is where nothing matches it, and in quotes; bash needs shopt -s globstar for **'
  }
  return code === 'ENOENT' || code === 'ENOTDIR'
    ? 'there is no such file'
    : `the file cannot be read: ${explainFileError(error)}`
}
