import { once } from 'node:events'
import { request } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { GraphQLObjectType, GraphQLSchema, GraphQLString, printSchema } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Coding, chooseCoding } from '../../src/server/send/choose-coding.ts'
import { sendRaw } from './raw-request.ts'
import { startTestServer, type TestServer } from './start-test-server.ts'

let started: TestServer
beforeAll(async () => {
  started = await startTestServer({
    config: { host: '127.0.0.1', allowedHosts: [], corsOrigins: ['https://a.example'] },
  })
})
afterAll(async () => {
  expect(started.log.filter((line) => line['level'] === 'error')).toEqual([])
  await started.server.drain(0)
})

interface RawAnswer {
  readonly status: number | undefined
  readonly coding: string | undefined
  readonly vary: string | undefined
  readonly length: number
  readonly etag: string | undefined
  readonly bytes: Buffer
}

/** An answer as it came over the wire. */
async function ask(path: string, headers: Record<string, string>, body?: object, method?: string): Promise<RawAnswer> {
  const call = request(new URL(path, started.url), {
    method: method ?? (body ? 'POST' : 'GET'),
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    agent: false,
  })
  call.end(body && JSON.stringify(body))
  const [answer] = await once(call, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk)
  return {
    status: answer.statusCode,
    coding: answer.headers['content-encoding'],
    vary: answer.headers.vary,
    length: Number(answer.headers['content-length']),
    etag: answer.headers.etag,
    bytes: Buffer.concat(chunks),
  }
}

const decoders = { br: brotliDecompressSync, gzip: gunzipSync }
const decode = ({ coding, bytes }: RawAnswer): string =>
  (coding === undefined ? bytes : decoders[coding as Coding](bytes)).toString()

const echo = (length: number) => ({
  query: 'query($a: String) { hello(name: $a) }',
  variables: { a: 'ä'.repeat(length / 2) },
})
const accepting = (coding: string) => ({ 'accept-encoding': coding })

describe('the coding that a client likes best', () => {
  test.each<[string | undefined, Coding | undefined]>([
    [undefined, undefined],
    ['', undefined],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['br', 'br'],
    ['gzip, deflate, br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip;q=1.0, br;q=0.5', 'gzip'],
    ['gzip ; q=0.5 , br ; q=0.8', 'br'],
    ['*', 'br'],
    ['*;q=0.1, gzip;q=0.5', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['gzip;q=0', undefined],
    ['gzip;q=0.000', undefined],
    ['*;q=0', undefined],
    ['identity', undefined],
    ['identity, gzip', 'gzip'],
    ['identity;q=1, gzip;q=0.5', undefined],
    ['identity;q=0.5, gzip;q=0.8', 'gzip'],
    ['deflate, zstd', undefined],
    ['gzipped', undefined],
    ['gzip;q=no', undefined],
    [',,;', undefined],
  ])('of "%s" is %s', (header, expected) => {
    expect(chooseCoding(header)).toBe(expected)
  })
})

describe('an answer', () => {
  test.each([
    ['read the first time', '{ hello }'],
    ['with a variable', 'query($a: String) { hello(name: $a) }'],
  ])('%s below 1 kB goes as it is and depends on no header', async (_, query) => {
    const answer = await ask('/graphql', accepting('br, gzip'), { query, variables: { a: 'a'.repeat(900) } })
    expect([answer.status, answer.coding, answer.vary]).toEqual([200, undefined, 'Origin'])
  })

  test.each([
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['gzip, br', 'br'],
    ['identity', undefined],
    ['gzip;q=0', undefined],
  ])('from 1 kB on, for %s, has the coding %s, its length and Vary', async (header, coding) => {
    for (const length of [1_000, 20_000, 400_000, 5_000_000]) {
      const answer = await ask('/graphql', accepting(header), echo(length))
      const expected = JSON.stringify({ data: { hello: `hello ${'ä'.repeat(length / 2)}` } })
      expect([answer.status, answer.coding, answer.vary, answer.length, decode(answer) === expected]).toEqual([
        200,
        coding,
        'Origin, Accept-Encoding',
        answer.bytes.length,
        true,
      ])
      if (coding) expect(answer.length).toBeLessThan(length / 10)
    }
  })

  test('with an error is compressed as well', async () => {
    const answer = await ask('/graphql', accepting('gzip'), { query: `{ ${'nothing '.repeat(90)} }` })
    expect([answer.status, answer.coding]).toEqual([200, 'gzip'])
    expect(JSON.parse(decode(answer)).errors[0].extensions.code).toBe('BAD_USER_INPUT')
  })

  test('that is a stream of events is never compressed', async () => {
    const answer = await ask('/graphql', { ...accepting('br, gzip'), accept: 'text/event-stream' }, echo(20_000))
    // Yoga's word for "as it is", which proxies leave alone.
    expect([answer.status, answer.coding, answer.bytes.toString().includes('hello ä')]).toEqual([200, 'none', true])
  })

  test('of which forty are asked for at once is whole each time, compressed or not', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask('/graphql', accepting('br'), echo(400_000))))
    expect(answers.map((answer) => JSON.parse(decode(answer)).data.hello.length)).toEqual(Array(40).fill(200_006))
  })

  test('whose client is gone before it is compressed leaves nothing behind', async () => {
    const body = JSON.stringify(echo(5_000_000))
    await sendRaw(
      started.port,
      `POST /graphql HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      once(started.server.http, 'request'),
    )
    expect((await ask('/graphql', {}, { query: '{ hello }' })).status).toBe(200)
  })
})

describe('the schema', () => {
  let large: TestServer
  const Large = new GraphQLObjectType({
    name: 'Query',
    fields: Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`field${index}`, { type: GraphQLString }])),
  })
  const schema = new GraphQLSchema({ query: Large })
  beforeAll(async () => {
    large = await startTestServer({ schema })
  })
  afterAll(() => large.server.drain(0))

  test('is compressed, has one weak tag for all codings, and 304 and HEAD go with it', async () => {
    const sdl = `${printSchema(schema)}\n`
    const get = (header: string, headers = {}, method = 'GET') =>
      ask(`${large.url}/schema.graphql`, { ...accepting(header), ...headers }, undefined, method)
    const tags: (string | undefined)[] = []
    for (const [header, coding] of [
      ['identity', undefined],
      ['br', 'br'],
      ['gzip', 'gzip'],
      ['gzip', 'gzip'],
    ] as const) {
      const whole = await get(header)
      expect([whole.status, whole.coding, whole.vary, whole.length, decode(whole)]).toEqual([
        200,
        coding,
        'Accept-Encoding',
        whole.bytes.length,
        sdl,
      ])
      const head = await get(header, {}, 'HEAD')
      expect([head.status, head.coding, head.length, head.bytes.length]).toEqual([200, coding, whole.length, 0])
      const known = await get(header, { 'if-none-match': whole.etag })
      expect([known.status, known.vary, known.etag, known.bytes.length]).toEqual([
        304,
        'Accept-Encoding',
        whole.etag,
        0,
      ])
      tags.push(whole.etag)
    }
    expect(new Set(tags)).toEqual(new Set([expect.stringMatching(/^W\/"[\w-]{43}"$/)]))
  })
})
