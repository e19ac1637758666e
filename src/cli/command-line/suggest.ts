import { distance } from 'fastest-levenshtein'

/** ` Did you mean "name"?`, or nothing if no name is similar. */
export function suggest(given: string, known: readonly string[]): string {
  const near = findNear(given, known)
  return near === undefined ? '' : ` Did you mean ${JSON.stringify(near)}?`
}

/** The name that was probably meant. */
export function findNear(given: string, known: readonly string[]): string | undefined {
  return known
    .map((name) => ({ name, distance: distance(given.toLowerCase(), name.toLowerCase()) }))
    .filter((one) => one.distance <= Math.max(1, Math.floor(given.length / 3) + 1) && one.distance < one.name.length)
    .sort((a, b) => a.distance - b.distance)[0]?.name
}
