import { refuseCredentials } from './refuse-credentials.ts'

/**
 * The token in the values of the headers `Authorization`; undefined if there is no such header. Throws UNAUTHENTICATED for anything but
 * one bearer token (section 2.1 of RFC 6750; the name of a scheme has no case).
 */
export function parseBearer(authorization: readonly string[]): string | undefined {
  const [given, ...more] = authorization
  if (given === undefined) return undefined
  if (more.length > 0)
    throw refuseCredentials('MALFORMED_CREDENTIALS', 'The header Authorization is given more than once; send one.')
  const [, scheme = '', token = ''] = /^ *([^ ]*) *(.*?) *$/s.exec(given) ?? []
  if (scheme.toLowerCase() !== 'bearer')
    throw refuseCredentials(
      'BEARER_EXPECTED',
      scheme.toLowerCase() === 'basic'
        ? 'This registry takes no user names and passwords. Send a token: Authorization: Bearer TOKEN.'
        : 'The header Authorization must be: Bearer TOKEN.',
    )
  if (!/^[\x21-\x7e]+$/.test(token))
    throw refuseCredentials(
      'MALFORMED_CREDENTIALS',
      token === ''
        ? 'The header Authorization has no token behind Bearer. Perhaps a variable is empty.'
        : 'The token in the header Authorization has a space or a character that no token has. Perhaps more than the token was copied.',
    )
  return token
}
