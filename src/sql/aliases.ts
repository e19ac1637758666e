/** Hands out the aliases of one statement: o1, o2, … */
export interface Aliases {
  readonly next: () => string
}

export function createAliases(): Aliases {
  let last = 0
  return { next: () => `o${++last}` }
}
