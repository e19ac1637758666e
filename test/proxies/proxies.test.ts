import { createServer, type Server, type ServerResponse } from 'node:http'
import { type RequestOptions, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type RegistryProcess, startProcess } from '../app/start-process.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { authority, caddy, hostName, nginx, type RunningProxy } from './start-proxy.ts'

const adminToken = 'a-token-of-the-administrator-0123456789'

let database: TestDatabase
let registry: RegistryProcess
let registryPort: number
/** Without rules of access, and without ALLOWED_HOSTS. */
let unnamed: RegistryProcess
let unnamedPort: number
beforeAll(async () => {
  database = await createTestDatabase()
  const env = { DATABASE_URL: database.url, TEMPLATES_DIR: 'object-templates', LOG_LEVEL: 'info' }
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

function ask(
  { port }: RunningProxy,
  path: string,
  { body, ...options }: RequestOptions & { readonly body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        ...{ host: '127.0.0.1', port, path, servername: hostName, ca: authority, agent: false },
        ...(body !== undefined && { method: 'POST' }),
        ...options,
        headers: { host: `${hostName}:${port}`, 'content-type': 'application/json', ...options.headers },
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

describe.each([nginx, caddy])('behind $name, as docs/operation.md has it,', ({ name, start }) => {
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
    const page = await ask(proxy, '/', { headers: { accept: 'text/html' } })
    expect([
      page.status,
      page.headers['content-security-policy'] !== undefined || page.headers['location'],
    ]).not.toContain(421)
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
    const refused = await ask(proxy, '/graphql', { body: bodyOf(10_500_000), headers: withToken })
    expect([refused.status, refused.text]).toEqual([413, expect.stringContaining('LIMIT_EXCEEDED')])
  })

  test('events arrive one by one', async () => {
    let release: () => void = () => undefined
    const upstream = await startUpstream((server) =>
      server.on('request', (_, res: ServerResponse) => {
        res.writeHead(200, { 'Content-Type': 'application/octet-stream' })
        res.write('one')
        // The second comes only when the client has the first.
        release = () => res.end('two')
      }),
    )
    const proxy = await startProxy(upstream)
    const chunks: string[] = []
    await new Promise<void>((resolve, reject) => {
      const call = request(
        { host: '127.0.0.1', port: proxy.port, servername: hostName, ca: authority, headers: { host: hostName } },
        (answer) => {
          answer.on('data', (chunk) => {
            chunks.push(String(chunk))
            release()
          })
          answer.on('end', resolve)
        },
      )
      call.on('error', reject)
      call.end()
    })
    expect(chunks).toEqual(['one', 'two'])
  })

  test('a WebSocket is opened', async () => {
    const upstream = await startUpstream((server) =>
      server.on('upgrade', (req, socket) => {
        socket.end(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n${req.headers.host}`,
        )
      }),
    )
    const proxy = await startProxy(upstream)
    const greeting = await new Promise<string>((resolve, reject) => {
      const headers = { host: hostName, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
      const call = request({
        host: '127.0.0.1',
        port: proxy.port,
        servername: hostName,
        ca: authority,
        agent: false,
        headers,
      })
      call.on('upgrade', (_, socket, head) => {
        let text = head.toString()
        socket.on('data', (chunk) => {
          text += chunk
        })
        socket.on('close', () => resolve(text))
        socket.on('end', () => socket.end())
      })
      call.on('response', ({ statusCode }) => reject(new Error(`answered with ${statusCode}`)))
      call.on('error', reject)
      call.end()
    })
    expect(greeting).toBe(hostName)
  })

  test('requests share a connection to the registry', async () => {
    let connections = 0
    const upstream = await startUpstream((server) => {
      server.on('connection', () => connections++)
      server.on('request', (req, res) => {
        req.resume()
        res.end('{}')
      })
    })
    const proxy = await startProxy(upstream)
    const before = connections
    for (let i = 0; i < 10; i++) await ask(proxy, '/graphql', { body: '{}' })
    // nginx may have one for each of its processes.
    expect(connections - before).toBeLessThan(5)
    expect(name).not.toBe('')
  })
})

describe('what the configuration of nginx is for', () => {
  test.each([
    ['client_max_body_size', /client_max_body_size .*\n/, 413],
    ['proxy_set_header Host', /proxy_set_header Host .*\n/, 421],
  ])('without %s, a request is refused', async (_, line, status) => {
    const proxy = await nginx.start(registryPort, (text) => text.replace(line, ''))
    stops.push(proxy.stop)
    const body = JSON.stringify({ query: '{ __typename }', variables: { unused: 'a'.repeat(2_000_000) } })
    const answer = await ask(proxy, '/graphql', { body, headers: withToken })
    expect([answer.status, answer.text.includes('LIMIT_EXCEEDED')]).toEqual([status, false])
  })
})
