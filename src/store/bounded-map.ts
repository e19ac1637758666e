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

/** `onEvicted` is told of each entry that gives way, before the new one is in. */
export function createBoundedMap<Value>(bounds: Bounds, onEvicted?: (key: string) => void): BoundedMap<Value> {
  const entries = new Map<string, { readonly value: Value; readonly weight: number }>()
  let total = 0
  const remove = (key: string): void => {
    total -= entries.get(key)?.weight ?? 0
    entries.delete(key)
  }
  return {
    get(key) {
      const entry = entries.get(key)
      if (!entry) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    set(key, value, weight) {
      remove(key)
      for (const oldest of entries.keys()) {
        if (entries.size < bounds.entries && total + weight <= bounds.weight) break
        remove(oldest)
        onEvicted?.(oldest)
      }
      entries.set(key, { value, weight })
      total += weight
    },
  }
}
