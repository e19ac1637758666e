import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Caller } from '../../src/server/caller.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const adminToken = 'an-admin-token-of-the-test'
const access = [
  'name: everybody\nwho: [anyone]\nmay: [{ read: "*" }]',
  'name: ci\nwho: [{ token: jenkins }]\nmay: [{ write: "*" }]',
  'name: own\nwho: [anyone]\nmay: [{ delete: image, where: { _meta: { createdBy: { equals: "{actor}" } } } }]',
  'name: nightly\nwho: [{ token: cron }, { token: jenkins }]\nmay: [{ delete: "*" }]',
]

const time = Date.now()
/** What the last request was found to be. */
let seen: Caller | undefined
let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(undefined, {
    access,
    adminToken,
    now: () => time,
    onCaller: (caller) => {
      seen = caller
    },
  })
})
afterAll(() => registry?.close())

interface Answer {
  readonly status: number
  readonly challenge: string | undefined
  readonly text: string
}

/** Sends the operation, with each of these as a header `Authorization`. */
function ask(authorization: readonly string[], query = '{ __typename }', path = '/graphql'): Promise<Answer> {
  const { port } = new URL(registry.url)
  const headers = ['content-type', 'application/json', ...authorization.flatMap((value) => ['authorization', value])]
  return new Promise((resolve, reject) => {
    const method = path === '/graphql' ? 'POST' : 'GET'
    const sent = httpRequest(
      { host: '127.0.0.1', port, path, method, headers: ['host', 'localhost', ...headers] },
      (response) => {
        let text = ''
        response.on('data', (data) => {
          text += data
        })
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, challenge: response.headers['www-authenticate'], text }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(method === 'POST' ? JSON.stringify({ query }) : undefined)
  })
}

let asked = 0
/** Through Yoga, since the document is new, and then by the short way. */
async function askBothWays(authorization: readonly string[]): Promise<Answer> {
  const query = `{ __typename }\n# ${++asked}`
  await ask([`Bearer ${adminToken}`], query)
  const short = await ask(authorization, query)
  const yoga = await ask(authorization, `{ __typename }\n# ${++asked}`)
  expect(short).toEqual(yoga)
  return short
}

const asAdmin = { authorization: `Bearer ${adminToken}` }

async function createToken(name: string): Promise<string> {
  const { createToken } = await registry.data(
    'mutation ($name: String!) { createToken(name: $name) { token } }',
    { name },
    asAdmin,
  )
  return createToken.token
}

describe('a request', () => {
  test('without credentials is anonymous, and may do what anyone may', async () => {
    expect((await askBothWays([])).status).toBe(200)
    expect(seen?.identity).toMatchObject({ kind: 'anonymous', actor: undefined })
    expect(seen?.identity.roles.map(({ name }) => name)).toEqual(['everybody', 'own'])
  })

  test('without credentials writes under no name, whatever it says of itself', async () => {
    await registry.query('{ __typename }', undefined, { 'X-Registry-Actor': 'jenkins' })
    expect(seen?.author).toMatchObject({ actor: undefined, onBehalfOf: 'jenkins' })
    const own = 'mutation { deleteImage(name: "none") { name } }'
    const refused = await registry.query(own, undefined, { 'X-Registry-Actor': 'jenkins' })
    expect(refused.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED')
  })

  test('with ADMIN_TOKEN is the administrator’s', async () => {
    expect((await askBothWays([`Bearer ${adminToken}`])).status).toBe(200)
    expect(seen).toMatchObject({ identity: { kind: 'admin' }, author: { actor: 'admin' } })
  })

  test('with a token has the roles that name it, and those of anyone', async () => {
    const token = await createToken('jenkins')
    expect((await askBothWays([`bearer   ${token} `])).status).toBe(200)
    expect(seen).toMatchObject({ identity: { kind: 'token' }, author: { actor: 'jenkins' } })
    expect(seen?.identity.roles.map(({ name }) => name)).toEqual(['everybody', 'ci', 'own', 'nightly'])
    const { identity } = seen as Caller
    await ask([`Bearer ${token}`])
    expect(seen?.identity).toBe(identity)
  })

  test('with a token that no role names has those of anyone', async () => {
    const token = await createToken('nobody')
    expect((await ask([`Bearer ${token}`])).status).toBe(200)
    expect(seen?.author.actor).toBe('nobody')
    expect(seen?.identity.roles.map(({ name }) => name)).toEqual(['everybody', 'own'])
  })

  test('is granted what anyone may do with its own objects if it has a name', async () => {
    const token = { authorization: `Bearer ${await createToken('someone')}` }
    const add = 'mutation { upsertImage(input: { name: "own", _meta: { createdBy: "someone" } }) { outcome } }'
    await registry.data(add, undefined, asAdmin)
    await registry.data('mutation { upsertImage(input: { name: "other" }) { outcome } }', undefined, asAdmin)
    const remove = (name: string, headers = {}) =>
      registry.query(`mutation { deleteImage(name: "${name}") { name } }`, undefined, headers)
    expect((await remove('own')).errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED')
    expect((await remove('other', token)).errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
    expect(await remove('own', token)).toEqual({ data: { deleteImage: { name: 'own' } } })
  })
})

describe('credentials are refused, with 401 both ways and from the badge,', () => {
  const good = 'rgs_2O7r3oDQwtWrY5b0b1QmxR7zvZkJ4vXrG8nH2sJ1dKp0AAAAAA'
  const cases: readonly [string, () => Promise<readonly string[]>, string][] = [
    ['of another scheme', async () => ['Basic dXNlcjpwYXNz'], 'BEARER_EXPECTED'],
    ['without a scheme', async () => ['dXNlcjpwYXNz'], 'BEARER_EXPECTED'],
    ['that are empty', async () => [''], 'BEARER_EXPECTED'],
    ['without a token', async () => ['Bearer'], 'MALFORMED_CREDENTIALS'],
    ['with a space in the token', async () => ['Bearer a b'], 'MALFORMED_CREDENTIALS'],
    ['given twice', async () => [`Bearer ${adminToken}`, `Bearer ${adminToken}`], 'MALFORMED_CREDENTIALS'],
    ['that nobody knows', async () => ['Bearer something-else'], 'TOKEN_UNKNOWN'],
    ['like ADMIN_TOKEN', async () => [`Bearer ${adminToken}.`], 'TOKEN_UNKNOWN'],
    ['with a wrong checksum', async () => [`Bearer ${good}`], 'TOKEN_MISTYPED'],
    ['cut short', async () => [`Bearer ${(await createToken('jenkins')).slice(0, -1)}`], 'TOKEN_MISTYPED'],
    [
      'with another letter',
      async () => [`Bearer ${(await createToken('jenkins')).replace(/.(?=.{20}$)/, (x) => (x === 'a' ? 'b' : 'a'))}`],
      'TOKEN_MISTYPED',
    ],
    [
      'of a token that expired',
      async () => {
        const token = await createToken('old')
        await registry.sql(`update registry_token set expires_at = '2026-01-01' where name = 'old'`)
        return [`Bearer ${token}`]
      },
      'TOKEN_EXPIRED',
    ],
    [
      'of a token that was revoked',
      async () => {
        const token = await createToken('gone')
        expect(await registry.data('mutation { revokeToken(name: "gone") }', {}, asAdmin)).toEqual({
          revokeToken: true,
        })
        return [`Bearer ${token}`]
      },
      'TOKEN_REVOKED',
    ],
  ]
  test.each(cases)('%s', async (_, authorization, code) => {
    const given = await authorization()
    const answer = await askBothWays(given)
    expect(answer.status).toBe(401)
    expect(answer.challenge).toBe(code === 'BEARER_EXPECTED' ? 'Bearer' : 'Bearer error="invalid_token"')
    const { errors } = JSON.parse(answer.text)
    expect(errors).toEqual([
      {
        message: expect.any(String),
        extensions: {
          code: 'UNAUTHENTICATED',
          issues: [{ path: [], code, message: errors[0].message }],
        },
      },
    ])
    const badge = await ask(given, '', '/badge/role.svg?rows=name&columns=image')
    expect(badge).toEqual({ status: 401, challenge: answer.challenge, text: `${errors[0].message}\n` })
    for (const part of given.flatMap((value) => value.split(' ')).filter((part) => part.length > 6))
      expect(answer.text).not.toContain(part)
  })
})
