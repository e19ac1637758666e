/** Remembers where the writes of one client stand in the registry's log, so that what it reads next shows them, whichever server reads. */
export interface Positions {
  /** What the next request sends as `X-Registry-Position`, if anything, and what to do with the position in its answer. */
  readonly next: () => {
    readonly sent: string | undefined
    readonly note: (position: unknown) => void
  }
}

/**
 * A position names a log and a place in it, `9f3a61c07b2e-00000000016b3748`; of two in one log, the greater text is the later one. A
 * failover begins another log. Then the later of two writes is known only if it was sent when the other had been answered: else both
 * positions are sent.
 */
export function createPositions(): Positions {
  let kept: ReadonlyMap<string, string> = new Map()
  return {
    next() {
      const known = kept
      return {
        sent: known.size > 0 ? [...known.values()].join(', ') : undefined,
        note(position) {
          if (typeof position !== 'string' || position === '') return
          const log = position.split('-', 1)[0] ?? ''
          const own = kept.get(log)
          const others = [...kept].filter(([other, text]) => other !== log && known.get(other) !== text)
          kept = new Map([...others, [log, own !== undefined && own > position ? own : position]])
        },
      }
    },
  }
}
