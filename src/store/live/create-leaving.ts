/** A connection of a client. */
export interface Leaving {
  readonly destroyed: boolean
  readonly once: (event: 'close', listener: () => void) => unknown
}

/** One listener for each connection, however many wait on it. */
export function createLeaving() {
  const listeners = new WeakMap<Leaving, Set<() => void>>()
  return {
    watch(connection: Leaving, listener: () => void): () => void {
      const known = listeners.get(connection)
      const all = known ?? new Set()
      all.add(listener)
      if (!known) {
        listeners.set(connection, all)
        connection.once('close', () => {
          for (const one of [...all]) one()
        })
      }
      return () => all.delete(listener)
    },
  }
}
