import { createInputError } from '../../errors.ts'
import { assertWithinLimit, type Limits } from '../../limits.ts'
import { quote } from '../../template/quote.ts'

/** In characters. What is stored is cut there too. */
const longestWord = 64

/**
 * The words of a text that is searched, in the form that `registry_search_words` gives to stored ones: `NTP_client  v1.2` has
 * `ntp-client` and `v1-2`. Only spaces part them: what stands together is found only together.
 *
 * Throws BAD_USER_INPUT if there are none, LIMIT_EXCEEDED if there are too many.
 */
export function parseSearchWords(text: string, limits: Limits): readonly string[] {
  const words = [...new Set(splitText(text))]
  if (words.length === 0) {
    const message = `text: ${quote(text)} has no letter or digit to look for; give a word, or the beginning of one`
    throw createInputError([{ path: ['text'], code: 'SEARCH', message }])
  }
  assertWithinLimit('searchWords', words.length, limits, { path: ['text'] })
  return words
}

function splitText(text: string): string[] {
  return text
    .normalize()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replace(/[\u00a0\u2007\u202f\u3000]/g, ' ')
    .replace(/[«»‐‑–—‘’“”„…·]/g, '-')
    .replace(/[^a-z0-9\u0080-\u{10ffff}]+/gu, (run) => ([...run].some(isSpace) ? ' ' : '-'))
    .split(' ')
    .map((word) => cut(word.replace(/^-|-$/g, '')))
    .filter((word) => word !== '')
}

/** The control characters of ASCII are spaces. */
function isSpace(character: string): boolean {
  return character <= ' ' || character === '\x7f'
}

function cut(word: string): string {
  return word.length <= longestWord ? word : Array.from(word).slice(0, longestWord).join('')
}
