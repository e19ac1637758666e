import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RegistryServerOptions } from '../../src/server/create-server.ts'
import { sendRaw, statusOf } from './raw-request.ts'
import { gate, startTestServer, type TestServer } from './start-test-server.ts'

/** More than the buffers of the system hold on both sides together. */
const unreadable = 40_000_000

/** An operation whose answer has slightly more than `bytes` bytes, and whose body has a hundredth of that. */
function ask(bytes: number): { query: string; variables: object } {
  const aliases = Array.from({ length: 100 }, (_, index) => `a${index}: hello(name: $name)`)
  return { query: `query($name: String) { ${aliases.join(' ')} }`, variables: { name: 'a'.repeat(bytes / 100) } }
}

function toRequest(body: string, headers = ''): string {
  return `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

/** A client that sends a request and reads nothing. */
function openUnread({ port }: TestServer, request: string): Socket {
  const socket = connect(port, '127.0.0.1', () => socket.write(request))
  socket.pause()
  socket.on('error', () => {})
  return socket
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5)
}

const start = (options: Partial<RegistryServerOptions> = {}) =>
  startTestServer({ limits: { bytesInFlight: 60_000_000 }, ...options })

describe('the budget of bytes in flight is complete again', () => {
  let started: TestServer
  beforeAll(async () => {
    started = await start()
  })
  afterAll(async () => {
    expect(started.log.filter((line) => line['level'] === 'error')).toEqual([])
    await started.server.drain(0)
  })
  const held = () => started.server.bytesInFlight()

  /** Each way in which a request can end, and what becomes of it. */
  const ways: [string, () => Promise<unknown>, unknown][] = [
    ['a small answer', async () => (await started.post({ query: '{ hello }' })).status, 200],
    ['a large answer', async () => (await started.post(ask(5_000_000))).status, 200],
    [
      'a large answer that is not compressed',
      async () => (await started.post(ask(5_000_000), { 'accept-encoding': 'identity' })).status,
      200,
    ],
    [
      'a stream of events',
      async () => (await started.post(ask(5_000_000), { accept: 'text/event-stream' })).status,
      200,
    ],
    ['a body that is no JSON', async () => (await started.post('{'.repeat(50))).status, 400],
    ['a body with too many values', async () => (await started.post(`[${'[],'.repeat(300_000)}0]`)).status, 400],
    ['a body of the wrong type', async () => (await started.post('a', { 'content-type': 'text/plain' })).status, 415],
    [
      'a body that says it is too large',
      async () => statusOf(await sendRaw(started.port, toRequest('a'.repeat(10_000_001)))),
      413,
    ],
    [
      'a body that turns out too large',
      async () => {
        const head =
          'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'
        return statusOf(await sendRaw(started.port, `${head}B71B00\r\n${'a'.repeat(12_000_000)}\r\n0\r\n\r\n`))
      },
      413,
    ],
    [
      'an upload that the client gives up',
      async () => {
        const socket = openUnread(started, toRequest('a'.repeat(5_000_000)).slice(0, 3_000_000))
        await until(() => held() > 2_000_000)
        socket.destroy()
      },
      undefined,
    ],
    [
      'an answer that the client does not take whole',
      async () => {
        const socket = openUnread(started, toRequest(JSON.stringify(ask(unreadable))))
        await until(() => held() > unreadable)
        socket.destroy()
      },
      undefined,
    ],
    [
      'a stream of events that the client does not take whole',
      async () => {
        const accept = 'Accept: text/event-stream\r\n'
        const socket = openUnread(started, toRequest(JSON.stringify(ask(unreadable)), accept))
        await until(() => held() > unreadable)
        socket.destroy()
      },
      undefined,
    ],
    [
      'an answer for which there is no room',
      async () => {
        const { status, headers, body } = await started.post(ask(70_000_000))
        return [status, headers.get('retry-after'), body]
      },
      [
        503,
        '1',
        {
          errors: [
            {
              message: expect.stringMatching(
                /^The operation has run, but there is no room for its answer of 70,00\d,\d{3} bytes: the server already holds the maximum number of bytes of requests and answers \(60,000,000, limit "bytesInFlight"\)\. Try again shortly, or ask for less at a time\.$/,
              ),
              extensions: { code: 'SERVICE_UNAVAILABLE' },
            },
          ],
        },
      ],
    ],
    [
      'a body for which there is no room',
      async () => {
        const unread = openUnread(started, toRequest(JSON.stringify(ask(52_000_000))))
        await until(() => held() > 52_000_000)
        const { status, headers, body } = await started.post({ query: '{ hello }', a: 'a'.repeat(9_000_000) })
        const small = await started.post({ query: '{ hello }' })
        unread.destroy()
        return [status, headers.get('retry-after'), body, small.status]
      },
      [
        503,
        '1',
        {
          errors: [
            {
              message:
                'There is no room for the body of this request: the server already holds the maximum number of bytes of requests and answers (60,000,000, limit "bytesInFlight"). Try again shortly, or ask for less at a time.',
              extensions: { code: 'SERVICE_UNAVAILABLE' },
            },
          ],
        },
        200,
      ],
    ],
  ]

  test.each(ways)('after %s', async (_, run, expected) => {
    expect(await run()).toEqual(expected)
    await until(() => held() === 0)
  })

  test('after an operation that keeps running without its client, and not before', async () => {
    const body = JSON.stringify({ query: '{ slow }', a: 'a'.repeat(100_000) })
    const count = started.log.length
    await sendRaw(started.port, toRequest(body), once(gate, 'arrival'))
    // The line of the log is written when the connection is gone.
    await until(() => started.log.length > count)
    expect(held()).toBe(body.length)
    gate.emit('open')
    await until(() => held() === 0)
  })

  test('after all of them at once', async () => {
    const other = ways.filter(([name]) => !name.endsWith('no room'))
    // Who finds no room is cut off while it still sends.
    const ended = other.map(([, run]) => run().catch(() => undefined))
    await Promise.all(ended.map((one) => Promise.race([one, until(() => held() > 59_000_000)])))
    await until(() => held() === 0)
    expect((await started.post(ask(5_000_000))).status).toBe(200)
    await until(() => held() === 0)
  })
})

test('/livez answers while there is no room for anything', async () => {
  const started = await start({ limits: { bytesInFlight: 1 } })
  expect((await started.post({ query: '{ hello }' })).status).toBe(503)
  expect((await fetch(`${started.url}/livez`)).status).toBe(200)
  await started.server.drain(0)
})

describe('a client that does not read its answer', () => {
  test('is disconnected, but one that waits, is idle or reads is not', async () => {
    const started = await start({ stallTime: 200 })
    const connected = once(started.server.http, 'connection')
    const idle = connect(started.port, '127.0.0.1')
    await connected
    const arrival = once(gate, 'arrival')
    const waiting = started.post({ query: '{ slow }' })
    await arrival
    const [unread, side] = await openWithServerSide(started, toRequest(JSON.stringify(ask(unreadable))))
    await once(side, 'close')
    expect(started.log.filter((line) => line['level'] === 'info').map((line) => line['msg'])).toEqual([
      'closed the connection of a client that has not read its answer for 200 ms',
    ])
    unread.destroy()
    await until(() => started.server.bytesInFlight() < 1_000)
    gate.emit('open')
    expect((await waiting).body).toEqual({ data: { slow: 'done' } })
    expect((await started.post(ask(unreadable))).status).toBe(200)
    idle.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n')
    const [answer] = await once(idle, 'data')
    expect(statusOf(String(answer))).toBe(200)
    idle.destroy()
    await started.server.drain(0)
  })

  test('is disconnected even if it keeps sending', async () => {
    const started = await start({ stallTime: 200 })
    const [unread, side] = await openWithServerSide(started, toRequest(JSON.stringify(ask(unreadable))))
    const sending = setInterval(() => unread.write('\r\n'), 20)
    await once(side, 'close')
    clearInterval(sending)
    unread.destroy()
    await started.server.drain(0)
  })

  test('of a stream of events is disconnected as well, after twenty times as long', async () => {
    const started = await start({ stallTime: 40 })
    const request = toRequest(JSON.stringify(ask(unreadable)), 'Accept: text/event-stream\r\n')
    const [unread, side] = await openWithServerSide(started, request)
    await once(side, 'close')
    expect(started.log.filter((line) => line['level'] === 'info').map((line) => line['msg'])).toEqual([
      'closed the connection of a client that has not read its answer for 800 ms',
    ])
    await until(() => started.server.bytesInFlight() === 0)
    unread.destroy()
    await started.server.drain(0)
  })

  test('gets its whole answer if it begins to read in time', async () => {
    const started = await start()
    const [unread] = await openWithServerSide(started, toRequest(JSON.stringify(ask(unreadable))))
    await until(() => started.server.bytesInFlight() > unreadable)
    let length = 0
    unread.on('data', (chunk: Buffer) => {
      length += chunk.length
    })
    unread.resume()
    await until(() => started.server.bytesInFlight() === 0)
    await until(() => length > unreadable)
    unread.destroy()
    await started.server.drain(0)
  })
})

/** The client's socket and the server's. */
async function openWithServerSide(started: TestServer, request: string): Promise<readonly [Socket, Socket]> {
  const connection = once(started.server.http, 'connection')
  const client = openUnread(started, request)
  const [side] = (await connection) as [Socket]
  return [client, side]
}

describe('a body that is refused', () => {
  const large = 'Content-Length: 100000000\r\n\r\n'
  const chunked = 'Transfer-Encoding: chunked\r\n\r\n'
  const json = 'Content-Type: application/json\r\n'

  test.each([
    ['too large by its own word', 413, `POST /graphql HTTP/1.1\r\nHost: localhost\r\n${json}${large}`],
    ['too large as it turns out', 413, `POST /graphql HTTP/1.1\r\nHost: localhost\r\n${json}${chunked}`],
    ['of another type', 415, `POST /graphql HTTP/1.1\r\nHost: localhost\r\n${large}`],
    ['sent to a path that takes none', 405, `POST /livez HTTP/1.1\r\nHost: localhost\r\n${large}`],
    ['sent nowhere', 404, `POST /nothing HTTP/1.1\r\nHost: localhost\r\n${chunked}`],
    ['sent to another host', 421, `POST /graphql HTTP/1.1\r\nHost: evil.example\r\n${large}`],
    ['sent to two hosts', 400, `POST /graphql HTTP/1.1\r\nHost: a\r\nHost: b\r\n${chunked}`],
    ['of a GET', 200, `GET /schema.graphql HTTP/1.1\r\nHost: localhost\r\n${large}`],
    ['for another schema', 412, `POST /graphql HTTP/1.1\r\nHost: localhost\r\nX-Registry-Schema: a\r\n${json}${large}`],
  ])('and is %s is answered with %d, and the connection closes within a few MB', async (_, status, head) => {
    const started = await start()
    const connection = once(started.server.http, 'connection')
    const answer = sendForEver(started.port, head)
    const [side] = (await connection) as [Socket]
    await once(side, 'close')
    expect(side.bytesRead).toBeLessThan(status === 413 && head.includes(chunked) ? 14_000_000 : 4_000_000)
    expect([statusOf(await answer), /\r\nConnection: (.*)\r\n/i.exec(await answer)?.[1]]).toEqual([status, 'close'])
    await started.server.drain(0)
  })

  test('one that is over soon leaves the server with nothing to wait for', async () => {
    const started = await start()
    expect(
      statusOf(await sendRaw(started.port, toRequest('a'.repeat(1_000)).replace('application/json', 'text/plain'))),
    ).toBe(415)
    await started.server.drain(0)
  })

  test('a client that sends Expect: 100-continue is told to continue, or is refused at once', async () => {
    const started = await start()
    const expects = 'Expect: 100-continue\r\nConnection: close\r\n'
    const ok = sendRaw(started.port, toRequest('{"query":"{hello}"}', expects))
    expect(await ok).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 [^]*"hello world"/)
    for (const [path, status] of [
      ['/graphql', 413],
      ['/nothing', 404],
    ]) {
      const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${json}${expects}${large}`
      expect(statusOf(await sendRaw(started.port, head))).toBe(status)
    }
    await started.server.drain(0)
  })
})

/** Sends chunks, each a valid one, until the connection is gone. Resolves to what the server has answered. */
function sendForEver(port: number, head: string): Promise<string> {
  const chunk = `fff8\r\n${'a'.repeat(0xfff8)}\r\n`
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(head)
      const send = () => {
        while (!socket.destroyed && socket.write(chunk));
      }
      socket.on('drain', send)
      send()
    })
    socket.on('data', (data) => {
      answer += data
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
  })
}
