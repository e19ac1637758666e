import { compileUseToken } from '../sql/access/compile-tokens.ts'
import { createBoundedMap } from '../store/bounded-map.ts'
import type { Database } from '../store/database.ts'
import { hashToken, isTokenText } from '../store/tokens/token-text.ts'
import { createTokenFinder, type StoredToken } from './find-token.ts'
import type { Identity } from './identity.ts'
import { refuseCredentials } from './refuse-credentials.ts'
import type { Role } from './role.ts'

/** For so long the database is not asked again about a token: a revocation on another server shows after this time, in milliseconds. */
const trustedFor = 5_000
const remembered = { entries: 2_000, weight: Number.POSITIVE_INFINITY }

interface Entry {
  readonly token: StoredToken | undefined
  readonly identity: Identity | undefined
  readonly checkedAt: number
  /** The day that its last use has been recorded for. */
  usedOn: string | undefined
}

/** Identifies the holders of tokens that `createToken` has made. */
export interface TokenCheck {
  readonly identify: (text: string) => Promise<Identity>
  /** Asks the database again about every token. */
  readonly forget: () => void
}

/** `now` is in milliseconds since 1970. `report` is told why the last use of a token could not be recorded. */
export function createTokenCheck(given: {
  readonly database: Database
  /** Those of the holder of a token with that name. */
  readonly rolesOf: (name: string) => readonly Role[]
  readonly now: () => number
  readonly report: (error: unknown) => void
}): TokenCheck {
  const { database, rolesOf, now, report } = given
  const find = createTokenFinder(database)
  // Whoever sends unknown tokens evicts none that is known.
  const known = createBoundedMap<Entry>(remembered)
  const unknown = createBoundedMap<Entry>(remembered)
  let forgottenAt = Number.NEGATIVE_INFINITY
  const isFresh = ({ checkedAt }: Entry) => checkedAt > forgottenAt && Math.abs(now() - checkedAt) < trustedFor

  async function lookUp(key: string, hash: Buffer): Promise<Entry> {
    const last = known.get(key) ?? unknown.get(key)
    if (last && isFresh(last)) return last
    const checkedAt = now()
    const token = await find(hash)
    const entry: Entry = {
      token,
      // The same object as before, as long as it is the same caller.
      identity: token && (last?.identity ?? identityOf(token.name, rolesOf(token.name))),
      checkedAt,
      usedOn: token?.usedOn,
    }
    ;(token ? known : unknown).set(key, entry, 1)
    return entry
  }

  function noteUse(entry: Entry, token: StoredToken): void {
    const day = new Date(now()).toISOString().slice(0, 10)
    if (entry.usedOn !== undefined && entry.usedOn >= day) return
    entry.usedOn = day
    void database.run(compileUseToken(token.id, day)).catch(report)
  }

  return {
    async identify(text) {
      if (!isTokenText(text))
        throw refuseCredentials(
          'TOKEN_MISTYPED',
          'The token is incomplete or mistyped: its checksum does not fit. Copy all of it again.',
        )
      const hash = hashToken(text)
      const entry = await lookUp(hash.toString('base64'), hash)
      const { token, identity } = entry
      if (!token || !identity)
        throw refuseCredentials(
          'TOKEN_UNKNOWN',
          'This registry does not know the token. Ask its administrators for one.',
        )
      if (token.revokedAt)
        throw refuseCredentials(
          'TOKEN_REVOKED',
          `The token was revoked at ${token.revokedAt.toISOString()}. Ask the administrators of this registry for another.`,
        )
      if (token.expiresAt && token.expiresAt.getTime() <= now())
        throw refuseCredentials(
          'TOKEN_EXPIRED',
          `The token expired at ${token.expiresAt.toISOString()}. Ask the administrators of this registry for another.`,
        )
      noteUse(entry, token)
      return identity
    },
    forget() {
      forgottenAt = now()
    },
  }
}

function identityOf(name: string, roles: readonly Role[]): Identity {
  return { kind: 'token', actor: name, claims: {}, roles }
}
