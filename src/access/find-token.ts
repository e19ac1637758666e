import { createCallerError } from '../errors.ts'
import { compileFindTokens } from '../sql/access/compile-tokens.ts'
import type { Database } from '../store/database.ts'

/** A token of the database, whether or not it can still be used. */
export interface StoredToken {
  readonly id: string
  readonly name: string
  readonly expiresAt: Date | undefined
  readonly revokedAt: Date | undefined
  /** The last day on which it was used, `2026-11-29`. */
  readonly usedOn: string | undefined
}

/** Tokens that wait for the next statement. */
const mostWaiting = 1_000

/**
 * Returns a function that finds a token by its hash. One statement at a time looks for all that wait: whoever sends many unknown tokens
 * occupies one connection, and waits with all others for as long as one statement takes.
 */
export function createTokenFinder(database: Database): (hash: Buffer) => Promise<StoredToken | undefined> {
  let waiting = new Map<string, Buffer>()
  let next: Promise<Found> | undefined
  let running: Promise<unknown> = Promise.resolve()
  return async (hash) => {
    if (waiting.size >= mostWaiting)
      throw createCallerError('SERVICE_UNAVAILABLE', 'Too many tokens are being checked; try again shortly.')
    const key = hash.toString('hex')
    waiting.set(key, hash)
    if (!next) {
      next = running.then(() => {
        const hashes = [...waiting.values()]
        waiting = new Map()
        next = undefined
        return find(database, hashes)
      })
      running = next.catch(() => undefined)
    }
    return (await next).get(key)
  }
}

type Found = ReadonlyMap<string, StoredToken>

async function find(database: Database, hashes: readonly Buffer[]): Promise<Found> {
  const rows = await database.run(compileFindTokens(hashes))
  return new Map(
    rows.map((row) => [
      (row.hash as Buffer).toString('hex'),
      {
        id: String(row.id),
        name: String(row.name),
        expiresAt: (row.expires_at as Date | null) ?? undefined,
        revokedAt: (row.revoked_at as Date | null) ?? undefined,
        usedOn: (row.used_on as string | null) ?? undefined,
      },
    ]),
  )
}
