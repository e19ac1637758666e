/** The same items, but the first `count` of them only when all of these, or the end, could be read. */
export async function* holdBack<Item>(items: AsyncIterable<Item>, count: number): AsyncGenerator<Item> {
  let held: Item[] | undefined = []
  for await (const item of items) {
    if (!held) yield item
    else if (held.push(item) === count) {
      yield* held
      held = undefined
    }
  }
  if (held) yield* held
}
