import { CliError, exitCodes } from '../cli-error.ts'
import type { ConnectionOptions } from './connection-options.ts'
import { ProxyFailure, ProxyRefusal, type Route } from './proxy.ts'
import { speaksTls } from './speaks-tls.ts'

/** What is wrong, and what to do. */
type Explanation = readonly [what: string, remedy: string]

/** The error of a request that had no answer in time. */
export function explainDelay({ address, route, timeout }: ConnectionOptions, isConnected: boolean): CliError {
  const time = `within ${timeout / 1_000} s`
  const what = isConnected
    ? `The registry at ${address} has not answered ${time}.`
    : `There was no connection to ${route ? `the proxy ${route.proxy}, or through it to ${address}` : address} ${time}.`
  return new CliError(exitCodes.timeout, `${what} Wait longer with --timeout SECONDS.`, { isPassing: true })
}

/** The error of a request that failed before there was an answer: exit 6. `error` is Node's, or of `proxy.ts`. */
export async function explainFailure(options: ConnectionOptions, error: unknown): Promise<CliError> {
  const { address, route } = options
  const explanation =
    (error instanceof ProxyFailure && route
      ? explainCertificate(route.proxy, error.cause)
      : explainCertificate(address.shown, error)) ??
    explainProxy(options, error) ??
    (await explainConnection(options, error))
  const isPassing = passing.has((error as NodeJS.ErrnoException).code ?? '')
  return new CliError(exitCodes.unreachable, explanation.join('\n'), { cause: error, isPassing })
}

/** Node's codes, and one of `ProxyRefusal`, for what a restart or the network causes. */
const passing: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'HPE_INVALID_EOF_STATE', 'PROXY_NOT_READY'],
  ...['EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'ENOENT'],
])

/** Why there is no connection to a host, by Node's codes. */
const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'DNS does not answer',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  EADDRNOTAVAIL: 'there is no route to it',
  ENETDOWN: 'the network is down',
  ETIMEDOUT: 'nothing answers at this address',
  ECONNRESET: 'the connection was closed before there was an answer',
  EPIPE: 'the connection was closed before there was an answer',
  ECONNABORTED: 'the connection was closed before there was an answer',
  HPE_INVALID_EOF_STATE: 'the connection was closed before there was an answer',
}

const checkAddress = 'Check REGISTRY_URL, or --url.'
const checkNetwork = 'Check the network of this machine, and REGISTRY_URL, or --url.'

/** What to do about it; `checkAddress` for any other code. */
const remedies: Readonly<Record<string, string>> = {
  ENOTFOUND: `${checkAddress} If only a proxy knows this host, set HTTPS_PROXY, or HTTP_PROXY for http.`,
  EAI_AGAIN: 'Try again, and check the network and DNS of this machine.',
  EHOSTUNREACH: checkNetwork,
  ENETUNREACH: checkNetwork,
  EADDRNOTAVAIL: checkNetwork,
  ENETDOWN: checkNetwork,
  ETIMEDOUT: `${checkNetwork} A firewall may be in between.`,
  ECONNRESET: 'Try again. If this lasts, look at the log of the server, and of what is between here and there.',
}

async function explainConnection({ address, route }: ConnectionOptions, error: unknown): Promise<Explanation> {
  const { code = '', message } = error as NodeJS.ErrnoException
  const { protocol } = address.toTarget()
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') {
    const what = `There is no registry at ${address} (${reasons[code]}).`
    return code === 'ECONNREFUSED' && address.isLoopback
      ? [what, 'Start one with: registry serve\nOr set REGISTRY_URL, or --url, to the address of another one.']
      : [what, remedies[code] ?? checkAddress]
  }
  const isOdd = code.startsWith('HPE_') || closed.has(code)
  if (protocol === 'http:' && !route && isOdd && (await speaksTls(address.toTarget())))
    return explainHttps(address.shown)
  if (protocol === 'https:' && (code === 'EPROTO' || code.startsWith('ERR_SSL_')))
    return explainTls(address.shown, error)
  if (code.startsWith('HPE_') && !reasons[code]) return [`${address} does not answer in HTTP (${code}).`, checkAddress]
  const reason = reasons[code]
  return [
    `${address} cannot be reached: ${reason ? `${reason} (${code})` : code || message}.`,
    remedies[closed.has(code) ? 'ECONNRESET' : code] ?? checkAddress,
  ]
}

const closed: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'HPE_INVALID_EOF_STATE'])

/** For an address with http, at which there is HTTPS. */
export function explainHttps(shown: string): Explanation {
  return [
    `${shown}: the server there speaks HTTPS, not plain HTTP.`,
    `Set REGISTRY_URL, or --url, to ${shown.replace(/^http:/, 'https:')}`,
  ]
}

/** OpenSSL's names of what goes wrong in a handshake, each with what it means. */
const tlsFailures: readonly (readonly [RegExp, (shown: string) => Explanation])[] = [
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_LAYER_FAILURE/,
    (shown) => [
      `${shown}: the server there does not speak HTTPS.`,
      `If it is a registry without TLS, set REGISTRY_URL, or --url, to ${shown.replace(/^https:/, 'http:')}`,
    ],
  ],
  [
    /CERTIFICATE_REQUIRED|ALERT_BAD_CERTIFICATE|HANDSHAKE_FAILURE/,
    (shown) => [
      `${shown} has broken off the TLS handshake. It may ask for a client certificate, which this command cannot send.`,
      'Ask who runs the server for access with a token (REGISTRY_TOKEN), or with a user and password.',
    ],
  ],
  [
    /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|INAPPROPRIATE_FALLBACK/,
    (shown) => [
      `${shown} speaks neither TLS 1.2 nor TLS 1.3, and Node accepts no older version.`,
      'Ask who runs the server to update it.',
    ],
  ],
  [/UNRECOGNIZED_NAME/, (shown) => [`${shown}: the server has no certificate for this host.`, checkAddress]],
]

function explainTls(shown: string, error: unknown): Explanation {
  const { code = '', reason = '', message = '' } = error as { code?: string; reason?: string; message?: string }
  // `write EPROTO …:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:…`
  const name = code === 'EPROTO' ? message.replaceAll(' ', '_').toUpperCase() : code
  const known = tlsFailures.find(([pattern]) => pattern.test(name))
  return known?.[1](shown) ?? [`${shown} cannot be reached: TLS fails (${reason || code}).`, checkAddress]
}

/** Why a certificate does not count, by Node's codes. */
const untrusted: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its CA is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its CA is not known here, or the server does not send the certificates in between',
  UNABLE_TO_GET_ISSUER_CERT: 'its CA is not known here, or the server does not send the certificates in between',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its CA is not known here, or the server does not send the certificates in between',
  CERT_UNTRUSTED: 'its CA is not trusted for this',
  CERT_REJECTED: 'its CA is not trusted for this',
  CERT_CHAIN_TOO_LONG: 'its chain is too long',
  INVALID_CA: 'it is signed by a certificate that is not a CA',
}

/** `shown` is the address whose certificate it is. */
function explainCertificate(shown: string, error: unknown): Explanation | undefined {
  const { code = '', cert } = error as { code?: string; cert?: { subjectaltname?: string } }
  const now = `The clock of this machine says ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC.`
  const what = `The certificate of ${shown}`
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return [`${what} has expired (${code}).`, `Ask who runs the server to renew it. ${now}`]
    case 'CERT_NOT_YET_VALID':
      return [`${what} is not valid yet (${code}).`, `${now} Correct it, or wait.`]
    case 'CERT_REVOKED':
      return [`${what} has been revoked (${code}).`, 'Ask who runs the server for a new one.']
    case 'ERR_TLS_CERT_ALTNAME_INVALID': {
      const names = cert?.subjectaltname?.replaceAll(/\b(?:DNS|IP Address):/g, '')
      const { hostname } = new URL(shown)
      return [
        `${what} is not for ${hostname}, but for ${names || 'no host'} (${code}).`,
        `Use a host of the certificate in the address, or ask for a certificate for ${hostname}.`,
      ]
    }
  }
  const reason = untrusted[code]
  if (reason === undefined) return undefined
  const file = process.env['NODE_EXTRA_CA_CERTS']
  return [
    `${what} is not trusted: ${reason} (${code}).`,
    file
      ? `NODE_EXTRA_CA_CERTS names ${JSON.stringify(file)}, which lacks the certificate of its CA, or cannot be read. Add the certificate.`
      : 'Give the certificate of its CA, as a file in PEM: NODE_EXTRA_CA_CERTS=/path/to/ca.pem',
  ]
}

/** With a proxy, it is the proxy to which there is no connection: only the proxy connects to the registry. */
function explainProxy({ address, route }: ConnectionOptions, error: unknown): Explanation | undefined {
  if (!route) return undefined
  const { proxy, name } = route
  const { host } = address.toTarget()
  if (error instanceof ProxyRefusal) {
    if (error.status === 407) return explainProxyLogin(route)
    return [
      `The proxy ${proxy} does not connect to ${host}: HTTP ${error.status}.`,
      `Ask who runs the proxy to allow it. If this host can be reached without the proxy, name it in NO_PROXY.`,
    ]
  }
  const { code = '', message } = error as NodeJS.ErrnoException
  if (!(error instanceof ProxyFailure) && (address.toTarget().protocol === 'https:' || !reasons[code])) return undefined
  return [
    `The proxy ${proxy} cannot be reached: ${reasons[code] ?? (code || message)}.`,
    `Correct ${name}, or unset it. If the registry can be reached without it, name its host in NO_PROXY.`,
  ]
}

/** For a proxy that lets in only users whom it knows. */
export function explainProxyLogin({ proxy, name, secrets }: Route): Explanation {
  const url = new URL(proxy)
  return secrets.length > 0
    ? [`The proxy ${proxy} does not accept the user and password: HTTP 407.`, `Correct them in ${name}.`]
    : [
        `The proxy ${proxy} asks for a user and password: HTTP 407.`,
        `Write them into ${name}: ${url.protocol}//USER:PASSWORD@${url.host}`,
      ]
}
