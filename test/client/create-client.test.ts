import type { IncomingHttpHeaders } from 'node:http'
import { inspect } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { createClient, RegistryError } from '../../src/client/create-client.ts'
import { createServers } from '../cli/servers.ts'

const servers = createServers()
afterEach(() => servers.close())

test.each([
  ['', {}, undefined],
  ['us%C3%A9r:p%40ss@', {}, `Basic ${Buffer.from('usér:p@ss').toString('base64')}`],
  ['ci:50%off@', {}, `Basic ${btoa('ci:50%off')}`],
  ['', { token: 'abc' }, 'Bearer abc'],
  ['ci:word@', { token: 'abc' }, 'Bearer abc'],
  ['', { token: ' abc\n' }, 'Bearer abc'],
  ['ci:word@', { token: '' }, `Basic ${btoa('ci:word')}`],
  ['', { token: () => 'abc' }, 'Bearer abc'],
  ['', { token: async () => 'abc' }, 'Bearer abc'],
  ['ci:word@', { token: async () => undefined }, `Basic ${btoa('ci:word')}`],
])('an address with "%s" and %j authenticate as they say', async (userinfo, options, authorization) => {
  const seen: IncomingHttpHeaders[] = []
  const port = await servers.http((request, response) => {
    seen.push(request.headers)
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"data": {"ok": true}}')
  })
  const client = createClient({ url: `http://${userinfo}127.0.0.1:${port}/graphql`, actor: 'Иван', ...options })
  expect(await client.request('{ ok }')).toEqual({ ok: true })
  expect(seen).toHaveLength(1)
  expect(seen[0]?.authorization).toBe(authorization)
  expect(Buffer.from(`${seen[0]?.['x-registry-actor']}`, 'latin1').toString('utf8')).toBe('Иван')
})

test('a function that gives the token is asked before each request, so that a token can be renewed', async () => {
  const seen: (string | undefined)[] = []
  const port = await servers.http((request, response) => {
    seen.push(request.headers.authorization)
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"data": {"ok": true}}')
  })
  let count = 0
  const client = createClient({ url: `http://127.0.0.1:${port}/graphql`, token: async () => `token-${++count}` })
  for (let i = 0; i < 3; i++) await client.request('{ ok }')
  expect(seen).toEqual(['Bearer token-1', 'Bearer token-2', 'Bearer token-3'])

  const failing = createClient({
    url: `http://127.0.0.1:${port}/graphql`,
    token: () => Promise.reject(new Error('There is no id token.')),
  })
  await expect(failing.request('{ ok }')).rejects.toThrow('There is no id token.')
  expect(seen).toHaveLength(3)
})

test('a token that cannot be sent, or is refused, is in no error', async () => {
  const port = await servers.http((_request, response) => {
    const error = { message: 'This token has ended.', extensions: { code: 'UNAUTHENTICATED' } }
    response.writeHead(401, { 'Content-Type': 'application/json' }).end(JSON.stringify({ errors: [error] }))
  })
  const errorOf = (token: string) =>
    createClient({ url: `http://127.0.0.1:${port}/graphql`, token })
      .request('{ ok }')
      .then(() => undefined)
      .catch((error: unknown) => error)
  const unfit = await errorOf('top-secret\ntoken')
  expect(String(unfit)).toMatch(/^TypeError: The token is empty, or has a space/)
  const refused = await errorOf('top-secret')
  expect(refused).toMatchObject({ status: 401, code: 'UNAUTHENTICATED', message: 'This token has ended.' })
  expect(refused).toBeInstanceOf(RegistryError)
  for (const error of [unfit, refused])
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('top-secret')
})

test('a request brings the positions of the writes that were answered before, the latest of each log', async () => {
  const seen: (string | undefined)[] = []
  const port = await servers.http((request, response) => {
    seen.push(request.headers['x-registry-position'] as string | undefined)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      // Each request says what its answer is, and when it comes.
      const { position, errors, wait = 0 } = JSON.parse(Buffer.concat(chunks).toString()).variables
      const body = { data: { ok: true }, ...(errors && { errors }), ...(position && { extensions: { position } }) }
      const answer = () => response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
      if (wait) waiting.push(answer)
      else answer()
    })
  })
  const waiting: (() => void)[] = []
  const client = createClient({ url: `http://127.0.0.1:${port}/graphql` })
  const ask = (variables: object) => client.request('query ($a: Int) { ok }', variables)
  const [a1, a2, a3] = [1, 2, 3].map((n) => `aaaaaaaaaaaa-000000000000000${n}`)
  const [b1] = ['bbbbbbbbbbbb-0000000000000001']
  await ask({ position: a2 })
  await ask({})
  await ask({ position: a1 })
  await ask({ position: a3, errors: [{ message: 'but it was written' }] }).catch(() => undefined)
  await ask({})
  expect(seen.splice(0)).toEqual([undefined, a2, a2, a2, a3])

  // Sent before the failover, answered after the first write that followed it: nobody knows which is the later one.
  const late = ask({ position: a3, wait: 1 })
  await until(() => waiting.length > 0)
  await ask({ position: b1 })
  await ask({})
  for (const answer of waiting) answer()
  await late
  await ask({})
  await ask({ position: b1 })
  await ask({})
  expect(seen).toEqual([a3, a3, b1, `${b1}, ${a3}`, `${b1}, ${a3}`, b1])
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}
