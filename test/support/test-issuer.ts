import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose'

/** A key that an issuer signs with. */
export interface TestKey {
  readonly kid: string
  readonly alg: string
  readonly privateKey: CryptoKey
  /** As it stands in the issuer's set of keys. */
  readonly jwk: Readonly<Record<string, unknown>>
}

export async function createTestKey(kid: string, alg = 'RS256'): Promise<TestKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

/** Signs claims. Without `exp`, the token has none. */
export function signToken(
  key: TestKey,
  claims: Readonly<Record<string, unknown>>,
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: key.alg, kid: key.kid, ...header }).sign(key.privateKey)
}

/** An issuer of OpenID Connect tokens, over HTTP on this machine. */
export interface TestIssuer {
  /** Its name: its address. */
  readonly url: string
  /** The keys that it gives. */
  keys: readonly TestKey[]
  /** What it answers in place of what it should, by the end of the path. */
  readonly instead: Map<string, RequestListener>
  /** The paths that it was asked for. */
  readonly asked: string[]
  /** Whether it can be reached. */
  isAway: boolean
  readonly close: () => Promise<void>
}

export async function startTestIssuer(keys: readonly TestKey[]): Promise<TestIssuer> {
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    if (issuer.isAway) return void request.socket.destroy()
    issuer.asked.push(path)
    const instead = issuer.instead.get(path)
    if (instead) return instead(request, response)
    response.setHeader('content-type', 'application/json')
    if (path === '/.well-known/openid-configuration')
      response.end(JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/keys` }))
    else if (path === '/keys') response.end(JSON.stringify({ keys: issuer.keys.map(({ jwk }) => jwk) }))
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer: TestIssuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys,
    instead: new Map(),
    asked: [],
    isAway: false,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return issuer
}
