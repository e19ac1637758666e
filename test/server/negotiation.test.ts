import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer, written } from './start-test-server.ts'

let started: TestServer
beforeAll(async () => {
  started = await startTestServer()
})
afterAll(() => started.server.drain(0))

const json = 'application/json'
const graphqlJson = 'application/graphql-response+json'

describe('the media type of the answer', () => {
  test.each([
    [`${json};q=0.5, ${graphqlJson}`, graphqlJson],
    [`${json};q=0.5, ${graphqlJson};q=0.9`, graphqlJson],
    [`${graphqlJson};q=0.5, ${json}`, json],
    // What Apollo Client 4, urql and graphql-request send.
    [`${graphqlJson},${json};q=0.9`, graphqlJson],
    [`${graphqlJson}, application/graphql+json, ${json}, text/event-stream, multipart/mixed`, graphqlJson],
    [`${graphqlJson}, ${json}`, graphqlJson],
    // Curl, Python and browsers.
    ['*/*', json],
    ['text/plain, */*', json],
    ['image/avif,image/webp,*/*;q=0.8', json],
    [`${graphqlJson};q=0, */*`, json],
    [`${json};q=0, */*;q=0.1`, graphqlJson],
    ['application/*', json],
    [`text/event-stream, ${json};q=0.9`, json],
    [`APPLICATION/JSON; charset="utf-8"; Q=0.3`, json],
    [`${json}; charset=latin1, ${graphqlJson};q=0.1`, graphqlJson],
  ])('for Accept: %s is %s, for a document that is new and for one that is known', async (accept, wanted) => {
    const query = `{ hello } # ${accept}`
    for (let i = 0; i < 2; i++) {
      const answer = await started.post({ query }, { accept })
      expect([answer.status, answer.headers.get('content-type'), answer.body]).toEqual([
        200,
        `${wanted}; charset=utf-8`,
        { data: { hello: 'hello world' } },
      ])
    }
  })

  test.each([['text/html'], [`${json};q=0`], [`${json}; charset=latin1`], ['application/xml, image/*;q=0.5'], ['']])(
    'cannot be %j: 406 with a sentence, before anything runs',
    async (accept) => {
      const before = written.count
      const answer = await started.post({ query: 'mutation { write }' }, { accept })
      expect([answer.status, answer.headers.get('content-type'), answer.body, written.count]).toEqual([
        406,
        'text/plain; charset=utf-8',
        'The header Accept allows no answer: allow application/json or application/graphql-response+json, or leave it out.\n',
        before,
      ])
    },
  )
})

describe('a document that is named by its hash', () => {
  const hashOf = (query: string) => createHash('sha256').update(query).digest('hex')
  const persisted = (query: string) => ({ persistedQuery: { version: 1, sha256Hash: hashOf(query) } })
  const notFound = {
    errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
  }

  test('is asked for once, and then known to all', async () => {
    const query = 'query Persisted($name: String) { hello(name: $name) }'
    const extensions = persisted(query)
    const first = await started.post({ extensions, variables: { name: 'a' } })
    expect([first.status, first.body, first.headers.get('cache-control')]).toEqual([200, notFound, 'no-store'])
    const whole = await started.post({ query, extensions, variables: { name: 'b' } })
    expect(whole.body).toEqual({ data: { hello: 'hello b' } })
    for (const name of ['c', 'd'])
      expect((await started.post({ extensions, variables: { name } })).body).toEqual({
        data: { hello: `hello ${name}` },
      })
    const upper = { persistedQuery: { version: 1, sha256Hash: hashOf(query).toUpperCase() } }
    expect((await started.post({ query: '', extensions: upper })).body).toEqual({ data: { hello: 'hello world' } })
  })

  test('may come by GET', async () => {
    const query = '{ hello(name: "get") }'
    const extensions = encodeURIComponent(JSON.stringify(persisted(query)))
    const get = async (more = '') => (await fetch(`${started.url}/graphql?extensions=${extensions}${more}`)).json()
    expect(await get()).toEqual(notFound)
    expect(await get(`&query=${encodeURIComponent(query)}`)).toEqual({ data: { hello: 'hello get' } })
    expect(await get()).toEqual({ data: { hello: 'hello get' } })
  })

  test('runs no mutation by GET', async () => {
    const query = 'mutation { write }'
    const before = written.count
    await started.post({ query, extensions: persisted(query) })
    const extensions = encodeURIComponent(JSON.stringify(persisted(query)))
    const answer = await fetch(`${started.url}/graphql?extensions=${extensions}`)
    expect([answer.status, written.count]).toEqual([405, before + 1])
  })

  test('is not known if it cannot be kept, and the client sends it each time', async () => {
    const query = `{ hello } # ${'long '.repeat(50_000)}`
    const extensions = persisted(query)
    expect((await started.post({ query, extensions })).body).toEqual({ data: { hello: 'hello world' } })
    expect((await started.post({ extensions })).body).toEqual(notFound)
  })

  test('is forgotten when others need its place', async () => {
    const other = await startTestServer()
    try {
      const query = '{ hello(name: "forgotten") }'
      const extensions = persisted(query)
      await other.post({ query, extensions })
      expect((await other.post({ extensions })).body).toEqual({ data: { hello: 'hello forgotten' } })
      // Each of these takes some 1.5 MB of the cache's 24.
      const filling = (i: number) => `{ ${'hello '.repeat(3_000)} } # ${i}`
      for (let i = 0; i < 20; i++) await other.post({ query: filling(i) })
      expect((await other.post({ extensions })).body).toEqual(notFound)
    } finally {
      await other.server.drain(0)
    }
  })

  test.each([
    [
      { version: 2, sha256Hash: hashOf('{ hello }') },
      200,
      'PERSISTED_QUERY_NOT_SUPPORTED',
      'PersistedQueryNotSupported',
    ],
    ['x', 200, 'PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported'],
    [
      { version: 1, sha256Hash: 'abc' },
      400,
      'BAD_USER_INPUT',
      '"extensions.persistedQuery.sha256Hash" must be the SHA-256 of the document, in 64 hexadecimal digits.',
    ],
    [
      { version: 1, sha256Hash: hashOf('{ other }') },
      400,
      'BAD_USER_INPUT',
      `"extensions.persistedQuery.sha256Hash" is not the SHA-256 of "query", which is ${hashOf('{ hello }')}.`,
    ],
  ])('as %j is refused', async (persistedQuery, status, code, message) => {
    for (let i = 0; i < 2; i++) {
      const answer = await started.post({ query: '{ hello }', extensions: { persistedQuery } })
      expect([answer.status, answer.body.errors[0].extensions.code, answer.body.errors[0].message]).toEqual([
        status,
        code,
        message,
      ])
    }
  })
})

describe('a page of another site', () => {
  const crossSite = { 'sec-fetch-site': 'cross-site' }
  const get = (server: TestServer, headers: Record<string, string>, path = '/graphql?query={hello}') =>
    fetch(`${server.url}${path}`, { headers })

  test('cannot send queries by GET', async () => {
    const answer = await get(started, crossSite)
    expect([answer.status, await answer.json()]).toEqual([
      403,
      {
        errors: [
          {
            message: 'A page of another site may not send queries, unless its origin is in the setting CORS_ORIGINS.',
            extensions: { code: 'FORBIDDEN' },
          },
        ],
      },
    ])
    expect((await get(started, { ...crossSite, origin: 'https://evil.example' })).status).toBe(403)
  })

  test('can link to GraphiQL', async () => {
    expect((await get(started, { ...crossSite, accept: 'text/html' })).status).toBe(200)
  })

  test('can, if its origin is allowed', async () => {
    const origin = 'https://dash.example.org'
    const other = await startTestServer({ config: { host: '127.0.0.1', allowedHosts: [], corsOrigins: [origin] } })
    try {
      expect((await get(other, { ...crossSite, origin })).status).toBe(200)
      expect((await get(other, { ...crossSite, origin: 'https://evil.example' })).status).toBe(403)
      expect((await get(other, crossSite)).status).toBe(403)
    } finally {
      await other.server.drain(0)
    }
  })

  test.each(['same-origin', 'same-site', 'none'])('that is %s can send queries by GET', async (site) => {
    expect((await get(started, { 'sec-fetch-site': site })).status).toBe(200)
  })
})
