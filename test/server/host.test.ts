import { afterAll, beforeAll, expect, test } from 'vitest'
import { sendRaw, statusOf } from './raw-request.ts'
import { startTestServer, type TestServer } from './start-test-server.ts'

const everyPath = ['/livez', '/readyz', '/graphql?query={hello}', '/schema.graphql', '/nothing']

let started: TestServer
let open: TestServer
let guarded: TestServer
let guardedWithNames: TestServer
beforeAll(async () => {
  const allowedHosts = ['registry.example.org', '10.0.0.5', '[fd00::5]']
  started = await startTestServer({ config: { host: '127.0.0.1', allowedHosts: [], corsOrigins: [] } })
  open = await startTestServer({ config: { host: '0.0.0.0', allowedHosts, corsOrigins: [] } })
  guarded = await startTestServer({ isGuarded: true, config: { host: '0.0.0.0', allowedHosts: [], corsOrigins: [] } })
  guardedWithNames = await startTestServer({
    isGuarded: true,
    config: { host: '0.0.0.0', allowedHosts, corsOrigins: [] },
  })
})
afterAll(async () => {
  for (const { server } of [started, open, guarded, guardedWithNames]) await server.drain(0)
})

/** The status of each path, asked with these lines as the head. */
async function askAll(
  { port }: TestServer,
  head: string,
  { version = '1.1', before = '' } = {},
): Promise<readonly number[]> {
  return Promise.all(
    everyPath.map(async (path) =>
      statusOf(await sendRaw(port, `GET ${before}${path} HTTP/${version}\r\n${head}Connection: close\r\n\r\n`)),
    ),
  )
}

const answered = [200, 200, 200, 200, 404]
const misdirected = [200, 200, 421, 421, 421]
const malformed = [400, 400, 400, 400, 400]

test.each([
  'localhost',
  'LOCALHOST:4000',
  'localhost:',
  '127.0.0.1',
  '127.0.0.1:1',
  '[::1]',
  '[0:0::1]:4000',
  'localhost.',
  'LocalHost.:80',
])('the loopback name %s is answered on every path', async (host) => {
  expect([await askAll(started, `Host: ${host}\r\n`), await askAll(open, `Host: ${host}\r\n`)]).toEqual([
    answered,
    answered,
  ])
})

test.each([
  'evil.example',
  'localhost.evil.example',
  '127.0.0.1.nip.io',
  '127.0.0.2',
  '0.0.0.0',
  '[::]',
  '[::2]',
  '0',
  '2130706433',
  'localhost..',
  '.',
  '[::ffff:127.0.0.1]',
  'registry.example.org.evil.example',
  '',
])('the host "%s" is 421 on every path but those of health', async (host) => {
  expect([await askAll(started, `Host: ${host}\r\n`), await askAll(open, `Host: ${host}\r\n`)]).toEqual([
    misdirected,
    misdirected,
  ])
})

test.each([
  'registry.example.org',
  'Registry.Example.ORG:443',
  '10.0.0.5:4000',
  '[FD00:0::5]:1',
  'registry.example.org.',
  'registry.example.org.:8443',
])('the host %s is answered if ALLOWED_HOSTS has it, and otherwise refused', async (host) => {
  expect([await askAll(open, `Host: ${host}\r\n`), await askAll(started, `Host: ${host}\r\n`)]).toEqual([
    answered,
    misdirected,
  ])
})

test.each(['registry.example.org', 'evil.example', '10.9.9.9:4000', '[fd00::9]'])(
  'the host %s is answered where a caller without a token may do nothing, unless ALLOWED_HOSTS has others',
  async (host) => {
    expect(await askAll(guarded, `Host: ${host}\r\n`)).toEqual(answered)
    const named = host === 'registry.example.org'
    expect(await askAll(guardedWithNames, `Host: ${host}\r\n`)).toEqual(named ? answered : misdirected)
  },
)

test.each([
  ['X-Forwarded-Host: registry.example.org', 'evil.example', misdirected],
  ['X-Forwarded-Host: evil.example', 'registry.example.org', answered],
  ['Forwarded: host=registry.example.org', 'evil.example', misdirected],
  ['X-Original-Host: registry.example.org', 'evil.example', misdirected],
])('%s says nothing beside Host: %s', async (header, host, wanted) => {
  expect(await askAll(open, `Host: ${host}\r\n${header}\r\n`)).toEqual(wanted)
})

test('the address that HOST binds is a name of the server', async () => {
  const bound = await startTestServer({ config: { host: '192.0.2.7', allowedHosts: [], corsOrigins: [] } })
  expect(await askAll(bound, 'Host: 192.0.2.7:4000\r\n')).toEqual(answered)
  await bound.server.drain(0)
})

test.each([
  ['no host', 'Host: localhost:4000@evil.example\r\n'],
  ['a user', 'Host: user@localhost\r\n'],
  ['a list', 'Host: localhost,evil\r\n'],
  ['a path', 'Host: localhost/b\r\n'],
  ['a space', 'Host: local host\r\n'],
  ['half a bracket', 'Host: [\r\n'],
  ['a port too large', 'Host: localhost:65536\r\n'],
  ['two Host headers', 'Host: localhost\r\nHost: localhost\r\n'],
  ['two different Host headers', 'Host: localhost\r\nhOST: evil.example\r\n'],
  ['no Host header at all', ''],
])('%s is 400 on every path', async (_, head) => {
  expect([await askAll(started, head), await askAll(open, head)]).toEqual([malformed, malformed])
})

test('HTTP/1.0, which has no Host header, reaches the health paths', async () => {
  expect(await askAll(started, '', { version: '1.0' })).toEqual(misdirected)
})

test('an absolute target is accepted, and its authority counts as the host, whatever the header says', async () => {
  const ask = (before: string, host: string) => askAll(started, `Host: ${host}\r\n`, { before })
  expect([
    await ask('http://localhost:4000', 'localhost'),
    await ask('HTTP://LOCALHOST', 'evil.example'),
    await ask('https://127.0.0.1', ''),
    await ask('http://evil.example', 'localhost'),
    await ask('http://user@localhost', 'localhost'),
    await ask('http://localhost', 'a, b'),
  ]).toEqual([answered, answered, answered, misdirected, malformed, answered])
  expect(
    await sendRaw(started.port, 'GET http://localhost HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
  ).toContain('Location: /graphql')
})

test('a POST to an absolute target runs', async () => {
  expect(
    await sendRaw(
      started.port,
      'POST http://localhost:4000/graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 19\r\nConnection: close\r\n\r\n{"query":"{hello}"}',
    ),
  ).toMatch(/^HTTP\/1\.1 200 [^]*"hello world"/)
})

test('a 421 gives the requested name and the setting to add it to', async () => {
  expect(await sendRaw(started.port, 'GET / HTTP/1.1\r\nHost: evil.example:80\r\nConnection: close\r\n\r\n')).toMatch(
    /\r\n\r\nThis server does not answer to the name "evil\.example"\. Use one of its names, such as localhost, or add this name to the setting ALLOWED_HOSTS\.\n$/,
  )
})
