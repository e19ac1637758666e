import type { Verdict } from '../../client/views/matrix-view.ts'

/** What a cell shows: a sign that needs no colour, and the word for it. */
export const verdicts: Readonly<
  Record<Verdict, { readonly sign: string; readonly word: string; readonly style: string }>
> = {
  P: { sign: '✓', word: 'passed', style: 'passed' },
  F: { sign: '✗', word: 'failed', style: 'failed' },
  S: { sign: 'S', word: 'stale', style: 'stale' },
  M: { sign: '–', word: 'missing', style: 'missing' },
  '+': { sign: '+', word: 'present', style: 'present' },
}

/** Whether nothing is left to do in a cell. */
export function isDone(letter: string): boolean {
  return letter === 'P' || letter === '+'
}

/** The verdict of a letter; one that this page does not know yet counts as missing. */
export function verdictOf(letter: string | undefined) {
  return verdicts[letter as Verdict] ?? verdicts.M
}
