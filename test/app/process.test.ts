import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadPostmasterPid } from '../embedded/embedded-processes.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { ask, startProcess, stopProcesses } from './start-process.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry app '))
})
afterEach(async () => {
  await stopProcesses()
  await rm(folder, { recursive: true, force: true })
})

const embedded = () => ({ DATA_DIR: join(folder, '.registry') })

test('written data are read back after a restart on the embedded PostgreSQL', async () => {
  const first = startProcess(embedded())
  const url = await first.ready()
  await ask(url, 'mutation { upsertImage(input: {name: "a", version: "20.10"}) { outcome } }')
  first.child.kill('SIGTERM')
  expect(await first.ended).toEqual({ code: 0, signal: null })
  const second = startProcess(embedded())
  expect(await ask(await second.ready(), '{ image(name: "a") { version _meta { version } } }')).toEqual({
    image: { version: '20.10', _meta: { version: 1 } },
  })
})

test('writes acknowledged before kill -9 are there after the next start, and each is one version', async () => {
  const first = startProcess(embedded())
  const url = await first.ready()
  const acknowledged = new Map(['a', 'b', 'c'].map((name) => [name, 0]))
  /** Every fourth write of an object deletes it. */
  const write = async (name: string) => {
    for (let i = 1; ; i++) {
      const upsert = `upsertImage(input: { name: "${name}", version: "${i}" }) { outcome }`
      await ask(url, `mutation { ${i % 4 === 0 ? `deleteImage(name: "${name}") { name }` : upsert} }`)
      acknowledged.set(name, i)
    }
  }
  const writers = [...acknowledged.keys()].map((name) => write(name).catch(() => undefined))
  while ([...acknowledged.values()].some((count) => count < 20)) await sleep(5)
  first.child.kill('SIGKILL')
  await Promise.all([first.ended, ...writers])
  const second = startProcess(embedded())
  const again = await second.ready()
  for (const [name, count] of acknowledged) {
    const { imageHistory } = await ask(
      again,
      `{ imageHistory(name: "${name}", first: 1000) { nodes { version outcome document } totalCount } }`,
    )
    // The write that was under way may have come through.
    expect([count, count + 1]).toContain(imageHistory.totalCount)
    const written = Array.from({ length: imageHistory.totalCount }, (_, i) => i + 1).map((version) => ({
      version,
      outcome: version % 4 === 0 ? 'DELETED' : version % 4 === 1 ? 'CREATED' : 'UPDATED',
      document: { name, version: String(version % 4 === 0 ? version - 1 : version) },
    }))
    expect(imageHistory.nodes).toEqual(written.reverse())
  }
})

test('a second server on the same DATA_DIR reports the conflict and ends with 1', async () => {
  const first = startProcess(embedded())
  await first.ready()
  const second = startProcess(embedded())
  expect((await second.ended).code).toBe(1)
  expect(second.stderr()).toContain('Another registry server')
  expect(await ask(await first.listening, '{ images { totalCount } }')).toEqual({ images: { totalCount: 0 } })
})

test('while PostgreSQL of a server is down, a second start ends at the port, and a third on another port leaves one server', async () => {
  const first = startProcess(embedded())
  const url = await first.ready()
  await ask(url, 'mutation { upsertImage(input: {name: "a"}) { outcome } }')
  first.child.kill('SIGSTOP')
  process.kill(await loadPostmasterPid(embedded().DATA_DIR), 'SIGKILL')
  const { port } = new URL(url)
  const second = startProcess({ ...embedded(), PORT: port })
  expect((await second.ended).code).toBe(1)
  expect(second.stderr()).toBe(`PORT: ${port} is in use by another program on 127.0.0.1; choose another PORT\n`)
  const third = startProcess(embedded())
  const other = await third.ready()
  first.child.kill('SIGCONT')
  expect(await first.ended).toEqual({ code: 1, signal: null })
  expect(first.stderr()).toMatch(/^This server no longer has .*postgres: .* another server took it\. .*\n$/)
  expect(await ask(other, '{ images { nodes { name } } }')).toEqual({ images: { nodes: [{ name: 'a' }] } })
})

test('a start that is interrupted leaves no PostgreSQL behind', async () => {
  const registry = startProcess(embedded())
  const data = join(folder, '.registry', 'postgres')
  while (!existsSync(join(data, 'postmaster.pid'))) await sleep(5)
  registry.child.kill('SIGINT')
  expect((await registry.ended).code).toBe(0)
  expect(existsSync(join(data, 'postmaster.pid'))).toBe(false)
})

test('a Ctrl-C under npm, which arrives twice, still ends the server with 0', async () => {
  const registry = startProcess({ DATABASE_URL: (await createTestDatabase()).url })
  await registry.ready()
  registry.child.kill('SIGINT')
  setTimeout(() => registry.child.kill('SIGINT'), 5)
  expect(await registry.ended).toEqual({ code: 0, signal: null })
  expect(registry.stdout()).toMatch(/"stopped"/)
})

test('SIGINT ends the server with 0, like SIGTERM', async () => {
  const registry = startProcess({ DATABASE_URL: (await createTestDatabase()).url })
  await registry.ready()
  registry.child.kill('SIGINT')
  expect(await registry.ended).toEqual({ code: 0, signal: null })
})

test('a bad template stops the start with 1 and every problem with its place', async () => {
  await mkdir(join(folder, 'templates'))
  await writeFile(join(folder, 'templates', 'role.yaml'), 'name: role\nkey: [nam]\nfields:\n  name: strnig\n')
  const registry = startProcess({ ...embedded(), TEMPLATES_DIR: join(folder, 'templates') })
  expect((await registry.ended).code).toBe(1)
  expect(registry.stderr()).toMatch(/role\.yaml:2:\d+ .*"nam".*Did you mean "name"\?/)
  expect(registry.stderr()).toMatch(/role\.yaml:4:\d+ .*"strnig".*Did you mean "string"\?/)
})

test('wrong settings stop the start with 1 and the names of all of them, without the password', async () => {
  const registry = startProcess({ PORT: 'eighty', LOG_LEVEL: 'loud', DATABASE_URL: 'mysql://u:secret@h/d' })
  expect((await registry.ended).code).toBe(1)
  expect(registry.stderr()).toMatch(/DATABASE_URL:[\s\S]*PORT: "eighty"[\s\S]*LOG_LEVEL: "loud"/)
  expect(registry.stderr() + registry.stdout()).not.toContain('secret')
})

test('a port that is in use is reported by its number', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as AddressInfo
  const registry = startProcess({ DATABASE_URL: (await createTestDatabase()).url, PORT: String(port) })
  expect((await registry.ended).code).toBe(1)
  expect(registry.stderr()).toBe(`PORT: ${port} is in use by another program on 127.0.0.1; choose another PORT\n`)
  await new Promise((resolve) => other.close(resolve))
})

test('if the database is unavailable at start, the server waits for it, is not ready, and tells callers so', async () => {
  const refused = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => refused.once('listening', resolve))
  const { port } = refused.address() as AddressInfo
  await new Promise((resolve) => refused.close(resolve))
  const registry = startProcess({ DATABASE_URL: `postgresql://someone:hidden-word@127.0.0.1:${port}/registry` })
  const url = await registry.listening
  expect((await fetch(new URL('/livez', url))).status).toBe(200)
  expect((await fetch(new URL('/readyz', url))).status).toBe(503)
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query": "{ images { totalCount } }"}',
  })
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('1')
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] })
  registry.child.kill('SIGTERM')
  expect((await registry.ended).code).toBe(0)
  expect(registry.stdout()).toMatch(/waiting/)
  expect(registry.stdout() + registry.stderr()).not.toContain('hidden-word')
})

test('a request that is running when SIGTERM arrives is finished', async () => {
  const database = await createTestDatabase()
  const registry = startProcess({ DATABASE_URL: database.url })
  const url = await registry.ready()
  const other = new pg.Client(database.connection)
  await other.connect()
  await other.query('begin; lock table registry_object in share mode')
  const answer = ask(url, 'mutation { upsertImage(input: {name: "a"}) { outcome } }')
  const isWaiting = `select from pg_locks where not granted
    and database = (select oid from pg_database where datname = current_database())`
  while ((await other.query(isWaiting)).rowCount === 0) await sleep(20)
  registry.child.kill('SIGTERM')
  while (!registry.stdout().includes('"stopping"')) await sleep(20)
  await other.query('rollback')
  await other.end()
  expect(await answer).toEqual({ upsertImage: { outcome: 'CREATED' } })
  expect((await registry.ended).code).toBe(0)
})
