import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, expect, test } from 'vitest'
import WebSocket from 'ws'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { asToken, endedTokens } from '../support/test-identify.ts'

const templates = ['name: role\nkey: [name]\nfields: { name: string, status: boolean }']
const roles = ['name: all\nwho: [{ token: writer }, { token: ending }]\nmay: [{ read: "*" }, { write: "*" }]']

let registry: TestRegistry
let url = ''
beforeAll(async () => {
  registry = await startRegistry(templates, { access: roles })
  url = registry.url.replace('http:', 'ws:')
})
let isClosed = false
afterAll(() => (isClosed ? undefined : registry?.close()))
/** The last test closes it. */
const close = () => {
  isClosed = true
  return registry.close()
}

const write = (name: string) =>
  registry.data(`mutation { upsertRole(input: { name: "${name}" }) { outcome } }`, undefined, asToken('writer'))

/** The first event of a subscription, or what is wrong. */
async function first(connectionParams: Record<string, unknown> | undefined, query: string, variables?: object) {
  const client = createClient({
    url,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...(connectionParams && { connectionParams }),
  })
  try {
    for await (const result of client.iterate({ query, variables: variables as Record<string, unknown> })) return result
    return 'complete'
  } catch (error) {
    return error
  } finally {
    await client.dispose()
  }
}

test.each([
  ['authorization', { authorization: 'Bearer test:writer' }],
  ['headers', { headers: { Authorization: 'Bearer test:writer' } }],
  ['token', { token: 'test:writer' }],
])('a subscription by WebSocket, with the token in connectionParams: %s', async (name, params) => {
  const { cursor } = await registry.data('{ cursor }', undefined, asToken('writer'))
  await write(name)
  expect(
    await first(params, 'subscription ($after: String) { rolesChanged(after: $after) { kind role { name } } }', {
      after: cursor,
    }),
  ).toEqual({
    data: { rolesChanged: { kind: 'CREATED', role: { name } } },
  })
})

test('what is wrong with an operation or a caller is said', async () => {
  const writer = { authorization: 'Bearer test:writer' }
  expect(await first(writer, '{ roles { totalCount } }')).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  expect(await first(writer, 'subscription { rolesChanged { nothing } }')).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT' } },
  ])
  const [{ extensions }] = (
    (await first(undefined, 'subscription { rolesChanged { kind } }')) as { errors: [{ extensions: object }] }
  ).errors
  expect(extensions).toEqual({ code: 'UNAUTHENTICATED' })
  expect(await first({ token: 'wrong' }, 'subscription { rolesChanged { kind } }')).toMatchObject({ code: 4401 })
})

test.each([
  ['a token that is no text', { token: 5 }, {}, 'In connectionParams, "token" must be a text.'],
  ['headers that are no object', { headers: 'a: b' }, {}, 'In connectionParams, "headers" must be an object.'],
  [
    'a header that cannot be kept',
    { token: 'test:writer' },
    { 'X-Registry-Actor': 'a'.repeat(257) },
    'The header X-Registry-Actor has 257 characters; at most 256 are allowed.',
  ],
])('%s closes the connection with 4400: no use in trying again', async (_, payload, headers, reason) => {
  expect(await closeOf((socket) => socket.send(JSON.stringify({ type: 'connection_init', payload })), headers)).toEqual(
    { code: 4400, reason },
  )
})

test('what is no message of the protocol closes the connection with 4400', async () => {
  for (const message of ['{', '"x"', '{"type":"connection_init","payload":5}'])
    expect(await closeOf((socket) => socket.send(message))).toMatchObject({ code: 4400 })
})

test('a client without a token may say so by null or an empty text', async () => {
  for (const params of [{ token: null }, { authorization: '' }, { headers: null }])
    expect(await first(params, 'subscription { rolesChanged { kind } }')).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    })
})

test('a page of another site, another path and another host get no connection, and are told the setting', async () => {
  const refusal = async (target: string, headers: Readonly<Record<string, string>>) => {
    const socket = new WebSocket(target, 'graphql-transport-ws', { headers })
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
    return [response.statusCode, await text(response)]
  }
  expect(await refusal(url, { origin: 'https://evil.example' })).toEqual([
    403,
    'A page of another site gets no connection, unless its origin is in the setting CORS_ORIGINS.\n',
  ])
  expect(await refusal(url.replace('/graphql', '/other'), {})).toEqual([404, ''])
  expect(await refusal(url, { host: 'evil.example' })).toEqual([
    421,
    'This server does not answer to the name "evil.example". Use one of its names, such as localhost, or add this name to the setting ALLOWED_HOSTS.\n',
  ])
})

test('a token that ends takes its open connection with it', async () => {
  const client = createClient({
    url,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: false,
    connectionParams: { token: 'test:ending' },
    onNonLazyError: () => undefined,
  })
  await new Promise((resolve) => client.on('connected', resolve))
  endedTokens.add('ending')
  await expect(client.iterate({ query: 'subscription { rolesChanged { kind } }' }).next()).rejects.toMatchObject({
    code: 4401,
  })
})

/** Connects, sends, and gives back how the server closes the connection. */
async function closeOf(send: (socket: WebSocket) => void, headers: Readonly<Record<string, string>> = {}) {
  const socket = new WebSocket(url, 'graphql-transport-ws', { headers })
  socket.on('error', () => undefined)
  socket.once('open', () => send(socket))
  const [code, reason] = await once(socket, 'close')
  return { code, reason: String(reason) }
}

test('a message is as bounded as a request by HTTP, and who asks without reading is cut off', async () => {
  const deep = JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '', variables: { deep: 0 } } })
  const nested = deep.replace('0}', `${'['.repeat(1_000)}${']'.repeat(1_000)}}`)
  expect(await closeOf((socket) => socket.send(nested))).toEqual({
    code: 4400,
    reason: 'A message exceeds the limit "jsonDepth": 64',
  })
  const ping = JSON.stringify({ type: 'ping', payload: { long: 'x'.repeat(90_000) } })
  const unread = await closeOf((socket) => {
    // Else it would be closed after a while for not having begun.
    socket.send(JSON.stringify({ type: 'connection_init', payload: { token: 'test:writer' } }))
    socket.once('message', () => {
      socket.pause()
      for (let i = 0; i < 500; i++) socket.send(ping)
      // When all is sent, or cannot be, it reads what has come, and the end of the connection.
      socket.send(ping, () => socket.resume())
    })
  })
  expect(unread.code).toBe(1006)
})

/** Opens a connection whose side stays open until it is destroyed. */
function open(request: string) {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true })
  socket.write(request.replaceAll('\n', '\r\n'))
  return socket
}

test('a request that offers another protocol is answered as without', async () => {
  const body = JSON.stringify({ query: '{ roles { totalCount } }' })
  const once = (offer: string, connection: string) =>
    `POST /graphql HTTP/1.1\nHost: localhost\nContent-Type: application/json\nAuthorization: Bearer test:writer\nContent-Length: ${body.length}\n${offer}Connection: ${connection}\n\n${body}`
  const offer = 'Upgrade: h2c\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\n'
  const bodies = async (requests: string) => (await text(open(requests))).match(/\{"data".*\}/g)
  const [answer] = (await bodies(once('', 'close'))) ?? []
  expect(answer).toContain('totalCount')
  expect(await bodies(once(offer, 'close, Upgrade, HTTP2-Settings'))).toEqual([answer])
})

test('a server that stops ends the events with a bookmark, and closes the connection', async () => {
  // One that was refused, and whose client does not close its side, holds up nothing.
  const refused = open('GET /other HTTP/1.1\nHost: localhost\nUpgrade: websocket\nConnection: Upgrade\n\n')
  expect(String(await once(refused, 'data'))).toContain('404')
  const client = createClient({
    url,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: false,
    connectionParams: { token: 'test:writer' },
    onNonLazyError: () => undefined,
  })
  const connected = new Promise((resolve) => client.on('connected', resolve))
  const closed = new Promise((resolve) => client.on('closed', resolve))
  await connected
  const events = client.iterate({ query: 'subscription { rolesChanged { kind cursor } }' })
  let isTold = false
  const told = events.next().then(() => {
    isTold = true
  })
  // The subscription is there when an event has come.
  for (let i = 0; !isTold; i++) await write(`n${i}`)
  await told
  const closing = close()
  let last: unknown
  for (let event = await events.next(); !event.done; event = await events.next()) last = event.value
  expect(last).toEqual({ data: { rolesChanged: { kind: 'BOOKMARK', cursor: expect.any(String) } } })
  await Promise.all([closed, closing])
  refused.destroy()
})
