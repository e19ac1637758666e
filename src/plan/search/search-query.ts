import { createIssueError } from '../../errors.ts'

/** How well a word must fit: as the beginning of a value up to its first space, as a whole word of it, or as the beginning of a word. */
export type SearchLevel = (typeof searchLevels)[number]

export const searchLevels = ['value', 'word', 'beginning'] as const

/**
 * The tsquery for objects that have each of these words under one of these attributes:
 *
 *     ('name=ntp':*|'name+ntp':*|'commit=ntp':*|'commit+ntp':*)&('name=client':*|…)
 *
 * Throws LIMIT_EXCEEDED if it is longer than PostgreSQL takes, as with many words and hundreds of fields with long names.
 */
export function printSearchQuery(attributes: readonly string[], words: readonly string[], level: SearchLevel): string {
  const query = words
    .map((word) => `(${attributes.flatMap((attribute) => lexemesOf(attribute, word, level)).join('|')})`)
    .join('&')
  if (Buffer.byteLength(query) <= longestQuery) return query
  const message =
    'text: its words are too long for the many fields that are searched; give fewer of them, or shorter ones'
  throw createIssueError({ path: ['text'], code: 'LIMIT_EXCEEDED', message })
}

/** The lexemes of a tsquery may have a megabyte. */
const longestQuery = 2 ** 20 - 1

/** A part of a word is whole up to the hyphen: `ntp` in `ntp-client`. */
function lexemesOf(attribute: string, word: string, level: SearchLevel): readonly string[] {
  const [first, further] = [`${attribute}=${word}`, `${attribute}+${word}`]
  switch (level) {
    case 'value':
      return [quoteLexeme(first)]
    case 'word':
      return [first, further].flatMap((lexeme) => [quoteLexeme(lexeme), `${quoteLexeme(`${lexeme}-`)}:*`])
    case 'beginning':
      return [first, further].map((lexeme) => `${quoteLexeme(lexeme)}:*`)
  }
}

function quoteLexeme(lexeme: string): string {
  return `'${lexeme.replace(/['\\]/g, '$&$&')}'`
}
