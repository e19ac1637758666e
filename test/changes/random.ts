/** Choices that a seed repeats. */
export interface Random {
  /** A whole number from 0 to below `count`. */
  readonly below: (count: number) => number
  /** Whether one in `count` times. */
  readonly oneIn: (count: number) => boolean
  readonly pick: <Item>(items: readonly Item[]) => Item
  readonly some: <Item>(items: readonly Item[]) => readonly Item[]
}

/** Mulberry32: small, and good enough to choose by. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number) => Math.floor(next() * count)
  return {
    below,
    oneIn: (count) => below(count) === 0,
    pick(items) {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('nothing to choose from')
      return item
    },
    some: (items) => items.filter(() => below(2) === 0),
  }
}
