import { type DocumentNode, Lexer, type ParseOptions, parse, Source, TokenKind } from 'graphql'
import { assertWithinLimit, createLimitError, type Limits } from '../limits.ts'
import { explainName } from './explain-name.ts'

/**
 * Counts the tokens of a document, then parses it. The parser recurses at every bracket, and a document with
 * ten thousand of them would overflow the stack.
 */
export function parseBounded(
  document: string | Source,
  options: ParseOptions | undefined,
  limits: Limits,
): DocumentNode {
  const source = typeof document === 'string' ? new Source(document) : document
  assertWithinLimit('documentLength', source.body.length, limits)
  try {
    assertTokens(source, limits)
    return parse(source, { ...options, maxTokens: limits.tokens })
  } catch (error) {
    throw explainName(error, source)
  }
}

function assertTokens(source: Source, limits: Limits): void {
  const lexer = new Lexer(source)
  let nesting = 0
  for (let tokens = 0; ; tokens++) {
    const { kind } = lexer.advance()
    if (kind === TokenKind.EOF) break
    if (tokens >= limits.tokens) throw createLimitError('tokens', limits.tokens)
    if (kind === TokenKind.BRACE_L || kind === TokenKind.BRACKET_L || kind === TokenKind.PAREN_L) {
      if (++nesting > limits.nesting) throw createLimitError('nesting', limits.nesting)
    } else if (kind === TokenKind.BRACE_R || kind === TokenKind.BRACKET_R || kind === TokenKind.PAREN_R) nesting--
  }
}
