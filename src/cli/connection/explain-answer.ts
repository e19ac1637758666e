import type { HttpAnswer } from '../../client/send-request.ts'
import { CliError, exitCodes } from '../cli-error.ts'
import { showAddress } from './address.ts'
import type { ConnectionOptions } from './connection-options.ts'
import type { Credentials } from './credentials.ts'
import { explainHttps, explainProxyLogin } from './explain-failure.ts'
import { parseAnswer } from './parse-answer.ts'
import { speaksTls } from './speaks-tls.ts'

/** The error for an answer of HTTP that a registry does not give: of a proxy, of another server, or for a wrong path. */
export async function explainAnswer(options: ConnectionOptions, shown: string, answer: HttpAnswer): Promise<CliError> {
  const { status } = answer
  const { address, route, credentials } = options
  const isPassing = [429, 502, 503, 504].includes(status)
  const fail = (lines: readonly string[], exitCode: CliError['exitCode'] = exitCodes.failed) =>
    new CliError(exitCode, lines.join('\n'), { isPassing })
  if (status === 407 && route) return fail(explainProxyLogin(route), exitCodes.unreachable)
  // Many servers of HTTPS explain in plain HTTP that they do not speak it, each in its own words.
  if (status === 400 && !route && shown.startsWith('http:') && (await speaksTls(address.toTarget())))
    return fail(explainHttps(shown), exitCodes.unreachable)
  const location = findLocation(answer, shown)
  if (location !== undefined) return fail(explainRedirect(shown, status, location))
  const says = readFirstWords(answer, [...credentials.secrets, ...(route?.secrets ?? [])])
  const { what = 'does not answer like a registry', remedy = checkAddress } =
    status === 401 ? logins[credentials.source] : (meanings[status] ?? {})
  return fail(
    [`${shown} ${what}: HTTP ${status}${says ? `, ${says}` : ''}`, remedy],
    [502, 503, 504].includes(status) ? exitCodes.unreachable : exitCodes.failed,
  )
}

const checkAddress = 'Check REGISTRY_URL, or --url.'
const wrongPath = `The path may be wrong: a registry has GraphQL at /graphql. ${checkAddress}`
const later = 'Try again later. If this lasts, look at the log of the registry, and of what is in front of it.'

interface Meaning {
  /** Goes on from the address. */
  readonly what?: string
  readonly remedy?: string
}

/** What a status means, and what to do about it. */
const meanings: Readonly<Record<number, Meaning>> = {
  200: { remedy: `This may be a login page, or another service. ${checkAddress}` },
  403: {
    what: 'refuses the request',
    remedy: 'Ask who runs the registry, or what is in front of it, to allow this user, token or machine.',
  },
  404: { remedy: wrongPath },
  405: { remedy: wrongPath },
  413: {
    what: 'refuses the request as too large',
    remedy: 'Ask who runs what is in front of the registry to raise its limit (nginx: client_max_body_size).',
  },
  421: {
    remedy: 'Add this host to ALLOWED_HOSTS of the registry, or use another of its names in REGISTRY_URL, or --url.',
  },
  429: { what: 'has received too many requests', remedy: 'Wait, and send fewer at a time.' },
  502: { what: 'gets no answer from the registry behind it', remedy: later },
  503: { what: 'is not ready', remedy: later },
  504: { what: 'gets no answer from the registry behind it', remedy: later },
}

const setToken = `Set REGISTRY_TOKEN, or REGISTRY_TOKEN_FILE, or write the user and password into REGISTRY_URL: https://USER:PASSWORD@host/graphql
In a job of GitHub or GitLab, REGISTRY_AUDIENCE sends the job's own id token.`
const instead = 'It is sent in place of a user and password in REGISTRY_URL.'

const checkAudience =
  'A role of the registry has to name its issuer, the audience of REGISTRY_AUDIENCE, and claims of this job; and a token ends.'

/** What 401 means, by what was sent. */
const logins: Readonly<Record<Credentials['source'], Meaning>> = {
  none: { what: 'asks for credentials', remedy: setToken },
  address: {
    what: 'does not accept the user and password of the address',
    remedy: 'Correct them in REGISTRY_URL, or --url. If it expects a token, set REGISTRY_TOKEN.',
  },
  REGISTRY_TOKEN: { what: 'does not accept REGISTRY_TOKEN', remedy: `Check the token. ${instead}` },
  REGISTRY_TOKEN_FILE: {
    what: 'does not accept the token of REGISTRY_TOKEN_FILE',
    remedy: `Check the token. ${instead}`,
  },
  github: {
    what: "does not accept this job's id token",
    remedy: `${checkAudience} GitHub's names the repository, branch, environment and workflow.`,
  },
  job: { what: "does not accept this job's id token", remedy: checkAudience },
  withheld: {
    what: 'asks for credentials',
    remedy: 'It gets none, because REGISTRY_URL names another registry. Set REGISTRY_URL to this one, and flush again.',
  },
}

function findLocation({ status, headers }: HttpAnswer, shown: string): string | undefined {
  if (status < 300 || status > 399 || headers.location === undefined) return undefined
  return showAddress(URL.canParse(headers.location, shown) ? new URL(headers.location, shown).href : headers.location)
}

function explainRedirect(shown: string, status: number, location: string): readonly string[] {
  return [
    `${shown} redirects to another address: HTTP ${status}, ${location}`,
    'If the registry is there, set REGISTRY_URL, or --url, to it. If it is a login page, ask for access with a token.',
  ]
}

/** The errors of GraphQL, the title of a page, or the first line of a text, without the secrets that it may repeat. */
function readFirstWords(answer: HttpAnswer, secrets: readonly string[]): string {
  const { text } = answer
  const errors = parseAnswer(answer)?.errors?.map(({ message }) => message)
  const title = /<title[^>]*>\s*([^<]+?)\s*</i.exec(text)?.[1]
  const line = errors?.join(' ') ?? title ?? text.trim().split('\n', 1)[0] ?? ''
  // Anything shorter is in many a word.
  const hidden = secrets.filter(({ length }) => length >= 4).sort((a, b) => b.length - a.length)
  const safe = hidden
    .reduce((shown, secret) => shown.replaceAll(secret, '***'), line)
    .replace(/(\b[a-z][\w+.-]*:\/\/)[^\s/?#"'<>]*@/gi, '$1***@')
  return [...safe].slice(0, 300).join('')
}
