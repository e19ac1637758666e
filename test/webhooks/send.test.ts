import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSend } from '../../src/webhooks/create-send.ts'
import { isPublicAddress } from '../../src/webhooks/is-public-address.ts'
import { parseSecret, signHeaders } from '../../src/webhooks/sign.ts'
import { type Receiver, startReceiver } from './receiver.ts'

let receiver: Receiver
beforeAll(async () => {
  receiver = await startReceiver()
})
afterAll(() => receiver?.close())

const message = { headers: { 'content-type': 'application/json' }, body: '{"data":{}}' }
const { signal } = new AbortController()
const isPrivate = {
  kind: 'failed',
  reason: 'the address is private, and WEBHOOKS_ALLOW_PRIVATE is not true; nothing was sent',
}

/** The receiver by another name or address. */
function at(host: string): string {
  return receiver.url.replace('127.0.0.1', host)
}

describe('a private address', () => {
  test.each(['127.0.0.1', 'localhost', '127.1', '2130706433', '[::ffff:127.0.0.1]', '[::1]'])(
    'is refused, however it is written: %s',
    async (host) => {
      receiver.messages.length = 0
      expect(await createSend({ mayConnect: isPublicAddress })(at(host), message, signal)).toEqual(isPrivate)
      expect(receiver.messages).toEqual([])
    },
  )

  test('is refused where a redirect leads to it', async () => {
    receiver.messages.length = 0
    receiver.answer = (_, response) => response.writeHead(307, { location: at('127.0.0.2') }).end()
    const send = createSend({ mayConnect: (address) => address !== '127.0.0.2' })
    expect(await send(receiver.url, message, signal)).toEqual(isPrivate)
    expect(receiver.messages).toHaveLength(1)
  })

  test.each([
    ...['10.1.2.3', '172.31.0.1', '192.168.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1'],
    ...['255.255.255.255', '::', '::1', 'fe80::1', 'fe80::1%eth0', 'fd00::1', 'ff02::1', '::ffff:8.8.8.8'],
    ...['64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1', 'localhost', ''],
  ])('is %s', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })

  test.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', '2a00:1450::1'])('is not %s', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })
})

test.each([
  [200, { kind: 'delivered' }],
  [302, { kind: 'failed', reason: 'the receiver answered 302' }],
  [307, { kind: 'failed', reason: 'more than 3 redirects' }],
  [410, { kind: 'gone', reason: 'the receiver answered 410: it wants no more' }],
  [500, { kind: 'failed', reason: 'the receiver answered 500' }],
])('an answer with %s', async (status, sent) => {
  receiver.answer = (_, response) => response.writeHead(status, { location: receiver.url }).end('text of others')
  expect(await createSend({ mayConnect: () => true })(receiver.url, message, signal)).toEqual(sent)
})

test.each([
  [undefined, 'a redirect leads to no address'],
  ['http://', 'a redirect leads to no address'],
  ['file:///etc/hostname', 'a redirect leads to no address of HTTP'],
])('a redirect to %s is not followed', async (location, reason) => {
  receiver.messages.length = 0
  receiver.answer = (_, response) => response.writeHead(307, location === undefined ? {} : { location }).end()
  const send = createSend({ mayConnect: () => true })
  expect(await send(receiver.url, message, signal)).toEqual({ kind: 'failed', reason })
  expect(receiver.messages).toHaveLength(1)
})

test.each([
  ['120', 120],
  ['0', 0],
  ['999999999', 86_400],
  [new Date(Date.now() + 10 * 86_400_000).toUTCString(), 86_400],
  ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
  ['-1', undefined],
  ['soon', undefined],
])('a receiver that asks for a pause, by Retry-After: %s', async (asked, pause) => {
  receiver.answer = (_, response) => response.writeHead(503, { 'retry-after': asked }).end()
  const reason = 'the receiver answered 503'
  expect(await createSend({ mayConnect: () => true })(receiver.url, message, signal)).toEqual({
    kind: 'failed',
    reason,
    pause,
  })
})

test('an answer that does not end is cut long before the time limit', async () => {
  const closed = new Promise<void>((resolve) => {
    receiver.answer = (_, response) => {
      response.on('close', resolve)
      response.writeHead(200)
      const talk = () => {
        if (response.destroyed) return
        response.write('x'.repeat(65_536))
        setImmediate(talk)
      }
      talk()
    }
  })
  const send = createSend({ mayConnect: () => true, timeLimit: 3_600_000 })
  expect(await send(receiver.url, message, signal)).toEqual({ kind: 'delivered' })
  await closed
})

test('a receiver that is not there is named by what went wrong', async () => {
  const send = createSend({ mayConnect: () => true })
  expect(await send('http://127.0.0.1:1/', message, signal)).toEqual({
    kind: 'failed',
    reason: 'the receiver cannot be reached (ECONNREFUSED)',
  })
})

// The example of the Standard Webhooks, which their library signs so as well.
test('a message is signed as the Standard Webhooks say', () => {
  const key = parseSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw') as Buffer
  expect(signHeaders(key, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330_000, '{"test": 2432232314}')).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
  expect(parseSecret('plain text')?.toString()).toBe('plain text')
  for (const text of ['whsec_no base64', 'whsec_A', 'whsec_MfKQA']) expect(parseSecret(text)).toBeUndefined()
})
