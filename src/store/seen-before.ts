/**
 * Tells whether a key has occurred before. Caches use it to keep only entries that occur a second time, so that single
 * entries do not evict frequent ones. It remembers at most `most` keys that occurred once, and then starts over. It
 * forgets a key when it occurs again, because its caller keeps it from then on.
 */
export function createSeenBefore(most: number): (key: string) => boolean {
  const once = new Set<string>()
  return (key) => {
    if (once.delete(key)) return true
    if (once.size >= most) once.clear()
    once.add(key)
    return false
  }
}
