import { nearestName } from '../../template/suggest.ts'

/** ` Did you mean "name"?`, or nothing if no name is similar. */
export function suggest(given: string, known: readonly string[]): string {
  const near = nearestName(given, known)
  return near === undefined ? '' : ` Did you mean ${JSON.stringify(near)}?`
}
