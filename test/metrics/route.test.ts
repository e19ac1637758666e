import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createLogger } from '../../src/logger.ts'
import { createMetrics } from '../../src/metrics/create-metrics.ts'
import { createServer } from '../../src/server/create-server.ts'
import { sendRaw, statusOf } from '../server/raw-request.ts'
import { startTestServer, type TestServer } from '../server/start-test-server.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { asToken } from '../support/test-identify.ts'

let running: (TestServer | TestRegistry)[] = []
afterEach(async () => {
  for (const one of running) await ('server' in one ? one.server.drain(0) : one.close())
  running = []
})

async function start(options: Parameters<typeof startTestServer>[0]): Promise<TestServer> {
  const started = await startTestServer(options)
  running.push(started)
  return started
}

const metrics = createMetrics('1.2.3')

describe('/metrics', () => {
  test('answers to any Host, and to none', async () => {
    const { port } = await start({ metrics, metricsFor: 'everyone' })
    for (const head of ['Host: 10.1.2.3:4000\r\n', 'Host: registry.example.org\r\n', `Host: 127.0.0.1:${port}\r\n`])
      expect(statusOf(await sendRaw(port, `GET /metrics HTTP/1.1\r\n${head}Connection: close\r\n\r\n`))).toBe(200)
    expect(statusOf(await sendRaw(port, 'GET /metrics HTTP/1.0\r\n\r\n'))).toBe(200)
  })

  test('is text, which is compressed for those who take that, and takes GET and HEAD alone', async () => {
    const { port, url } = await start({ metrics, metricsFor: 'everyone' })
    const plain = await fetch(`${url}/metrics`, { headers: { 'accept-encoding': 'identity' } })
    expect(plain.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(await plain.text()).toContain('registry_build_info{version="1.2.3"} 1\n')
    const asked = `GET /metrics HTTP/1.1\r\nHost: localhost:${port}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n`
    expect(await sendRaw(port, asked)).toContain('Content-Encoding: gzip\r\n')
    expect((await fetch(`${url}/metrics`, { method: 'HEAD' })).status).toBe(200)
    const posted = await fetch(`${url}/metrics`, { method: 'POST' })
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  test('is there while the database is awaited, unless only administrators may have it', async () => {
    const statuses: number[] = []
    for (const metricsFor of ['everyone', 'admins'] as const) {
      const config = { host: '127.0.0.1', allowedHosts: [], corsOrigins: [] }
      const server = createServer({
        config,
        logger: createLogger('silent'),
        isReady: async () => false,
        metrics,
        metricsFor,
      })
      await once(server.http.listen(0, '127.0.0.1'), 'listening')
      const { port } = server.http.address() as AddressInfo
      statuses.push((await fetch(`http://127.0.0.1:${port}/metrics`)).status)
      await server.drain(0)
    }
    expect(statuses).toEqual([200, 503])
  })

  test('is for administrators alone where there are rules of access', async () => {
    const adminToken = 'an-admin-token-of-the-test'
    const registry = await startRegistry(undefined, { metrics, adminToken })
    running.push(registry)
    const ask = async (headers: Readonly<Record<string, string>> = {}) => {
      const answer = await fetch(new URL('/metrics', registry.url), { headers })
      return { status: answer.status, text: await answer.text(), challenge: answer.headers.get('www-authenticate') }
    }
    expect(await ask()).toEqual({
      status: 401,
      challenge: 'Bearer',
      text: 'The metrics are shown only to those with the right to admin, or on METRICS_PORT. Only callers with a token may administer the registry: send the header Authorization: Bearer TOKEN.\n',
    })
    expect((await ask({ authorization: 'Bearer rs_unknown' })).status).toBe(401)
    expect(await ask({ authorization: `Bearer ${adminToken}` })).toMatchObject({
      status: 200,
      text: expect.stringContaining('registry_build_info'),
    })
  })

  test('is refused to callers of a role without admin', async () => {
    const role = 'name: reader\nwho: [{ token: reader }]\nmay: [{ read: "*" }]\n'
    const registry = await startRegistry(undefined, { metrics, access: [role] })
    running.push(registry)
    const answer = await fetch(new URL('/metrics', registry.url), { headers: asToken('reader') })
    expect(answer.status).toBe(403)
  })

  test('is not there where METRICS_PORT has it', async () => {
    const { url } = await start({ metrics, metricsFor: undefined })
    expect((await fetch(`${url}/metrics`)).status).toBe(404)
  })
})
