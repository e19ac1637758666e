let segmenter: Intl.Segmenter | undefined

/**
 * A text in characters as people see them: a letter with its accents, an emoji of several parts. The first call takes some 10 ms, so
 * commands that cut nothing do without.
 */
export function splitCharacters(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  return segmenter.segment(text)
}
