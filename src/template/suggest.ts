import { closest, distance } from 'fastest-levenshtein'

/** A name that differs in more letters is another one. */
const mostLetters = 2

/** The known name that is most similar to the written one, if it is similar enough: of short names, only one letter may differ. */
export function nearestName(written: string, known: Iterable<string>): string | undefined {
  const names = [...known]
  if (names.length === 0 || written.length > 200) return undefined
  const lower = written.toLowerCase()
  const same = names.find((name) => name.toLowerCase() === lower) ?? names.find((name) => isSwapped(written, name))
  if (same !== undefined) return same
  const nearest = closest(written, names)
  const most = Math.min(mostLetters, Math.floor(written.length * 0.4))
  return distance(written, nearest) <= most ? nearest : undefined
}

/** Whether two neighbouring letters have changed places, as in `nmae`: of short names, no other two letters may differ. */
function isSwapped(written: string, name: string): boolean {
  if (written.length !== name.length || written.length < 3) return false
  const at = [...name].findIndex((letter, i) => letter !== written[i])
  return `${written.slice(0, at)}${written[at + 1]}${written[at]}${written.slice(at + 2)}` === name
}

/** The names, for a message: the first 20, and `…` if there are more. */
export function listNames(names: readonly string[]): string {
  return [...names.slice(0, 20), ...(names.length > 20 ? ['…'] : [])].join(', ')
}

/** `Did you mean "string"?`, or undefined if no name is similar. `what` may say what is named, `the enum value `. */
export function didYouMean(written: string, known: Iterable<string>, what = ''): string | undefined {
  const nearest = nearestName(written, known)
  return nearest === undefined ? undefined : `Did you mean ${what}"${nearest}"?`
}
