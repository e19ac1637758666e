import { createHash } from 'node:crypto'
import { type Bounds, createBoundedMap } from './bounded-map.ts'
import { createSeenBefore } from './seen-before.ts'

/** A statement's text and the name that it is prepared under. */
export interface NamedText {
  readonly name: string
  /** The one copy that is kept of the text, however often it has been compiled. */
  readonly text: string
}

/** Says under which name a statement's text is prepared; undefined if it is parsed each time. */
export interface StatementNames {
  readonly find: (text: string) => NamedText | undefined
}

const longestText = 20_000
/** Texts that may come in between, as a multiple of the names. After more of them, a name would be lost before it is used. */
const patience = 4

/**
 * Names texts when they come again soon: callers choose what they select, so that texts that come once, or seldom,
 * could take the places of those that come each second. Names are kept within the bounds, whose weight is in
 * characters. A name is made from its text, so a text that has lost its name gets the same one again.
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
