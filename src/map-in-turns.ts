import { setImmediate } from 'node:timers/promises'

/** In milliseconds: what others may have to wait, times the number of lists that are gone through at once. */
const longestStretch = 20

/**
 * As `list.map`. A list that takes long leaves the event loop a turn in between, so that other requests are answered
 * meanwhile; a short one is gone through in one.
 */
export async function mapInTurns<Item, Result>(
  list: readonly Item[],
  toResult: (item: Item, index: number) => Result,
): Promise<Result[]> {
  const results: Result[] = []
  let began = performance.now()
  for (const [index, item] of list.entries()) {
    if (performance.now() - began > longestStretch) {
      await setImmediate()
      began = performance.now()
    }
    results.push(toResult(item, index))
  }
  return results
}
