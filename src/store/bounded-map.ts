/** The most entries of a map, and their greatest total weight, in a unit of the user's choice. */
export interface Bounds {
  readonly entries: number
  readonly weight: number
}

/** A map within bounds: a new entry evicts the least recently used ones. */
export interface BoundedMap<Value> {
  readonly get: (key: string) => Value | undefined
  /** An entry that is heavier than the bounds allow evicts all others and is kept. */
  readonly set: (key: string, value: Value, weight: number) => void
}

interface Entry<Value> {
  readonly value: Value
  readonly weight: number
  usedAt: number
}

/**
 * Calls `onEvicted` for each evicted entry, before it adds the new one. Finding an entry costs no more than in an ordinary
 * map; finding the entry to evict visits all entries.
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

/** Needs at least one entry. */
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
