import { createHash } from 'node:crypto'
import { createSeenBefore } from './seen-before.ts'

/** Says under which name a statement's text is prepared; undefined where it is parsed each time. */
export interface StatementNames {
  readonly nameOf: (text: string) => string | undefined
}

/** Each connection, and PostgreSQL behind it, keeps what it prepared for ever: both their number and their size have an end. */
const mostNames = 500
const longestText = 20_000
const mostSeen = 5_000

/**
 * Names texts when they come the second time: callers choose what they select, so that texts that come once could
 * take all the names from those that come each second.
 */
export function createStatementNames(): StatementNames {
  const names = new Map<string, string>()
  const hasCome = createSeenBefore(mostSeen)
  return {
    nameOf(text) {
      const known = names.get(text)
      if (known !== undefined || names.size >= mostNames || text.length > longestText) return known
      const name = createHash('sha256').update(text).digest('base64url').slice(0, 32)
      if (!hasCome(name)) return undefined
      names.set(text, name)
      return name
    },
  }
}
