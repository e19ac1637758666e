import { setImmediate } from 'node:timers/promises'

/** The longest turn, in milliseconds. Other requests may wait this long for each list that is mapped at the same time. */
const longestStretch = 20

/**
 * Like `list.map`. If a list takes long, it yields to the event loop from time to time, so that other requests are answered
 * in between; a short list is mapped in one turn.
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
