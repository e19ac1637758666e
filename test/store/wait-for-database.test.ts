import { rm, symlink } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createEmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts'
import { ConfigError } from '../../src/errors.ts'
import { printDatabaseAddress } from '../../src/store/database-address.ts'
import { waitForDatabase } from '../../src/store/wait-for-database.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { printConnectionUrl } from '../support/test-connection.ts'
import { createWatchedFolder } from '../support/watch-over.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})

afterAll(async () => {
  await database.drop()
})

/** A logger, and the lines it wrote. */
function createLogger(): { logger: pino.Logger; lines: string[] } {
  const lines: string[] = []
  return { logger: pino({}, { write: (line: string) => void lines.push(line) }), lines }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function findFreePort(): Promise<number> {
  const server = createServer()
  const port = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

test('There is no wait for an available database.', async () => {
  const { logger, lines } = createLogger()
  await waitForDatabase({ url: database.url, logger })
  expect(lines).toEqual([])
})

test('An unavailable database is waited for, with a log line that contains no password.', async () => {
  const dataDir = createWatchedFolder('registry-wait-')
  const { logger, lines } = createLogger()
  const silent = pino({ level: 'silent' })
  const first = await createEmbeddedPostgres({ dataDir, logger: silent })
  const { password } = first.connection
  await first.stop()
  // Each life has another folder for its socket: the URL leads to one that gets a link.
  const url = printConnectionUrl({ ...first.connection, host: join(dataDir, 'socket') })
  let isThere = false
  const waiting = waitForDatabase({ url, logger }).then(() => {
    isThere = true
  })
  await sleep(600)
  expect(isThere).toBe(false)
  const second = await createEmbeddedPostgres({ dataDir, logger: silent })
  await symlink(second.connection.host, join(dataDir, 'socket'))
  await waiting
  await second.stop()
  await rm(dataDir, { recursive: true })
  // One every five seconds.
  expect(lines.length).toBeGreaterThan(0)
  for (const line of lines) expect(line).toContain('waiting for the database')
  expect(lines.join()).not.toContain(password)
})

test('A port where nothing listens, and one that never answers, are waited for until the signal aborts.', async () => {
  const mute = createServer()
  const port = await listen(mute)
  for (const [candidate, reason] of [
    [await findFreePort(), 'ECONNREFUSED'],
    [port, 'timeout'],
  ] as const) {
    const { logger, lines } = createLogger()
    const url = `postgresql://someone:secret@127.0.0.1:${candidate}/registry`
    const stopping = new AbortController()
    const waiting = waitForDatabase({ url, logger, signal: stopping.signal }).catch((error: Error) => error.message)
    while (lines.length === 0) await sleep(10)
    stopping.abort(new Error('stopped'))
    expect(await waiting).toBe('stopped')
    expect(lines.join()).toContain(reason)
    expect(lines.join()).toContain(`someone@127.0.0.1:${candidate}/registry`)
    expect(lines.join()).not.toContain('secret')
  }
  mute.close()
})

test.each([
  ['A wrong password', (c) => ({ ...c, password: 'wrong-secret' }), /password authentication failed/],
  ['A missing database', (c) => ({ ...c, database: 'nowhere' }), /database "nowhere" does not exist/],
  ['A missing user', (c) => ({ ...c, user: 'nobody' }), /password authentication failed/],
] satisfies [string, (connection: TestDatabase['connection']) => TestDatabase['connection'], RegExp][])(
  '%s is reported at once, without the password.',
  async (_, change, reason) => {
    const { logger, lines } = createLogger()
    const error = await waitForDatabase({ url: printConnectionUrl(change(inject('postgres'))), logger }).catch((e) => e)
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toMatch(/^DATABASE_URL \(.*\) does not work: /)
    expect(error.message).toMatch(reason)
    expect(error.message).not.toContain('wrong-secret')
    expect(error.message).not.toContain(database.connection.password)
    expect(lines).toEqual([])
  },
)

test('A server without TLS is reported at once where the URL asks for it.', async () => {
  // Answers "N" to the request for TLS.
  const plain = createServer((socket) => socket.once('data', () => socket.write('N')))
  const url = `postgresql://someone:secret@127.0.0.1:${await listen(plain)}/registry?sslmode=require`
  await expect(waitForDatabase({ url, logger: createLogger().logger })).rejects.toThrow(/DATABASE_URL.*SSL/)
  plain.close()
})

test('A database with another encoding is refused.', async () => {
  const client = new pg.Client(inject('postgres'))
  await client.connect()
  const name = `${database.connection.database}_latin`
  await client.query(`create database ${name} template template0 encoding 'SQL_ASCII' locale 'C' locale_provider libc`)
  try {
    const url = printConnectionUrl({ ...database.connection, database: name })
    await expect(waitForDatabase({ url, logger: createLogger().logger })).rejects.toThrow(/encoding SQL_ASCII/)
  } finally {
    await client.query(`drop database ${name} with (force)`)
    await client.end()
  }
})

test('An old PostgreSQL is refused with its version.', async () => {
  // Speaks just enough of the protocol to say that it is a PostgreSQL 14.
  const int16 = (n: number): Buffer => Buffer.from([n >> 8, n & 255])
  const int32 = (n: number): Buffer => Buffer.concat([int16(n >> 16), int16(n & 0xffff)])
  const message = (type: string, ...parts: Buffer[]): Buffer => {
    const body = Buffer.concat(parts)
    return Buffer.concat([Buffer.from(type), int32(body.length + 4), body])
  }
  const text = (value: string): Buffer => Buffer.from(`${value}\0`)
  const column = (name: string, type: number): Buffer =>
    Buffer.concat([text(name), int32(0), int16(0), int32(type), int16(-1), int32(-1), int16(0)])
  const cell = (value: string): Buffer => Buffer.concat([int32(value.length), Buffer.from(value)])
  const ready = message('Z', Buffer.from('I'))
  const old = createServer((socket) => {
    socket.once('data', () => {
      socket.write(Buffer.concat([message('R', int32(0)), ready]))
      socket.once('data', () => {
        socket.write(
          Buffer.concat([
            message('T', int16(3), column('version', 23), column('name', 25), column('encoding', 25)),
            message('D', int16(3), cell('14'), cell('14.20'), cell('UTF8')),
            message('C', text('SELECT 1')),
            ready,
          ]),
        )
      })
    })
    socket.on('error', () => undefined)
  })
  const url = `postgresql://someone@127.0.0.1:${await listen(old)}/registry`
  await expect(waitForDatabase({ url, logger: createLogger().logger })).rejects.toThrow(
    /^DATABASE_URL \(someone@127\.0\.0\.1:\d+\/registry\) is a PostgreSQL 14\.20; it must be 15 or newer\.$/,
  )
  old.close()
})

test.each([
  ['postgresql://me:pw@db.example.org:5433/registry?sslmode=require', 'me@db.example.org:5433/registry'],
  ['postgres://db/registry', 'db/registry'],
  ['postgresql://me:pw@/registry?host=/run/postgresql', 'me@/run/postgresql/registry'],
  ['postgresql:///registry?host=/run/postgresql', '/run/postgresql/registry'],
])('%s is printed as %s.', (url, address) => {
  expect(printDatabaseAddress(url)).toBe(address)
})

test.each([
  'mysql://me:secret@db/registry',
  'db.example.org secret',
  'postgresql://me:1/secret@db/registry',
  'postgresql://me:1#secret@db/registry',
  'postgresql://me:1?secret@db/registry',
  'postgresql://me:se/cret@db/registry',
])('%s is refused without being repeated.', (url) => {
  expect(() => printDatabaseAddress(url)).toThrow(ConfigError)
  expect(() => printDatabaseAddress(url)).not.toThrow(/cret/)
})
