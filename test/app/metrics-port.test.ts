import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { sendRaw, statusOf } from '../server/raw-request.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { startProcess, stopProcesses } from './start-process.ts'

afterEach(stopProcesses)

test('METRICS_PORT has the metrics for all, by any name, and nothing else; PORT has them no longer', async () => {
  const registry = startProcess({
    DATABASE_URL: (await createTestDatabase()).url,
    ADMIN_TOKEN: 'an-admin-token-of-the-test',
    METRICS_PORT: '0',
  })
  const url = await registry.ready()
  const address = /metrics on (http:[^"]+)"/.exec(registry.stdout())?.[1] ?? ''
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/)
  expect(await (await fetch(address)).text()).toContain('registry_templates_generation 1\n')
  const port = Number(new URL(address).port)
  const named = await sendRaw(port, 'GET /metrics HTTP/1.1\r\nHost: a.example.org\r\nConnection: close\r\n\r\n')
  expect(statusOf(named)).toBe(200)
  expect((await fetch(new URL('/graphql?query={__typename}', address))).status).toBe(404)
  expect((await fetch(address, { method: 'POST' })).status).toBe(405)
  const token = { authorization: 'Bearer an-admin-token-of-the-test' }
  expect((await fetch(new URL('/metrics', url), { headers: token })).status).toBe(404)
  registry.child.kill('SIGTERM')
  expect(await registry.ended).toEqual({ code: 0, signal: null })
})

test('a METRICS_PORT that is taken stops the start, and is named', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  try {
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const registry = startProcess({
      DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
      METRICS_PORT: String(port),
    })
    expect((await registry.ended).code).toBe(1)
    expect(registry.stderr()).toBe(
      `METRICS_PORT: ${port} is in use by another program on 127.0.0.1; choose another METRICS_PORT\n`,
    )
  } finally {
    other.close()
  }
})
