import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { fetchKeys } from '../../src/access/jobs/load-keys.ts'
import { createTestKey, startTestIssuer } from '../support/test-issuer.ts'

afterEach(() => vi.unstubAllEnvs())

/** A proxy for tunnels, and where they have led. */
async function startProxy() {
  const tunnels: string[] = []
  const server = createServer()
  server.on('connect', (request, client) => {
    tunnels.push(request.url ?? '')
    const { hostname, port } = new URL(`http://${request.url}`)
    const target = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      client.pipe(target).pipe(client)
    })
    for (const socket of [client, target]) socket.on('error', () => [client, target].map((one) => one.destroy()))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { tunnels, url: `http://127.0.0.1:${port}`, close }
}

test('the keys of issuers come through the proxy of the environment, except where NO_PROXY exempts them', async () => {
  const issuer = await startTestIssuer([await createTestKey('one')])
  const proxy = await startProxy()
  try {
    vi.stubEnv('http_proxy', proxy.url)
    await fetchKeys(issuer.url)
    const { host } = new URL(issuer.url)
    expect(new Set(proxy.tunnels)).toEqual(new Set([host]))
    const { length } = proxy.tunnels
    vi.stubEnv('no_proxy', '127.0.0.1')
    await fetchKeys(issuer.url)
    expect(proxy.tunnels).toHaveLength(length)
    expect(issuer.asked).toHaveLength(4)
  } finally {
    proxy.close()
    await issuer.close()
  }
})
