/**
 * Says of a key whether it has come before, for caches that keep what comes the second time: what comes once could take
 * all places from what comes each second. Of keys that came once it remembers so many, and then begins anew; one that
 * has come again is forgotten, its caller has it.
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
