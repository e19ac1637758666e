import type { GraphQLError } from 'graphql'
import { createCallerError } from '../errors.ts'
import type { Verb } from '../plan/rights.ts'
import type { Template } from '../template/model.ts'
import { grants } from './grants.ts'
import type { Identity } from './identity.ts'
import type { Role } from './role.ts'

/** A caller, and what that one may do with some objects at least. */
export interface Asker {
  readonly identity: Identity
  readonly isGranted: (verb: Verb, template: Template) => boolean
}

/** A longer condition is cut. In characters. */
const longestCondition = 400

/** Makes the error of a caller without a right. It is made of the roles alone, so that it tells nothing of objects. */
export function createRefuse(roles: readonly Role[]) {
  return ({ identity, isGranted }: Asker, verb: Verb, template?: Template): GraphQLError => {
    const what = printRight(verb, template)
    const conditions = template && isGranted(verb, template) ? listConditions(identity.roles, verb, template) : []
    const only = conditions.length > 0 ? `may ${what} only where ${conditions.join(' or ')}` : undefined
    if (identity.kind === 'anonymous') {
      const who = only ? `Callers without a token ${only}; for others,` : `Only callers with a token may ${what}:`
      return createCallerError('UNAUTHENTICATED', `${who} send the header Authorization: Bearer TOKEN.`)
    }
    const contacts = listContacts(roles, identity.roles, verb, template)
    const whom = contacts.length > 0 ? ` Ask ${contacts.join(' or ')}.` : ''
    return createCallerError('FORBIDDEN', `${identity.actor} ${only ?? `may not ${what}`}.${whom}`)
  }
}

function printRight(verb: Verb, template: Template | undefined): string {
  if (verb === 'admin') return template ? `administer ${template.name}` : 'administer the registry'
  const name = template?.name ?? 'objects'
  return verb === 'import' ? `import ${name} (give _meta in an input)` : `${verb} ${name}`
}

/** As they are written in the files of roles. */
function listConditions(roles: readonly Role[], verb: Verb, template: Template): readonly string[] {
  return roles
    .flatMap(({ may }) => may)
    .filter((grant) => grants(grant, verb, template) && grant.where !== undefined)
    .map(({ where }) => JSON.stringify(where))
    .map((text) => (text.length > longestCondition ? `${text.slice(0, longestCondition)}…` : text))
}

/** Those of the roles that grant it to somebody; if no role does, those of the caller's own. */
function listContacts(
  roles: readonly Role[],
  own: readonly Role[],
  verb: Verb,
  template: Template | undefined,
): readonly string[] {
  const granting = roles.filter(({ may }) => may.some((grant) => grants(grant, verb, template)))
  const contacts = (granting.length > 0 ? granting : own).flatMap(({ contact }) => contact ?? [])
  return [...new Set(contacts)]
}
