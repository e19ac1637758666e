/** A map that forgets what was used least recently once its entries weigh more than they may. */
export interface RecentlyUsed<Value> {
  readonly get: (key: string) => Value | undefined
  /** An entry that weighs more than a tenth of all is not kept: it would push out too many others. */
  readonly set: (key: string, value: Value, weight: number) => void
}

/** `most` and the weights are bytes of memory, as good as they can be told. */
export function createRecentlyUsed<Value>(most: number): RecentlyUsed<Value> {
  const entries = new Map<string, { readonly value: Value; readonly weight: number }>()
  let total = 0
  const remove = (key: string) => {
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
      if (weight > most / 10) return
      entries.set(key, { value, weight })
      total += weight
      for (const oldest of entries.keys()) {
        if (total <= most) break
        remove(oldest)
      }
    },
  }
}
