import type { IncomingHttpHeaders } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { createClient } from '../../src/client/create-client.ts'
import { createServers } from '../cli/servers.ts'

const servers = createServers()
afterEach(() => servers.close())

test.each([
  ['', {}, undefined],
  ['us%C3%A9r:p%40ss@', {}, `Basic ${Buffer.from('usér:p@ss').toString('base64')}`],
  ['ci:50%off@', {}, `Basic ${btoa('ci:50%off')}`],
  ['', { token: 'abc' }, 'Bearer abc'],
  ['ci:word@', { token: 'abc' }, 'Bearer abc'],
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
