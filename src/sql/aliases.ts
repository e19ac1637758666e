/** Hands out the aliases of one statement: o1, o2, … */
export interface Aliases {
  readonly next: () => string
  /** The number of the last one that was handed out. */
  readonly last: () => number
  /** Takes those up to that number as handed out. */
  readonly skipTo: (number: number) => void
}

export function createAliases(): Aliases {
  let last = 0
  return {
    next: () => `o${++last}`,
    last: () => last,
    skipTo(number) {
      last = number
    },
  }
}
