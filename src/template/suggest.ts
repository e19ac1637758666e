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

/** `Did you mean "string"?`, or undefined if no name is similar. */
export function didYouMean(written: string, known: Iterable<string>): string | undefined {
  const nearest = nearestName(written, known)
  return nearest === undefined ? undefined : `Did you mean "${nearest}"?`
}
