import type { Logger } from '../../logger.ts'
import { compileInsertToken, compileRevokeTokens, compileTokens } from '../../sql/access/compile-tokens.ts'
import type { Database } from '../database.ts'
import { type Deed, type Doer, logDeed, recordDeed } from '../trail.ts'
import { createTokenText, hashToken } from './token-text.ts'

/** A token as administrators see it: all but itself. */
export interface Token {
  readonly name: string
  readonly createdAt: Date
  readonly createdBy: string | undefined
  readonly expiresAt: Date | undefined
  readonly revokedAt: Date | undefined
  readonly revokedBy: string | undefined
  /** The last day on which it was used, `2026-11-29`. */
  readonly usedOn: string | undefined
}

export interface CreatedToken {
  /** The token itself. It is nowhere else. Empty for a dry run, which makes none. */
  readonly text: string
  readonly name: string
  readonly createdAt: Date
  readonly expiresAt: Date | undefined
  /** How many tokens of that name can now be used. */
  readonly live: number
  /** What its holder may not expect. */
  readonly warnings: readonly string[]
}

/** The tokens that this registry gives out. What is done to them stands in the trail. */
export interface Tokens {
  readonly create: (name: string, expiresAt: Date | undefined, by: Doer, isDryRun?: boolean) => Promise<CreatedToken>
  /** Ends all tokens of that name; returns how many could be used until now. */
  readonly revoke: (name: string, by: Doer, isDryRun?: boolean) => Promise<number>
  /** By name and age. */
  readonly list: (includeRevoked: boolean) => Promise<readonly Token[]>
}

export function createTokens(given: {
  readonly database: Database
  readonly logger: Logger
  /** What there is to say of a token with that name. Default: nothing. */
  readonly warningsOf?: (name: string) => readonly string[]
  /** Is told when tokens have been revoked. */
  readonly onRevoked?: () => void
}): Tokens {
  const { database, logger, warningsOf = () => [], onRevoked = () => undefined } = given
  return {
    async create(name, expiresAt, by, isDryRun = false) {
      const text = createTokenText()
      const details = { expires: expiresAt?.toISOString() ?? null }
      const deed: Deed = { action: 'TOKEN_CREATED', subject: name, details, by }
      const created = await database.transaction(async (run) => {
        const statement = compileInsertToken({ name, hash: hashToken(text), createdBy: by.actor, expiresAt })
        const [row] = await run(statement)
        await recordDeed(run, deed)
        return { createdAt: row?.created_at as Date, live: Number(row?.live) }
      }, endOf(isDryRun))
      if (!isDryRun) logDeed(logger, deed)
      return { text: isDryRun ? '' : text, name, expiresAt, ...created, warnings: warningsOf(name) }
    },
    async revoke(name, by, isDryRun = false) {
      const deedOf = (tokens: number): Deed => ({ action: 'TOKEN_REVOKED', subject: name, details: { tokens }, by })
      const ended = await database.transaction(async (run) => {
        const [row] = await run(compileRevokeTokens(name, by.actor))
        const count = Number(row?.ended)
        if (count > 0) await recordDeed(run, deedOf(count))
        return count
      }, endOf(isDryRun))
      if (isDryRun) return ended
      onRevoked()
      if (ended > 0) logDeed(logger, deedOf(ended))
      return ended
    },
    async list(includeRevoked) {
      const rows = await database.run(compileTokens(includeRevoked))
      return rows.map((row) => ({
        name: String(row.name),
        createdAt: row.created_at as Date,
        createdBy: (row.created_by as string | null) ?? undefined,
        expiresAt: (row.expires_at as Date | null) ?? undefined,
        revokedAt: (row.revoked_at as Date | null) ?? undefined,
        revokedBy: (row.revoked_by as string | null) ?? undefined,
        usedOn: (row.used_on as string | null) ?? undefined,
      }))
    },
  }
}

function endOf(isDryRun: boolean): 'commit' | 'rollback' {
  return isDryRun ? 'rollback' : 'commit'
}
