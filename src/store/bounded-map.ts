/** How many entries a map keeps, and how much they may weigh together, in whatever unit its user weighs them. */
export interface Bounds {
  readonly entries: number
  readonly weight: number
}

/** A map within bounds: the least recently used entries give way to a new one. */
export interface BoundedMap<Value> {
  readonly get: (key: string) => Value | undefined
  /** An entry that is heavier than the bounds allow pushes out all others, and is kept. */
  readonly set: (key: string, value: Value, weight: number) => void
}

interface Entry<Value> {
  readonly value: Value
  readonly weight: number
  usedAt: number
}

/**
 * `onEvicted` is told of each entry that gives way, before the new one is in. To find an entry costs no more than in any
 * map; to find the one that gives way, a look at all.
 */
export function createBoundedMap<Value>(bounds: Bounds, onEvicted?: (key: string) => void): BoundedMap<Value> {
  const entries = new Map<string, Entry<Value>>()
  let total = 0
  let uses = 0
  const remove = (key: string): void => {
    total -= entries.get(key)?.weight ?? 0
    entries.delete(key)
  }
  return {
    get(key) {
      const entry = entries.get(key)
      if (!entry) return undefined
      entry.usedAt = ++uses
      return entry.value
    },
    set(key, value, weight) {
      remove(key)
      while (entries.size > 0 && (entries.size >= bounds.entries || total + weight > bounds.weight)) {
        const oldest = findLeastRecentlyUsed(entries)
        remove(oldest)
        onEvicted?.(oldest)
      }
      entries.set(key, { value, weight, usedAt: ++uses })
      total += weight
    },
  }
}

/** Of at least one entry. */
function findLeastRecentlyUsed(entries: ReadonlyMap<string, { readonly usedAt: number }>): string {
  let found = ''
  let least = Number.POSITIVE_INFINITY
  for (const [key, { usedAt }] of entries) {
    if (usedAt >= least) continue
    least = usedAt
    found = key
  }
  return found
}
