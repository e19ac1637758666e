import { closest, distance } from 'fastest-levenshtein'

/** The known name that is most similar to the written one, if it is similar enough. */
function nearestName(written: string, known: Iterable<string>): string | undefined {
  const names = [...known]
  if (names.length === 0 || written.length > 200) return undefined
  const lower = written.toLowerCase()
  const same = names.find((name) => name.toLowerCase() === lower)
  if (same !== undefined) return same
  const nearest = closest(written, names)
  return distance(written, nearest) <= Math.max(1, Math.floor(written.length * 0.4)) ? nearest : undefined
}

/** The names, for a message: the first 20, and `…` if there are more. */
export function listNames(names: readonly string[]): string {
  return [...names.slice(0, 20), ...(names.length > 20 ? ['…'] : [])].join(', ')
}

/** `Did you mean "string"?`, or undefined if no name is similar. */
export function didYouMean(written: string, known: Iterable<string>): string | undefined {
  const nearest = nearestName(written, known)
  return nearest === undefined ? undefined : `Did you mean "${nearest}"?`
}
