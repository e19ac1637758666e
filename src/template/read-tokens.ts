import { type CST, Lexer, Parser } from 'yaml'
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
 * The text as yaml's parser reads it, to be composed. Refuses one that is too large or too deeply nested: composing recurses, and a few
 * thousand nested brackets abort the whole process with no error to catch. Lexer and parser do not recurse.
 */
export function readTokens(file: string, text: string): readonly CST.Token[] | TemplateIssue {
  const parser = new Parser()
  const refuse = (code: 'FILE_TOO_LARGE' | 'FILE_TOO_DEEP', message: string) =>
    issueAt({ file, placeOf: () => createLines(text).placeAt(parser.offset) }, [], code, message)
  if (text.length > limits.bytes || Buffer.byteLength(text) > limits.bytes) {
    return refuse('FILE_TOO_LARGE', `The file is larger than ${limits.bytes / 1024} KiB.`)
  }
  const parsed: CST.Token[] = []
  let tokens = 0
  for (const token of new Lexer().lex(text)) {
    if (++tokens > limits.tokens) return refuse('FILE_TOO_LARGE', `The file has more than ${limits.tokens} tokens.`)
    parsed.push(...parser.next(token))
    // The stack holds the document and the innermost scalar in addition to the collections.
    if (parser.stack.length > limits.depth + 2) {
      return refuse('FILE_TOO_DEEP', `The file is nested deeper than ${limits.depth} levels.`)
    }
  }
  return [...parsed, ...parser.end()]
}
