import { distance } from 'fastest-levenshtein'

/**
 * The known name that was probably meant: one or two letters away, the case aside. Of short names, most letters are the same, or
 * all of them in another order.
 */
export function findNear(written: string, known: Iterable<string>): string | undefined {
  if (written.length > 200) return undefined
  const lower = written.toLowerCase()
  const isNear = (name: string, letters: number) =>
    letters <= (lower.length < 5 && sortLetters(lower) !== sortLetters(name) ? 1 : 2) && letters < name.length
  return [...known]
    .map((name) => ({ name, letters: distance(lower, name.toLowerCase()) }))
    .filter(({ name, letters }) => isNear(name.toLowerCase(), letters))
    .sort((a, b) => a.letters - b.letters)[0]?.name
}

function sortLetters(text: string): string {
  return [...text].sort().join('')
}

/** The names, for a message: the first 20, and `…` if there are more. */
export function listNames(names: readonly string[]): string {
  return [...names.slice(0, 20), ...(names.length > 20 ? ['…'] : [])].join(', ')
}

/** `Did you mean "string"?`, or undefined if no name is similar. */
export function didYouMean(written: string, known: Iterable<string>): string | undefined {
  const nearest = findNear(written, known)
  return nearest === undefined ? undefined : `Did you mean "${nearest}"?`
}
