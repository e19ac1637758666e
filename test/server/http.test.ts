import { once } from 'node:events'
import { request } from 'node:http'
import { printSchema } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sendRaw, statusOf } from './raw-request.ts'
import { startTestServer, type TestServer, testSchema, written } from './start-test-server.ts'

let started: TestServer
beforeAll(async () => {
  started = await startTestServer()
})
afterAll(() => started.server.drain(0))

const get = (path: string, init: RequestInit = {}) => fetch(`${started.url}${path}`, { redirect: 'manual', ...init })
const invalid = (code: string, message: string) => ({
  errors: [{ message, extensions: { code: 'BAD_USER_INPUT', issues: [{ path: [], code, message }] } }],
})

describe('routes', () => {
  test('/livez, /readyz, / and an unknown path answer in one line for people', async () => {
    const answers = []
    for (const path of ['/livez', '/readyz', '/', '/nothing/<b>']) {
      const answer = await get(path)
      answers.push([
        path,
        answer.status,
        await answer.text(),
        answer.headers.get('location'),
        answer.headers.get('cache-control'),
      ])
    }
    expect(answers).toEqual([
      ['/livez', 200, 'alive\n', null, 'no-store'],
      ['/readyz', 200, 'ready\n', null, 'no-store'],
      ['/', 302, 'GraphQL is at /graphql.\n', '/graphql', 'no-store'],
      [
        '/nothing/<b>',
        404,
        'Not found. The page is at /, GraphQL at /graphql, its schema at /schema.graphql.\n',
        null,
        'no-store',
      ],
    ])
  })

  test('every answer forbids guessing its type, framing it and embedding it elsewhere', async () => {
    const answer = await get('/livez')
    const {
      'x-content-type-options': sniff,
      'x-frame-options': frame,
      'referrer-policy': referrer,
      'cross-origin-resource-policy': resource,
    } = Object.fromEntries(answer.headers)
    expect({ sniff, frame, referrer, resource }).toEqual({
      sniff: 'nosniff',
      frame: 'DENY',
      referrer: 'no-referrer',
      resource: 'same-origin',
    })
  })

  test('/schema.graphql is the printed schema, and 304 for clients that have it', async () => {
    const answer = await get('/schema.graphql')
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'text/plain; charset=utf-8',
      `${printSchema(testSchema)}\n`,
    ])
    const again = await get('/schema.graphql', { headers: { 'if-none-match': answer.headers.get('etag') ?? '' } })
    expect([again.status, await again.text()]).toEqual([304, ''])
  })

  test('HEAD gives the headers of GET without a body', async () => {
    const answer = await get('/schema.graphql', { method: 'HEAD' })
    expect([answer.status, answer.headers.get('content-length'), await answer.text()]).toEqual([
      200,
      String(Buffer.byteLength(`${printSchema(testSchema)}\n`)),
      '',
    ])
  })

  test('a method that a path does not accept is 405 with Allow', async () => {
    const answers = []
    for (const [method, path] of [
      ['POST', '/livez'],
      ['DELETE', '/graphql'],
      ['OPTIONS', '/graphql'],
      ['PUT', '/schema.graphql'],
      ['HEAD', '/graphql'],
    ]) {
      const answer = await get(path as string, { method: method as string })
      answers.push([method, path, answer.status, answer.headers.get('allow')])
    }
    expect(answers).toEqual([
      ['POST', '/livez', 405, 'GET, HEAD'],
      ['DELETE', '/graphql', 405, 'GET, HEAD, POST'],
      ['OPTIONS', '/graphql', 405, 'GET, HEAD, POST'],
      ['PUT', '/schema.graphql', 405, 'GET, HEAD'],
      ['HEAD', '/graphql', 405, 'GET, POST'],
    ])
  })
})

describe('readiness', () => {
  test.each([
    ['says no', async () => false],
    [
      'rejects',
      async () => {
        throw new Error('connect ECONNREFUSED db.internal:5432')
      },
    ],
    [
      'throws',
      () => {
        throw new Error('db.internal')
      },
    ],
    ['never settles', () => new Promise<boolean>(() => {})],
  ])('a database that %s is 503, without telling why, while /livez stays 200', async (_, isReady) => {
    const other = await startTestServer({ isReady })
    const answer = await fetch(`${other.url}/readyz`)
    expect([
      answer.status,
      await answer.text(),
      answer.headers.get('cache-control'),
      answer.headers.get('retry-after'),
    ]).toEqual([503, 'not ready\n', 'no-store', '1'])
    expect((await fetch(`${other.url}/livez`)).status).toBe(200)
    await other.server.drain(0)
  })
})

describe('CORS', () => {
  const origin = 'https://dash.example.org'

  test('without a list no origin is allowed and no header of CORS is sent', async () => {
    const answer = await started.post({ query: '{hello}' }, { origin })
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control') || name === 'vary')).toEqual(
      [],
    )
  })

  test('a listed origin may read answers and ask beforehand, without credentials; another one may not', async () => {
    const other = await startTestServer({ config: { host: '127.0.0.1', allowedHosts: [], corsOrigins: [origin] } })
    const cors = (headers: Headers) =>
      Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control') || name === 'vary'))
    expect(cors((await other.post({ query: '{hello}' }, { origin })).headers)).toEqual({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': 'Retry-After, ETag, X-Registry-Position',
      vary: 'Origin',
    })
    expect(cors((await other.post({ query: '{hello}' }, { origin: 'https://evil.example' })).headers)).toEqual({
      vary: 'Origin',
    })
    const preflight = (from: string) =>
      fetch(`${other.url}/graphql`, {
        method: 'OPTIONS',
        headers: {
          origin: from,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type',
        },
      })
    const allowed = await preflight(origin)
    expect([allowed.status, cors(allowed.headers)]).toEqual([
      204,
      {
        'access-control-allow-origin': origin,
        'access-control-expose-headers': 'Retry-After, ETag, X-Registry-Position',
        'access-control-allow-methods': 'GET, HEAD, POST',
        'access-control-allow-headers':
          'Content-Type, Authorization, X-Registry-Actor, X-Registry-Run, X-Registry-Position',
        'access-control-max-age': '600',
        vary: 'Origin',
      },
    ])
    const refused = await preflight('https://evil.example')
    expect([refused.status, cors(refused.headers)]).toEqual([405, { vary: 'Origin' }])
    await other.server.drain(0)
  })
})

describe('requests', () => {
  test.each([
    ['application/x-www-form-urlencoded', 'query=mutation{write}'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{"query":"mutation{write}"}\r\n--x--',
    ],
    ['application/graphql', 'mutation{write}'],
    ['application/graphql+json', '{"query":"mutation{write}"}'],
    ['text/plain', '{"query":"mutation{write}"}'],
    ['application/json; charset=latin1', '{"query":"mutation{write}"}'],
    ['', '{"query":"mutation{write}"}'],
  ])('a POST of %s is 415 and runs nothing', async (type, body) => {
    const before = written.count
    const answer = await started.post(body, { 'content-type': type })
    expect([answer.status, answer.body, written.count]).toEqual([
      415,
      invalid(
        'UNSUPPORTED_CONTENT',
        'A POST must have a JSON body in UTF-8: send {"query": …, "variables": …} with the header Content-Type: application/json.',
      ),
      before,
    ])
  })

  test('the media type of JSON is accepted in any case and with its charset', async () => {
    expect(
      (await started.post({ query: '{hello}' }, { 'content-type': 'Application/JSON; charset="UTF-8"' })).body,
    ).toEqual({ data: { hello: 'hello world' } })
  })

  test('a compressed body is 415', async () => {
    const answer = await started.post('x', { 'content-encoding': 'gzip' })
    expect([answer.status, answer.body, answer.headers.get('accept-encoding')]).toEqual([
      415,
      invalid('UNSUPPORTED_CONTENT', 'Compressed request bodies are not accepted.'),
      'identity',
    ])
  })

  test('GET runs queries and refuses mutations with 405', async () => {
    const before = written.count
    expect(await (await get('/graphql?query={hello}')).json()).toEqual({ data: { hello: 'hello world' } })
    const answer = await get('/graphql?query=mutation{write}')
    expect([answer.status, answer.headers.get('allow'), await answer.json(), written.count]).toEqual([
      405,
      'POST',
      invalid('INVALID_DOCUMENT', 'Can only perform a mutation operation from a POST request.'),
      before,
    ])
    const named = await get(`/graphql?operationName=b&query=${encodeURIComponent('query a{hello} mutation b{write}')}`)
    expect([named.status, written.count]).toEqual([405, before])
  })

  test.each([
    [
      '[{"query":"{hello}"}]',
      'INVALID_REQUEST',
      'Lists of operations are not accepted: send one operation per request.',
    ],
    ['"a"', 'INVALID_REQUEST', 'The request body must be an object: {"query": …, "variables": …}.'],
    ['null', 'INVALID_REQUEST', 'The request body must be an object: {"query": …, "variables": …}.'],
    ['{}', 'INVALID_REQUEST', 'There is no "query": send the GraphQL document as {"query": …}.'],
    ['{"query":7}', 'INVALID_REQUEST', '"query" must be a string.'],
    ['{"query":"{hello}","operationName":7}', 'INVALID_REQUEST', '"operationName" must be a string.'],
    ['{"query":"{hello}","variables":"a"}', 'INVALID_REQUEST', '"variables" must be an object.'],
    ['{"query":"{hello}","variables":[]}', 'INVALID_REQUEST', '"variables" must be an object.'],
    ['{"query":"{hello}","extensions":7}', 'INVALID_REQUEST', '"extensions" must be an object.'],
    ['{"query":', 'INVALID_JSON', 'The request body is not valid JSON.'],
    ['', 'INVALID_JSON', 'The request body is not valid JSON.'],
    ['{"query":"{hello}", NaN}', 'INVALID_JSON', 'The request body is not valid JSON.'],
    [
      Buffer.from('{"query":"{hello(name: \\"\xff\\")}"}', 'latin1'),
      'INVALID_JSON',
      'The request body is not UTF-8 text.',
    ],
  ])('the body %s is 400', async (body, code, message) => {
    const answer = await started.post(body)
    expect([answer.status, answer.body]).toEqual([400, invalid(code, message)])
  })

  test('a byte order mark before the JSON is ignored', async () => {
    expect((await started.post('\ufeff{"query":"{hello}"}')).body).toEqual({ data: { hello: 'hello world' } })
  })

  test('an answer as a stream of events is streamed, and its errors are masked as well', async () => {
    const answer = await started.post({ query: '{ hello broken }' }, { accept: 'text/event-stream' })
    expect(answer.status).toBe(500)
    expect(answer.body).toMatch(
      /^:\n\nevent: next\ndata: \{"errors":\[\{"message":"Something went wrong [^]*event: complete\n/,
    )
    expect(answer.body).not.toContain('SELECT')
    started.log.length = 0
  })

  test('bad JSON in the variables of a GET is 400', async () => {
    const answer = await get('/graphql?query={hello}&variables={', { headers: { accept: 'application/json' } })
    expect([answer.status, await answer.json()]).toEqual([
      400,
      invalid('INVALID_JSON', 'The parameter "variables" is not valid JSON.'),
    ])
  })
})

describe('bodies over 10 MB', () => {
  const tooLarge = (had: string) =>
    `The request has ${had} bytes in its body; at most 10,000,000 are allowed (limit "bodyBytes"). Split it into smaller requests.`

  test('one with a larger Content-Length is refused before it is sent', async () => {
    const answer = await sendRaw(
      started.port,
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 10000001\r\nConnection: close\r\n\r\n',
    )
    expect(statusOf(answer)).toBe(413)
    expect(answer).toContain(JSON.stringify(tooLarge('10,000,001')))
  })

  test('one that is sent whole gets to read its answer', async () => {
    const answer = await started.post(`{"query":"{hello}","extensions":{"a":"${'a'.repeat(10_000_000)}"}}`)
    expect([answer.status, answer.body.errors[0].extensions]).toEqual([
      413,
      { code: 'LIMIT_EXCEEDED', limit: { name: 'bodyBytes', allowed: 10_000_000, asked: 10_000_041 } },
    ])
  })

  test('one in chunks without a length is refused while it arrives and keeps no memory', async () => {
    const sent = await new Promise<[number, string, number]>((resolve, reject) => {
      const call = request(`${started.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      })
      let bytes = 0
      let answered = false
      call.on('response', (answer) => {
        answered = true
        let text = ''
        answer.on('data', (chunk) => {
          text += chunk
        })
        answer.on('end', () => {
          resolve([answer.statusCode ?? 0, JSON.parse(text).errors[0].message, bytes])
          call.destroy()
        })
      })
      call.on('error', (error) => {
        if (!answered) reject(error)
      })
      const write = () => {
        if (answered) return
        bytes += 100_000
        call.write('a'.repeat(100_000), () => setImmediate(write))
      }
      write()
    })
    expect(sent.slice(0, 2)).toEqual([413, tooLarge('more than 10,000,000')])
    expect(sent[2]).toBeLessThan(20_000_000)
  })

  test('one of just 10 MB is answered', async () => {
    const head = '{"query":"{hello}","extensions":{"a":"'
    expect((await started.post(`${head}${'a'.repeat(10_000_000 - head.length - 3)}"}}`)).body).toEqual({
      data: { hello: 'hello world' },
    })
  })

  test('a body shorter than its Content-Length, or a client that disconnects, does not harm the server', async () => {
    await sendRaw(
      started.port,
      'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"query"',
      once(started.server.http, 'request'),
    )
    expect(
      statusOf(
        await sendRaw(
          started.port,
          'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: -5\r\n\r\n{}',
        ),
      ),
    ).toBe(400)
    expect(
      statusOf(
        await sendRaw(
          started.port,
          'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        ),
      ),
    ).toBe(400)
    expect((await started.post({ query: '{hello}' })).status).toBe(200)
    expect(started.log.filter((line) => line['level'] === 'error')).toEqual([])
  })
})

describe("the caller's headers", () => {
  const ask = (headers: Record<string, string>) => started.post({ query: '{caller}' }, headers)
  const latin1 = (text: string) => Buffer.from(text).toString('latin1')

  test('actor and run reach the context, trimmed and decoded as UTF-8; blank is absent', async () => {
    expect(
      (await ask({ 'x-registry-actor': latin1(' Ж. Иванов '), 'x-registry-run': 'https://ci.example/1' })).body,
    ).toEqual({
      data: { caller: { actor: 'Ж. Иванов', run: 'https://ci.example/1' } },
    })
    expect((await ask({ 'x-registry-actor': '  ' })).body).toEqual({ data: { caller: {} } })
    expect((await ask({ 'x-registry-actor': latin1('ж'.repeat(256)) })).body).toEqual({
      data: { caller: { actor: 'ж'.repeat(256) } },
    })
  })

  test.each([
    [
      { 'x-registry-actor': 'a'.repeat(257) },
      'The header X-Registry-Actor has 257 characters; at most 256 are allowed.',
    ],
    [
      { 'x-registry-run': 'a'.repeat(2_049) },
      'The header X-Registry-Run has 2049 characters; at most 2048 are allowed.',
    ],
    [{ 'x-registry-actor': 'a\tb' }, 'The header X-Registry-Actor has control characters.'],
    [{ 'x-registry-actor': '\xff' }, 'The header X-Registry-Actor is not UTF-8 text.'],
  ])('%o is 400', async (headers, message) => {
    const answer = await ask(headers as never)
    expect([answer.status, answer.body]).toEqual([400, invalid('INVALID_HEADER', message)])
  })

  test('a header given twice is 400', async () => {
    const answer = await sendRaw(
      started.port,
      'GET /graphql?query={caller} HTTP/1.1\r\nHost: localhost\r\nX-Registry-Actor: a\r\nX-Registry-Actor: b\r\nConnection: close\r\n\r\n',
    )
    expect(statusOf(answer)).toBe(400)
  })
})
