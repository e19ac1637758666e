import type { Role } from './role.ts'

/** Who sends a request, as its credentials show. */
export interface Identity {
  /** `everyone`: there are no rules of access, and credentials are not looked at. `anonymous`: there are, and the request has no token. */
  readonly kind: 'everyone' | 'anonymous' | 'admin' | 'token' | 'oidc'
  /** What writes are recorded under: the token's name, or the subject and the host of the issuer. Undefined: what the request says. */
  readonly actor: string | undefined
  /** The address of the pipeline's run, where a job's token tells it; writes are recorded under it. */
  readonly run?: string | undefined
  /** Those of a job's token; none for other callers. */
  readonly claims: Readonly<Record<string, unknown>>
  /** Those that name this caller. */
  readonly roles: readonly Role[]
}

/**
 * Finds out who sends a request, by the values of its headers `Authorization`: none, or one. Throws UNAUTHENTICATED. The same caller
 * is the same identity as long as nothing about it changes.
 */
export type Identify = (authorization: readonly string[]) => Promise<Identity>

export const everyone: Identity = { kind: 'everyone', actor: undefined, claims: {}, roles: [] }

/** The caller that an identity is, for what is shared among callers. Undefined: without rules of access, there is nobody to share with. */
export function callerOf({ kind, actor }: Identity): string | undefined {
  return kind === 'everyone' ? undefined : `${kind} ${actor ?? ''}`
}
