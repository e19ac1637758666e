import { Lexer, Parser } from 'yaml'
import type { TemplateIssue } from './issue.ts'
import { createLines } from './lines.ts'
import { issueAt } from './source.ts'

export const limits = {
  bytes: 256 * 1024,
  /** A typical template of 500 fields has some 20,000 tokens. */
  tokens: 100_000,
  depth: 64,
  /** Values; the values of an anchor count again at each alias. */
  values: 20_000,
} as const

/**
 * Refuses a text that is too large or too deeply nested before it is composed. Composing recurses: a few
 * thousand nested brackets abort the whole process with no error to catch. Lexer and parser do not recurse.
 */
export function checkYamlSize(file: string, text: string): TemplateIssue | undefined {
  const parser = new Parser()
  const refuse = (code: 'FILE_TOO_LARGE' | 'FILE_TOO_DEEP', message: string) =>
    issueAt({ file, placeOf: () => createLines(text).placeAt(parser.offset) }, [], code, message)
  if (text.length > limits.bytes || Buffer.byteLength(text) > limits.bytes) {
    return refuse('FILE_TOO_LARGE', `The file is larger than ${limits.bytes / 1024} KiB.`)
  }
  let tokens = 0
  for (const token of new Lexer().lex(text)) {
    if (++tokens > limits.tokens) return refuse('FILE_TOO_LARGE', `The file has more than ${limits.tokens} tokens.`)
    for (const _ of parser.next(token)) {
      // Only the depth matters here.
    }
    // The stack holds the document and the innermost scalar in addition to the collections.
    if (parser.stack.length > limits.depth + 2) {
      return refuse('FILE_TOO_DEEP', `The file is nested deeper than ${limits.depth} levels.`)
    }
  }
  return undefined
}
