import { createServer, type Server, type ServerResponse } from 'node:http'
import { type RequestOptions, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type RegistryProcess, startProcess } from '../app/start-process.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { authority, caddy, hostName, nginx, type ProxyKind, type RunningProxy } from './start-proxy.ts'

const adminToken = 'a-token-of-the-administrator-0123456789'

let database: TestDatabase
let registry: RegistryProcess
let registryPort: number
/** Without rules of access, and without ALLOWED_HOSTS. */
let unnamed: RegistryProcess
let unnamedPort: number
beforeAll(async () => {
  database = await createTestDatabase()
  const env = { DATABASE_URL: database.url, TEMPLATES_DIR: 'object-templates' }
  registry = startProcess({ ...env, PRODUCTION: 'true', ADMIN_TOKEN: adminToken, ALLOWED_HOSTS: hostName })
  registryPort = Number(new URL(await registry.ready()).port)
  unnamed = startProcess(env)
  unnamedPort = Number(new URL(await unnamed.ready()).port)
})
afterAll(async () => {
  await registry?.stop()
  await unnamed?.stop()
  await database?.drop()
})

const stops: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

interface Answer {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, unknown>>
}

function connectionTo({ port }: RunningProxy): RequestOptions {
  return { host: '127.0.0.1', port, servername: hostName, ca: authority, agent: false }
}

function ask(
  proxy: RunningProxy,
  path: string,
  { body, ...options }: RequestOptions & { readonly body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        ...connectionTo(proxy),
        path,
        ...(body !== undefined && { method: 'POST' }),
        ...options,
        headers: { host: `${hostName}:${proxy.port}`, 'content-type': 'application/json', ...options.headers },
      },
      (answer) => {
        let text = ''
        answer.on('data', (chunk) => {
          text += chunk
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers }))
      },
    )
    call.on('error', reject)
    call.end(body)
  })
}

const withToken = { authorization: `Bearer ${adminToken}` }

/** A server in the place of the registry, for what the registry cannot show. */
async function startUpstream(listen: (server: Server) => void): Promise<number> {
  const server = createServer({ keepAliveTimeout: 65_000 })
  listen(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(
    () => server.closeAllConnections(),
    () => void server.close(),
  )
  return (server.address() as AddressInfo).port
}

/**
 * Whether the parts of an answer arrive one by one: the upstream sends each when the client has the one before. After two seconds
 * without that it sends the rest, and the answer is no.
 */
async function receivesEvents(start: ProxyKind['start'], change?: (text: string) => string): Promise<boolean> {
  let release: () => void = () => undefined
  let isLate = false
  const upstream = await startUpstream((server) =>
    server.on('request', (_, res: ServerResponse) => {
      res.writeHead(200, { 'Content-Type': 'application/octet-stream' })
      const rest = ['two', 'three']
      res.write('one')
      release = () => {
        const next = rest.shift()
        if (next !== undefined) res.write(next)
        else res.end()
      }
      const patience = setTimeout(() => {
        isLate = true
        res.end(rest.splice(0).join(''))
      }, 2_000)
      res.once('close', () => clearTimeout(patience))
    }),
  )
  const proxy = await start(upstream, change)
  stops.push(proxy.stop)
  let received = ''
  await new Promise<void>((resolve, reject) => {
    const call = request({ ...connectionTo(proxy), headers: { host: hostName } }, (answer) => {
      answer.on('data', (part) => {
        received += part
        release()
      })
      answer.on('end', resolve)
    })
    call.on('error', reject)
    call.end()
  })
  expect(received).toBe('onetwothree')
  return !isLate
}

/** What the upstream says when it opens a WebSocket; the status if it is not asked to. */
async function openWebSocket(start: ProxyKind['start'], change?: (text: string) => string): Promise<unknown> {
  const upstream = await startUpstream((server) => {
    server.on('upgrade', ({ headers }, socket) => {
      socket.end(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n${headers.host}`)
    })
    server.on('request', (_, res) => void res.writeHead(400).end())
  })
  const proxy = await start(upstream, change)
  stops.push(proxy.stop)
  return await new Promise((resolve, reject) => {
    const headers = { host: hostName, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
    const call = request({ ...connectionTo(proxy), headers })
    call.on('upgrade', (_, socket, first) => {
      let text = first.toString()
      socket.on('data', (part) => {
        text += part
      })
      socket.on('end', () => socket.end())
      socket.on('close', () => resolve(text))
    })
    call.on('response', ({ statusCode }) => resolve(statusCode))
    call.on('error', reject)
    call.end()
  })
}

/** How many connections to the upstream ten requests take, one after the other. */
async function countConnections(start: ProxyKind['start'], change?: (text: string) => string): Promise<number> {
  let connections = 0
  const upstream = await startUpstream((server) => {
    server.on('connection', () => connections++)
    server.on('request', (req, res) => {
      req.resume()
      res.end('{}')
    })
  })
  const proxy = await start(upstream, change)
  stops.push(proxy.stop)
  for (let i = 0; i < 10; i++) await ask(proxy, '/graphql', { body: '{}' })
  return connections
}

describe.each([nginx, caddy])('behind $name, as docs/operation.md has it,', ({ start }) => {
  async function startProxy(...given: Parameters<typeof start>): Promise<RunningProxy> {
    const proxy = await start(...given)
    stops.push(proxy.stop)
    return proxy
  }

  test('the registry is there under its name, with the token and the address that the client gave', async () => {
    const proxy = await startProxy(registryPort)
    const body = JSON.stringify({ query: 'mutation { upsertImage(input: { name: "a" }) { outcome } }' })
    expect((await ask(proxy, '/graphql', { body, headers: withToken })).text).toMatch(/CREATED|UNCHANGED/)
    expect((await ask(proxy, '/graphql', { body })).status).toBe(401)
    expect((await ask(proxy, '/readyz')).text).toMatch(/^ready/)
    expect([200, 302]).toContain((await ask(proxy, '/', { headers: { accept: 'text/html' } })).status)
    const forged = { ...withToken, 'x-forwarded-host': 'localhost', forwarded: 'host=localhost' }
    expect((await ask(proxy, '/schema.graphql', { headers: forged })).status).toBe(200)
  })

  test('a registry that does not know the name says which setting to give it', async () => {
    const proxy = await startProxy(unnamedPort)
    const refused = await ask(proxy, '/graphql', { body: '{"query":"{ __typename }"}' })
    expect([refused.status, refused.text]).toEqual([
      421,
      `This server does not answer to the name "${hostName}". Use one of its names, such as localhost, or add this name to the setting ALLOWED_HOSTS.\n`,
    ])
    const forged = await ask(proxy, '/graphql', {
      body: '{"query":"{ __typename }"}',
      headers: { 'x-forwarded-host': 'localhost' },
    })
    expect([forged.status, (await ask(proxy, '/livez')).status]).toEqual([421, 200])
  })

  test('a body of 9.5 MB comes through, and one of 10.5 MB gets the answer of the registry', async () => {
    const proxy = await startProxy(registryPort)
    const bodyOf = (bytes: number) =>
      JSON.stringify({ query: '{ __typename }', variables: { unused: 'a'.repeat(bytes) } })
    expect((await ask(proxy, '/graphql', { body: bodyOf(9_500_000), headers: withToken })).text).toBe(
      '{"data":{"__typename":"Query"}}',
    )
    // A proxy may close the connection while the client is still sending, and the answer is lost (RFC 9112, section 9.6).
    const askAgain = async (asked = 1): Promise<Answer> =>
      ask(proxy, '/graphql', { body: bodyOf(10_500_000), headers: withToken }).catch((error) => {
        if (asked < 10 && ['ECONNRESET', 'EPIPE'].includes(error.code)) return askAgain(asked + 1)
        throw error
      })
    const refused = await askAgain()
    expect([refused.status, refused.text]).toEqual([413, expect.stringContaining('LIMIT_EXCEEDED')])
  })

  test('events arrive one by one', async () => {
    expect(await receivesEvents(start)).toBe(true)
  })

  test('a WebSocket is opened', async () => {
    expect(await openWebSocket(start)).toBe(hostName)
  })

  test('requests share a connection to the registry', async () => {
    expect(await countConnections(start)).toBe(1)
  })
})

describe('what the lines of nginx are for', () => {
  const without = (line: RegExp) => (text: string) => text.replace(line, '')

  test.each([
    ['client_max_body_size', /client_max_body_size .*\n/, 413],
    ['proxy_set_header Host', /proxy_set_header Host .*\n/, 421],
  ])('without %s, a request is refused', async (_, line, status) => {
    const proxy = await nginx.start(registryPort, without(line))
    stops.push(proxy.stop)
    const body = JSON.stringify({ query: '{ __typename }', variables: { unused: 'a'.repeat(2_000_000) } })
    const answer = await ask(proxy, '/graphql', { body, headers: withToken })
    expect([answer.status, answer.text.includes('LIMIT_EXCEEDED')]).toEqual([status, false])
  })

  test('without the others, events wait, no WebSocket is opened, and each request takes a connection', async () => {
    expect([
      await receivesEvents(nginx.start, without(/proxy_buffering .*\n/)),
      await openWebSocket(nginx.start, without(/proxy_set_header Upgrade .*\n/)),
      await countConnections(nginx.start, without(/keepalive 32;\n/)),
    ]).toEqual([false, 400, 10])
  })
})
