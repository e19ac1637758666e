import type { Role } from './role.ts'

/** What there is to say of a new token with that name. */
export function warnOfToken(roles: readonly Role[], hasAdminToken: boolean, name: string): readonly string[] {
  if (roles.length === 0 && !hasAdminToken)
    return ['This registry has no rules of access yet: everyone may do everything, with a token or without.']
  const isNamed = roles.some(({ who }) => who.some((one) => one.kind === 'token' && one.name === name))
  if (isNamed) return []
  return [
    `No role file names the token ${name}, so it may do what anyone may: add who: [{ token: ${name} }] to a file of ACCESS_DIR.`,
  ]
}
