/**
 * Tells whether a key has come before, for caches that keep only what comes a second time: else what comes once would
 * take the places of what comes each second. It remembers at most so many keys that came once, and then begins anew. It
 * forgets a key that has come again, which its caller keeps from then on.
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
