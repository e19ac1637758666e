import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type App, createApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { createLogger } from '../../src/logger.ts'
import { sendRaw, statusOf } from '../server/raw-request.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const log: Record<string, unknown>[] = []
let database: TestDatabase
let app: App
let port: number
beforeAll(async () => {
  database = await createTestDatabase()
  const config = loadConfig({ DATABASE_URL: database.url, HOST: '0.0.0.0', ALLOW_UNAUTHENTICATED: 'true' })
  const logger = createLogger('info', { write: (line: string) => log.push(JSON.parse(line)) })
  app = await createApp(config, logger, {
    // HOST decides which names are its own; a test listens where nobody else can reach it.
    listen: ({ http }) => new Promise((resolve) => http.listen(0, '127.0.0.1', () => resolve())),
  })
  await app.prepared
  port = (app.server.http.address() as AddressInfo).port
})
afterAll(async () => {
  await app?.close()
  await database?.drop()
})

const ask = async (path: string, host: string) =>
  statusOf(await sendRaw(port, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`))

test('on all addresses, without rules and ALLOWED_HOSTS, a foreign Host gets what probes and Prometheus ask for, and nothing else', async () => {
  const statuses = async (paths: readonly string[], host: string) =>
    Promise.all(paths.map(async (path) => [path, await ask(path, host)]))
  const forAll = ['/livez', '/readyz', '/metrics']
  const others = ['/', '/graphql?query={__typename}', '/schema.graphql', '/badge/roles', '/nothing']
  for (const host of ['evil.example', '192.0.2.7:4000', '0.0.0.0', 'registry']) {
    expect(await statuses(forAll, host)).toEqual(forAll.map((path) => [path, 200]))
    expect(await statuses(others, host)).toEqual(others.map((path) => [path, 421]))
  }
  expect(await ask('/graphql?query={__typename}', 'localhost')).toBe(200)
  expect(log.find(({ level }) => level === 'warn')?.msg).toContain('anyone who reaches this port')
})

test('compose.yaml, which has no rules, publishes the registry on 127.0.0.1 alone, under its own names', async () => {
  const { registry, ...others } = parse(await readFile('compose.yaml', 'utf8')).services
  expect(registry).toMatchObject({
    environment: { ALLOW_UNAUTHENTICATED: 'true', ALLOWED_HOSTS: `\${ALLOWED_HOSTS:-registry}` },
    ports: [`127.0.0.1:\${PORT:-4000}:4000`],
  })
  expect(Object.entries<object>(others).filter(([, service]) => 'ports' in service)).toEqual([])
})
