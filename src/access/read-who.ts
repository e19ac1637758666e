import { dirname, resolve } from 'node:path'
import type { Path } from '../errors.ts'
import { reservedNames } from '../store/tokens/token-name.ts'
import { quote } from '../template/quote.ts'
import { isMapping } from '../template/source.ts'
import { didYouMean } from '../template/suggest.ts'
import { isTrustworthy } from './jobs/fetch-json.ts'
import { identifyingClaims, issuerNamed, nameClaims } from './known-claims.ts'
import type { Who } from './role.ts'
import type { RoleReader } from './role-reader.ts'

const whoKeys = ['token', 'oidc', 'audience', 'claims', 'keys'] as const
const forms = 'A caller is `anyone`, `token: NAME`, or `oidc: ISSUER` with `audience` and `claims`.'

/** Reads one of the callers that a role is for; undefined if it is wrong. `file` is that of the role. */
export function readWho(value: unknown, path: Path, reader: RoleReader, file: string): Who | undefined {
  if (value === 'anyone') return { kind: 'anyone' }
  if (!isMapping(value)) {
    const suggestion = (typeof value === 'string' && didYouMean(value, ['anyone'])) || forms
    reader.refuse(path, 'WRONG_VALUE', `${quote(value)} is no caller.`, { suggestion })
    return undefined
  }
  if ('anyone' in value) {
    reader.refuse(path, 'WRONG_VALUE', '"anyone" has nothing behind it.', { suggestion: 'Write - anyone.' })
    return undefined
  }
  reader.checkKeys(value, path, whoKeys, 'caller')
  if ('token' in value && 'oidc' in value) {
    reader.refuse(path, 'CONTRADICTION', 'A caller has a token or an issuer, not both.', {
      suggestion: 'Give each an entry of its own.',
    })
    return undefined
  }
  if ('token' in value) return readToken(value, path, reader)
  if ('oidc' in value) return readIssuer(value, path, reader, file)
  reader.refuse(path, 'MISSING_KEY', 'This names no caller.', { suggestion: forms })
  return undefined
}

function readToken(value: Readonly<Record<string, unknown>>, path: Path, reader: RoleReader): Who | undefined {
  for (const key of ['audience', 'claims', 'keys'].filter((one) => one in value)) {
    reader.refuse([...path, key], 'CONTRADICTION', `A token of the registry has no ${key}.`, {
      suggestion: `Remove ${key}, or write oidc: ISSUER instead of token.`,
      part: 'key',
    })
  }
  const name = reader.readName(value['token'], [...path, 'token'])
  const other = reservedNames.get(name ?? '')
  if (other !== undefined)
    reader.refuse([...path, 'token'], 'RESERVED_NAME', `${quote(name)} is ${other}; no token has this name.`)
  return name === undefined ? undefined : { kind: 'token', name }
}

function readIssuer(
  value: Readonly<Record<string, unknown>>,
  path: Path,
  reader: RoleReader,
  file: string,
): Who | undefined {
  const issuer = reader.readText(value['oidc'], [...path, 'oidc'])
  if (issuer !== undefined) checkIssuer(issuer, [...path, 'oidc'], reader)
  const audience = readAudience(value, path, reader)
  const claims = readClaims(value, path, issuer, reader)
  const keys = value['keys'] === undefined ? undefined : reader.readText(value['keys'], [...path, 'keys'])
  if (issuer === undefined || audience === undefined || claims === undefined) return undefined
  return { kind: 'oidc', issuer, audience, claims, ...(keys !== undefined && { keys: resolve(dirname(file), keys) }) }
}

/** RFC 8414, section 2, but for loopback: https, without query and fragment. */
function checkIssuer(issuer: string, path: Path, reader: RoleReader): void {
  const problem = problemOfIssuer(issuer)
  if (problem) reader.refuse(path, 'WRONG_VALUE', problem.message, { suggestion: problem.suggestion })
}

function problemOfIssuer(issuer: string): { readonly message: string; readonly suggestion?: string } | undefined {
  const written = quote(issuer)
  const { protocol, username, password, search, hash } = URL.canParse(issuer) ? new URL(issuer) : new URL('none:')
  if (protocol !== 'https:' && protocol !== 'http:')
    return {
      message: `${written} is not the address of an issuer.`,
      suggestion: 'Write it as the claim iss of its tokens has it: https://token.actions.githubusercontent.com.',
    }
  if (username !== '' || password !== '') return { message: 'An issuer has no user and password.' }
  if (search !== '' || hash !== '') return { message: `${written} has a query or a fragment; an issuer has none.` }
  if (isTrustworthy(issuer)) return undefined
  return {
    message: `${written} is not https: whoever is on the way could give other keys.`,
    suggestion: `Write ${issuer.replace(/^http:/i, 'https:')}.`,
  }
}

function readAudience(value: Readonly<Record<string, unknown>>, path: Path, reader: RoleReader): string | undefined {
  if (value['audience'] != null) return reader.readText(value['audience'], [...path, 'audience'])
  reader.refuse(path, 'WEAK_IDENTITY', 'Without "audience", a token that was made for another service would do.', {
    suggestion: 'Add audience: registry, and have the job ask for a token with this audience.',
    part: 'key',
  })
  return undefined
}

function readClaims(
  value: Readonly<Record<string, unknown>>,
  path: Path,
  issuer: string | undefined,
  reader: RoleReader,
): Readonly<Record<string, string>> | undefined {
  const at = [...path, 'claims']
  const given = value['claims']
  if (given != null && !isMapping(given)) {
    reader.refuse(at, 'WRONG_TYPE', `${quote(given)} is not a mapping of claims to their values.`)
    return undefined
  }
  const entries = Object.entries(given ?? {})
  const read = entries.map(([name, claim]) => [name, reader.readText(claim, [...at, name])] as const)
  checkNames(
    entries.map(([name]) => name),
    { issuer, at, path: given == null ? path : at },
    reader,
  )
  return Object.fromEntries(read.map(([name, text]) => [name, text ?? '']))
}

function checkNames(
  names: readonly string[],
  { issuer, at, path }: { readonly issuer: string | undefined; readonly at: Path; readonly path: Path },
  reader: RoleReader,
): void {
  const known = issuerNamed(issuer)
  const identifying = known?.identifying ?? identifyingClaims
  for (const name of names.filter((one) => known && !known.claims.includes(one))) {
    const message = `The tokens of ${known?.name} have no claim ${quote(name)} that is known here.`
    const suggestion = didYouMean(name, known?.claims ?? [])
    if (suggestion) reader.refuse([...at, name], 'UNKNOWN_CLAIM', message, { suggestion, part: 'key' })
    else reader.warn([...at, name], 'UNKNOWN_CLAIM', message, { part: 'key' })
  }
  if (!names.some((name) => identifying.includes(name))) {
    const nearest = names.map((name) => nameClaims[name]).find((one) => one !== undefined)
    reader.refuse(path, 'WEAK_IDENTITY', 'No claim says whose the token is in a way that lasts.', {
      suggestion: nearest
        ? `A name can be registered again by somebody else: add ${nearest}.`
        : `Add one of ${identifying.join(', ')}.`,
      part: 'key',
    })
  } else if (known?.subjectIsName && names.includes('sub') && !names.some((one) => one.endsWith('_id'))) {
    reader.warn(
      [...at, 'sub'],
      'WEAK_IDENTITY',
      `The subjects of ${known.name} are made of names, which can be registered again by somebody else.`,
      { suggestion: `Add ${identifying[0]}.`, part: 'key' },
    )
  }
}
