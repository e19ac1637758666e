import { createHash } from 'node:crypto'
import { type Bounds, createBoundedMap } from './bounded-map.ts'
import { createSeenBefore } from './seen-before.ts'

/** A statement's text and the name under which it is prepared. */
export interface NamedText {
  readonly name: string
  /** The only copy of the text that is kept, even if it has been compiled many times. */
  readonly text: string
}

/** Returns the name under which a statement's text is prepared; undefined if it is parsed each time. */
export interface StatementNames {
  readonly find: (text: string) => NamedText | undefined
}

/** An object by its uuid needs less than this with 1,000 templates. */
const longestText = 60_000
/** The most other texts between two uses of a text, as a multiple of the names. With more of them, a name would be evicted before its next use. */
const patience = 4

/**
 * Gives a text a name when it occurs again soon. Callers choose their selections, so that rare texts could otherwise
 * evict frequent ones. Names are kept within the bounds, whose weight is in
 * characters. A name is derived from its text, so a text that has lost its name gets the same one again.
 */
export function createStatementNames(bounds: Bounds): StatementNames {
  const names = createBoundedMap<NamedText>(bounds)
  const hasCome = createSeenBefore(patience * bounds.entries)
  return {
    find(text) {
      if (text.length > longestText) return undefined
      const known = names.get(text)
      if (known) return known
      const name = createHash('sha256').update(text).digest('base64url').slice(0, 32)
      if (!hasCome(name)) return undefined
      const named = { name, text }
      names.set(text, named, text.length)
      return named
    },
  }
}
