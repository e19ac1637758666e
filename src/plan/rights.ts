import type { GraphQLError } from 'graphql'
import { createCallerError } from '../errors.ts'
import type { Template } from '../template/model.ts'
import { always, type Condition } from './condition.ts'

/** What can be granted: `import` is `_meta` in an input, `admin` is everything about the registry as a whole. */
export const verbs = ['read', 'write', 'delete', 'import', 'admin'] as const
export type Verb = (typeof verbs)[number]

/** What a request may do. `access/` makes it of role files; planning and writing know only this. */
export interface Rights {
  /** Names what has been granted: requests with the same sight share plans. */
  readonly sight: string
  /** The objects of the template for which the verb is granted; undefined: for none, whatever they are. */
  readonly granted: (verb: Verb, template: Template) => Condition | undefined
  /** Whether `admin` is granted for all templates. */
  readonly isAdmin: boolean
  /**
   * The error of a caller without that right: FORBIDDEN, which says what would be needed, or UNAUTHENTICATED for a caller
   * without a token. It never says anything of objects. Without a template: of the registry as a whole.
   */
  readonly refuse: (verb: Verb, template?: Template) => GraphQLError
  /** What `{actor}` and `{claims.NAME}` stand for in the conditions. */
  readonly values: CallerValues
  /** How much of the template the caller may write; absent, or undefined: as much as the registry takes. */
  readonly limitsOf?: (template: Template) => WriteLimits | undefined
}

export interface WriteLimits {
  /** The most objects of the template that the caller has created and that exist. */
  readonly objects: number | undefined
  /** The most bytes of documents and kept answers, of all templates with such a limit, on one day (UTC). */
  readonly bytesADay: number | undefined
  /** Whom to ask for more. */
  readonly contacts: readonly string[]
}

/** What a condition of a role can compare with. */
export interface CallerValues {
  readonly actor: string | undefined
  readonly claims: Readonly<Record<string, unknown>>
}

/** Whether the caller may read any object of the template. */
function mayRead({ granted }: Rights, template: Template): boolean {
  return granted('read', template) !== undefined
}

/** Throws if the caller may read no object of the template, whatever it is: FORBIDDEN or UNAUTHENTICATED. */
export function assertMayRead(rights: Rights, template: Template): void {
  if (!mayRead(rights, template)) throw rights.refuse('read', template)
}

/** Throws unless the verb is granted for all objects of the template, whatever they are: FORBIDDEN or UNAUTHENTICATED. */
export function assertAll(rights: Rights, verb: Verb, template: Template): void {
  if (rights.granted(verb, template)?.kind !== 'always') throw rights.refuse(verb, template)
}

/** Throws if the caller may not administer the registry: FORBIDDEN or UNAUTHENTICATED. */
export function assertAdmin({ isAdmin, refuse }: Rights): void {
  if (!isAdmin) throw refuse('admin')
}

/**
 * The templates that the caller may read, for what names none of them and passes over the others. Throws UNAUTHENTICATED if there are
 * none because the caller has no token.
 */
export function readableOf(rights: Rights, templates: readonly Template[]): readonly Template[] {
  const readable = templates.filter((template) => mayRead(rights, template))
  if (readable.length > 0 || templates.length === 0) return readable
  const refusal = rights.refuse('read')
  if (refusal.extensions['code'] === 'UNAUTHENTICATED') throw refusal
  return []
}

/** Those of everyone, where there are no role files. */
export const allRights: Rights = {
  sight: '',
  granted: () => always,
  isAdmin: true,
  refuse: (verb) => createCallerError('FORBIDDEN', `This needs the right to ${verb}.`),
  values: { actor: undefined, claims: {} },
}
