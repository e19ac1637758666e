import { exportSPKI, importJWK, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createTestKey, signToken, startTestIssuer, type TestIssuer, type TestKey } from '../support/test-issuer.ts'

const adminToken = 'an-admin-token-of-the-test'
const whoami = '{ viewer { kind actor roles } }'

let time = Math.floor(Date.now() / 1_000) * 1_000
const seconds = () => time / 1_000
let key: TestKey
let otherKey: TestKey
let issuer: TestIssuer
let otherIssuer: TestIssuer
const open: TestRegistry[] = []
beforeAll(async () => {
  key = await createTestKey('one')
  otherKey = await createTestKey('one')
  issuer = await startTestIssuer([key])
  otherIssuer = await startTestIssuer([otherKey])
})
afterAll(async () => {
  await issuer?.close()
  await otherIssuer?.close()
})
afterEach(async () => {
  issuer.instead.clear()
  issuer.isAway = false
  issuer.keys = [key]
  issuer.asked.length = 0
  await Promise.all(open.splice(0).map((registry) => registry.close()))
})

/** A registry that knows no keys yet. */
async function start(): Promise<TestRegistry> {
  const who = (url: string) => `{ oidc: "${url}", audience: registry, claims: { sub: job } }`
  const registry = await startRegistry(['name: thing\nkey: [name]\nfields: { name: string }'], {
    access: [
      `name: jobs\nwho: [${who(issuer.url)}]\nmay: [{ read: "*" }]`,
      `name: others\nwho: [${who(otherIssuer.url)}]\nmay: [{ read: "*" }]`,
      // What the token of a job lacks for these is its audience, and one of the claims.
      `name: deploys\nwho: [{ oidc: "${issuer.url}", audience: deploys, claims: { sub: job } }]\nmay: [{ read: "*" }]`,
      `name: releases\nwho: [{ oidc: "${issuer.url}", audience: registry, claims: { sub: job, ref: main } }]\nmay: [{ read: "*" }]`,
    ],
    adminToken,
    now: () => time,
  })
  open.push(registry)
  return registry
}

function claimsOf(changed: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const now = seconds()
  return { iss: issuer.url, aud: 'registry', sub: 'job', iat: now, nbf: now, exp: now + 300, ...changed }
}

interface Answer {
  readonly status: number
  /** The code of the issue of a refusal, or of the error. */
  readonly code: string | undefined
  readonly message: string | undefined
  readonly roles: readonly string[] | undefined
}

async function ask(registry: TestRegistry, token: string): Promise<Answer> {
  const response = await fetch(registry.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: whoami }),
  })
  const { data, errors } = (await response.json()) as {
    data?: { viewer: { roles: string[] } }
    errors?: { message: string; extensions: { code: string; issues?: { code: string }[] } }[]
  }
  const [error] = errors ?? []
  return {
    status: response.status,
    code: error?.extensions.issues?.[0]?.code ?? error?.extensions.code,
    message: error?.message,
    roles: data?.viewer.roles,
  }
}

const accepted = { status: 200, roles: ['jobs'] }
const refused = (code: string) => ({ status: 401, code })

describe('the token of a job', () => {
  test('is accepted, and checked without asking its issuer again', async () => {
    const registry = await start()
    const token = await signToken(key, claimsOf())
    expect(await ask(registry, token)).toMatchObject(accepted)
    expect(await ask(registry, token)).toMatchObject(accepted)
    expect(await ask(registry, await signToken(key, claimsOf({ jti: 'another' })))).toMatchObject(accepted)
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys'])
  })

  test('has a role only if all of its claims are equal', async () => {
    const registry = await start()
    expect(await ask(registry, await signToken(key, claimsOf({ sub: 'another' })))).toMatchObject({
      status: 200,
      roles: [],
    })
  })

  type Make = () => string | Promise<string>
  const now = seconds
  const cases: readonly [string, Make, object][] = [
    ['that is not signed', () => new UnsecuredJWT({ ...claimsOf() }).encode(), refused('ALGORITHM_REFUSED')],
    [
      'that is signed with the public key as a secret',
      async () => {
        const spki = await exportSPKI((await importJWK({ ...key.jwk }, 'RS256')) as CryptoKey)
        return new SignJWT({ ...claimsOf() }).setProtectedHeader({ alg: 'HS256', kid: key.kid }).sign(Buffer.from(spki))
      },
      refused('ALGORITHM_REFUSED'),
    ],
    [
      'of an issuer that no file names',
      () => signToken(key, claimsOf({ iss: 'https://example.org' })),
      refused('ISSUER_UNKNOWN'),
    ],
    ['without an issuer', () => signToken(key, claimsOf({ iss: undefined })), refused('ISSUER_UNKNOWN')],
    ['of an issuer with a slash at its end', () => signToken(key, claimsOf({ iss: `${issuer.url}/` })), accepted],
    [
      'of an issuer like one',
      () => signToken(key, claimsOf({ iss: `${issuer.url}.example.org` })),
      refused('ISSUER_UNKNOWN'),
    ],
    ['for another audience', () => signToken(key, claimsOf({ aud: 'registry2' })), refused('AUDIENCE_WRONG')],
    ['for an audience in capitals', () => signToken(key, claimsOf({ aud: 'Registry' })), refused('AUDIENCE_WRONG')],
    ['for no audience', () => signToken(key, claimsOf({ aud: undefined })), refused('AUDIENCE_WRONG')],
    ['for several audiences', () => signToken(key, claimsOf({ aud: ['a', 'registry'] })), accepted],
    ['that expired within the skew', () => signToken(key, claimsOf({ exp: now() - 59 })), accepted],
    ['that expired a minute ago', () => signToken(key, claimsOf({ exp: now() - 60 })), refused('TOKEN_EXPIRED')],
    ['that never expires', () => signToken(key, claimsOf({ exp: undefined })), refused('CLAIM_MISSING')],
    ['whose end is a text', () => signToken(key, claimsOf({ exp: '2999-01-01' })), refused('CLAIM_MISSING')],
    ['that is valid in a minute', () => signToken(key, claimsOf({ nbf: now() + 60 })), accepted],
    ['that is valid later', () => signToken(key, claimsOf({ nbf: now() + 61 })), refused('TOKEN_NOT_YET_VALID')],
    [
      'that was issued in the future',
      () => signToken(key, claimsOf({ iat: now() + 61 })),
      refused('TOKEN_NOT_YET_VALID'),
    ],
    ['without a subject', () => signToken(key, claimsOf({ sub: undefined })), refused('CLAIM_MISSING')],
    [
      'with a subject that cannot be stored',
      () => signToken(key, claimsOf({ sub: 'a\u0000b' })),
      refused('CLAIM_MISSING'),
    ],
    [
      'with a subject as long as it may be',
      () => signToken(key, claimsOf({ sub: 'é'.repeat(500) })),
      { status: 200, roles: [] },
    ],
    [
      'with a longer subject',
      () => signToken(key, claimsOf({ sub: `a${'é'.repeat(500)}` })),
      refused('CLAIM_TOO_LONG'),
    ],
    ['that names no key', () => signToken(key, claimsOf(), { kid: undefined as never }), accepted],
    ['that names an unknown key', () => signToken(key, claimsOf(), { kid: 'two' }), refused('KEY_UNKNOWN')],
    [
      'signed by another issuer with the same name of a key',
      () => signToken(otherKey, claimsOf()),
      refused('SIGNATURE_WRONG'),
    ],
    [
      'whose claims were changed',
      async () => {
        const [header, , signature] = (await signToken(key, claimsOf())).split('.')
        return [header, Buffer.from(JSON.stringify(claimsOf({ sub: 'admin' }))).toString('base64url'), signature].join(
          '.',
        )
      },
      refused('SIGNATURE_WRONG'),
    ],
    [
      'without its signature',
      async () => (await signToken(key, claimsOf())).replace(/[^.]+$/, ''),
      refused('SIGNATURE_WRONG'),
    ],
    ['of 10 kB', () => signToken(key, claimsOf({ groups: 'g'.repeat(7_000) })), accepted],
    ['that is none', () => 'eyJhbGciOiJSUzI1NiJ9.e30', refused('TOKEN_UNKNOWN')],
  ]
  test('is refused or accepted by what it says', async () => {
    const registry = await start()
    for (const [name, make, expected] of cases)
      expect.soft(await ask(registry, await make()), name).toMatchObject(expected)
  })

  test('that is larger than a header may be is refused by HTTP', async () => {
    const registry = await start()
    const token = await signToken(key, claimsOf({ groups: 'g'.repeat(20_000) }))
    const headers = { authorization: `Bearer ${token}` }
    expect((await fetch(`${registry.url}?query={__typename}`, { headers })).status).toBe(431)
  })

  test('no message tells the token, or a part of it', async () => {
    const registry = await start()
    for (const [name, make] of cases) {
      const token = await make()
      const { message = '' } = await ask(registry, token)
      for (const part of token.split('.').filter((one) => one.length > 10))
        expect.soft(message, name).not.toContain(part.slice(0, 20))
    }
  })

  test.each(['RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'])('may be signed with %s', async (alg) => {
    const own = await createTestKey('own', alg)
    issuer.keys = [own]
    expect(await ask(await start(), await signToken(own, claimsOf()))).toMatchObject(accepted)
  })

  test('that names none of several keys is checked with each', async () => {
    const second = await createTestKey('second')
    issuer.keys = [key, second]
    const registry = await start()
    expect(await ask(registry, await signToken(second, claimsOf(), { kid: undefined as never }))).toMatchObject(
      accepted,
    )
    const stranger = await createTestKey('stranger')
    const forged = await signToken(stranger, claimsOf(), { kid: undefined as never })
    expect(await ask(registry, forged)).toMatchObject(refused('SIGNATURE_WRONG'))
  })

  test('is refused from the moment on at which it expires', async () => {
    const registry = await start()
    const token = await signToken(key, claimsOf())
    expect(await ask(registry, token)).toMatchObject(accepted)
    const before = time
    time += 360_000 - 1
    const last = await ask(registry, token)
    time += 1
    const gone = await ask(registry, token)
    time = before
    expect([last, gone]).toMatchObject([accepted, refused('TOKEN_EXPIRED')])
  })
})

describe('the keys of an issuer', () => {
  test('are asked for again when a token has a new one, also right after they were had, 5 times in 30 seconds at most', async () => {
    const registry = await start()
    expect(await ask(registry, await signToken(key, claimsOf()))).toMatchObject(accepted)
    const stranger = await signToken(await createTestKey('three'), claimsOf())
    expect(await ask(registry, stranger)).toMatchObject(refused('KEY_UNKNOWN'))
    const next = await createTestKey('two')
    issuer.keys = [key, next]
    expect(await ask(registry, await signToken(next, claimsOf()))).toMatchObject(accepted)
    const askedForKeys = () => issuer.asked.filter((path) => path === '/keys').length
    for (let i = 0; i < 20; i++) expect(await ask(registry, stranger)).toMatchObject(refused('KEY_UNKNOWN'))
    expect(askedForKeys()).toBe(6)
    time += 30_000
    for (let i = 0; i < 20; i++) expect(await ask(registry, stranger)).toMatchObject(refused('KEY_UNKNOWN'))
    expect(askedForKeys()).toBe(11)
  })

  test('that are withdrawn end the tokens which were checked with them', async () => {
    const registry = await start()
    const token = await signToken(key, claimsOf({ exp: seconds() + 36_000 }))
    expect(await ask(registry, token)).toMatchObject(accepted)
    issuer.keys = [await createTestKey('two')]
    time += 600_000
    // The first request has them asked for, and waits for nothing.
    await ask(registry, token)
    await expect.poll(() => ask(registry, token)).toMatchObject(refused('KEY_UNKNOWN'))
  })

  test('that are known go on being used while it is away', async () => {
    const registry = await start()
    expect(await ask(registry, await signToken(key, claimsOf()))).toMatchObject(accepted)
    issuer.isAway = true
    time += 3_600_000
    expect(await ask(registry, await signToken(key, claimsOf()))).toMatchObject(accepted)
    expect(await ask(registry, await signToken(key, claimsOf({ jti: 'later' })))).toMatchObject(accepted)
    const stranger = await signToken(await createTestKey('two'), claimsOf())
    expect(await ask(registry, stranger)).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' })
  })

  test('cannot be had while it is away: that is no fault of the token', async () => {
    issuer.isAway = true
    const registry = await start()
    const token = await signToken(key, claimsOf())
    const away = await ask(registry, token)
    expect(away).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' })
    expect(away.message).toContain(`the keys of its issuer ${issuer.url} cannot be had`)
    // Others are served meanwhile.
    expect((await ask(registry, adminToken)).status).toBe(200)
    issuer.isAway = false
    time += 5_000
    expect(await ask(registry, token)).toMatchObject(accepted)
  })

  const wrong: readonly [string, string, (url: string) => string | undefined][] = [
    ['redirects', '/.well-known/openid-configuration', () => undefined],
    [
      'is that of another issuer',
      '/.well-known/openid-configuration',
      (url) => JSON.stringify({ issuer: 'https://example.org', jwks_uri: `${url}/keys` }),
    ],
    [
      'has keys elsewhere without TLS',
      '/.well-known/openid-configuration',
      (url) => JSON.stringify({ issuer: url, jwks_uri: 'http://example.org/keys' }),
    ],
    ['has no address of keys', '/.well-known/openid-configuration', (url) => JSON.stringify({ issuer: url })],
    ['is no JSON', '/.well-known/openid-configuration', () => '<html>'],
    ['is endless', '/keys', () => `{"keys": ["${'k'.repeat(600_000)}"]}`],
    ['has no keys', '/keys', () => '{"keys": []}'],
    ['has what are no keys', '/keys', () => '{"keys": ["a"]}'],
  ]
  test.each(wrong)('are not taken from an answer that %s', async (_, path, body) => {
    issuer.instead.set(path, (_request, response) => {
      const text = body(issuer.url)
      if (text === undefined) response.writeHead(302, { location: `${otherIssuer.url}${path}` }).end()
      else response.end(text)
    })
    expect(await ask(await start(), await signToken(key, claimsOf()))).toMatchObject({ status: 503 })
  })

  test('are waited for at most 5 seconds', async () => {
    issuer.instead.set('/keys', () => undefined)
    const answer = await ask(await start(), await signToken(key, claimsOf()))
    expect(answer).toMatchObject({ status: 503 })
    expect(answer.message).toContain('no answer within 5 seconds')
  })
})
