import type { Verb } from '../plan/rights.ts'

/** A file of `ACCESS_DIR`, validated: who may do what. Roles of one caller add up; none takes anything away. */
export interface Role {
  readonly name: string
  /** Whom to ask for more; FORBIDDEN names it. */
  readonly contact: string | undefined
  readonly who: readonly Who[]
  readonly may: readonly Grant[]
  /** What each of its callers may use; undefined: as much as the registry takes. */
  readonly limits: RoleLimits | undefined
}

/** Callers that a role is for. */
export type Who =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'token'; readonly name: string }
  /** Whoever has a token of this issuer for this audience, with all of these claims. */
  | {
      readonly kind: 'oidc'
      readonly issuer: string
      readonly audience: string
      /** The file that has the issuer's keys, where the registry cannot reach it; undefined: the issuer gives them. */
      readonly keys?: string
      readonly claims: Readonly<Record<string, string>>
    }

export interface Grant {
  readonly verb: Verb
  /** By their own names. */
  readonly templates: readonly string[] | 'all'
  /** As in GraphQL, with `{actor}` and `{claims.NAME}` in its texts; undefined: all objects. */
  readonly where: Readonly<Record<string, unknown>> | undefined
}

export interface RoleLimits {
  /** The most objects of each template that the caller may have created, by the template's name. */
  readonly objects: Readonly<Record<string, number>>
  /** The most bytes of documents and kept answers that the caller may write on one day (UTC). */
  readonly bytesADay: number | undefined
}
