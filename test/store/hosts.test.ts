import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmbeddedPostgres, type EmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts'
import { ConfigError } from '../../src/errors.ts'
import { printDatabaseAddress } from '../../src/store/database-address.ts'
import { openStore } from '../../src/store/open-store.ts'
import { waitForDatabase } from '../../src/store/wait-for-database.ts'
import { certificateFolder } from '../cli/servers.ts'
import { applying, parseTexts } from '../support/registry.ts'
import { createWatchedFolder } from '../support/watch-over.ts'

const silent = pino({ level: 'silent' })
const password = 'the-same'
const file = (name: string) => join(certificateFolder, `${name}.pem`)

/** Two servers: the second one takes no writes. */
const servers: EmbeddedPostgres[] = []
const folders: string[] = []
const fronts: Server[] = []
let encrypted = 0
beforeAll(async () => {
  for (const isReadOnly of [false, true]) {
    const dataDir = createWatchedFolder('registry-hosts-')
    folders.push(dataDir)
    const server = await createEmbeddedPostgres({ dataDir, logger: silent })
    servers.push(server)
    const { user } = server.connection
    const client = new pg.Client(server.superuser)
    await client.connect()
    await client.query(`alter role ${user} password '${password}'`)
    if (isReadOnly) await client.query('alter database registry set default_transaction_read_only = on')
    await client.end()
  }
}, 120_000)
afterAll(async () => {
  for (const front of fronts) front.close()
  for (const server of servers) await server.stop()
  for (const folder of folders) await rm(folder, { recursive: true })
})

/** A port that leads to a server; encrypted with that certificate, if there is one and the client asks for it. */
async function listenBefore(server: EmbeddedPostgres | undefined, certificate?: string): Promise<number> {
  const front = createServer((near) => {
    const forward = (from: NodeJS.ReadWriteStream) => {
      const far = connect(`${server?.connection.host}/.s.PGSQL.${server?.connection.port}`)
      from.pipe(far).pipe(from)
      for (const side of [from, far])
        side.on('error', () => undefined).on('close', () => (side === far ? near : far).destroy())
    }
    near.on('error', () => undefined)
    near.once('data', (first) => {
      near.pause()
      const asks = first.readInt32BE(4) === 80_877_103
      if (!asks) {
        near.unshift(first)
        return forward(near)
      }
      near.write(certificate === undefined ? 'N' : 'S')
      if (certificate === undefined) return near.resume().end()
      encrypted++
      forward(
        new TLSSocket(near, { isServer: true, key: readFileSync(file('key')), cert: readFileSync(file(certificate)) }),
      )
    })
  })
  if (server) fronts.push(front)
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  const { port } = front.address() as AddressInfo
  if (!server) await new Promise((resolve) => front.close(resolve))
  return port
}

const url = (hosts: string, parameters = '') =>
  `postgresql://registry_server:${password}@${hosts}/registry${parameters}`

/** Which server takes a connection: that which takes writes, or the other. */
async function ask(databaseUrl: string): Promise<string> {
  await waitForDatabase({ url: databaseUrl, logger: silent })
  const store = openStore({ connection: { connectionString: databaseUrl } }, silent)
  try {
    const [row] = await store.database.run({
      text: "select current_setting('transaction_read_only') as mode",
      values: [],
    })
    return row?.mode === 'on' ? 'reads' : 'writes'
  } finally {
    await store.close()
  }
}

describe('several hosts in DATABASE_URL', () => {
  test.each([
    ['away,writes', '', 'writes'],
    ['reads,writes', '', 'writes'],
    ['reads,writes', 'any', 'reads'],
    ['reads,writes', 'read-write', 'writes'],
    ['writes,reads', 'read-only', 'reads'],
    ['reads,writes', 'primary', 'reads'],
    ['writes,reads', 'prefer-standby', 'writes'],
    ['away,reads,writes', 'read-write', 'writes'],
  ])('%s with target_session_attrs=%s lead to the one that %s', async (hosts, target, expected) => {
    const [writes, reads] = servers
    const ports = { away: undefined, writes, reads }
    const addresses: string[] = []
    for (const name of hosts.split(','))
      addresses.push(`127.0.0.1:${await listenBefore(ports[name as keyof typeof ports])}`)
    expect(await ask(url(addresses.join(), target && `?target_session_attrs=${target}`))).toBe(expected)
  })

  test('may be given as parameters, with folders of sockets', async () => {
    const [writes, reads] = servers
    expect(await ask(url('', `?host=${reads?.connection.host},${writes?.connection.host}`))).toBe('writes')
  })

  test('of which none takes writes are waited for, and each is named with its reason and without the password', async () => {
    const lines: string[] = []
    const logger = pino({}, { write: (line: string) => void lines.push(line) })
    const stopping = new AbortController()
    const [away, reads] = [await listenBefore(undefined), await listenBefore(servers[1])]
    const waiting = waitForDatabase({
      url: url(`127.0.0.1:${away},127.0.0.1:${reads}`),
      logger,
      signal: stopping.signal,
    })
    waiting.catch(() => undefined)
    await expect.poll(() => lines.length, { timeout: 20_000 }).toBeGreaterThan(0)
    stopping.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
    const { database, reason } = JSON.parse(lines[0] ?? '')
    expect(database).toBe(`registry_server@127.0.0.1:${away},127.0.0.1:${reads}/registry`)
    expect(reason).toBe(
      `no host can be used; 127.0.0.1:${away}: connect ECONNREFUSED 127.0.0.1:${away}; 127.0.0.1:${reads}: it takes no writes (target_session_attrs=read-write)`,
    )
    expect(lines.join()).not.toContain(password)
  })

  test('are tried again when the one in use has gone', async () => {
    const first = await listenBefore(servers[0])
    const front = fronts.at(-1)
    const sockets: { destroy(): void }[] = []
    front?.on('connection', (socket) => sockets.push(socket))
    const connection = { connectionString: url(`127.0.0.1:${first},127.0.0.1:${await listenBefore(servers[0])}`) }
    const store = openStore({ connection }, silent)
    await store.prepare(applying(parseTexts(['{ name: host, key: [name], fields: { name: string } }'])))
    front?.close()
    for (const socket of sockets) socket.destroy()
    const select = () => store.database.run({ text: 'select 7 as seven', values: [] }).catch(() => undefined)
    await expect.poll(select, { timeout: 20_000 }).toEqual([{ seven: 7 }])
    expect(sockets.length).toBeGreaterThan(0)
    await store.close()
  })
})

describe('sslmode', () => {
  const root = `&sslrootcert=${file('ca')}`
  test.each([
    ['disable', '', undefined, 'plain'],
    ['allow', '', undefined, 'plain'],
    ['prefer', '', undefined, 'plain'],
    ['require', '', undefined, /does not support SSL/],
    ['verify-ca', root, undefined, /does not support SSL/],
    ['disable', '', 'self-signed', 'plain'],
    ['allow', '', 'self-signed', 'plain'],
    ['prefer', '', 'self-signed', 'encrypted'],
    ['require', '', 'self-signed', 'encrypted'],
    ['require', root, 'self-signed', /self-signed certificate/],
    ['verify-ca', root, 'self-signed', /self-signed certificate/],
    ['verify-ca', root, 'other', 'encrypted'],
    ['verify-full', root, 'other', /does not match certificate's altnames/],
    ['verify-full', root, 'valid', 'encrypted'],
    ['verify-full', '', 'valid', /unable to verify|unable to get/],
  ])('%s%s with a server whose certificate is %s: %s', async (mode, more, certificate, expected) => {
    const port = await listenBefore(servers[0], certificate)
    encrypted = 0
    const asked = ask(url(`localhost:${port}`, `?sslmode=${mode}${more}`))
    if (expected instanceof RegExp) {
      const error = await asked.catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(ConfigError)
      expect((error as Error).message).toMatch(expected)
      expect((error as Error).message).toMatch(
        /^DATABASE_URL \(registry_server@localhost:\d+\/registry\) does not work: /,
      )
    } else {
      expect(await asked).toBe('writes')
      expect(encrypted > 0 ? 'encrypted' : 'plain').toBe(expected)
    }
  })

  test.each(['', '&target_session_attrs=any'])('a certificate without it asks for verify-full: %s', async (more) => {
    const askBefore = async (certificate: 'valid' | 'other') => {
      const port = await listenBefore(servers[0], certificate)
      encrypted = 0
      return ask(url(`localhost:${port}`, `?sslrootcert=${file('ca')}${more}`))
    }
    expect(await askBefore('valid')).toBe('writes')
    expect(encrypted).toBeGreaterThan(0)
    await expect(askBefore('other')).rejects.toThrow("does not match certificate's altnames")
  })

  test.each([
    [
      '?sslmode=maybe',
      'DATABASE_URL: sslmode is "maybe"; it takes disable, allow, prefer, require, verify-ca, verify-full.',
    ],
    ['?target_session_attrs=first', 'DATABASE_URL: target_session_attrs is "first"; it takes any, read-write'],
    [
      '?sslmode=verify-full&sslrootcert=/nowhere.pem',
      'DATABASE_URL: sslrootcert "/nowhere.pem" cannot be read: it does not exist.',
    ],
  ])('%s is refused', async (parameters, message) => {
    const error = await waitForDatabase({ url: url('localhost', parameters), logger: silent }).catch((e) => e)
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toContain(message)
  })
})

test.each([
  ['postgresql://me:pw@a:5432,b:5433/registry?target_session_attrs=any', 'me@a:5432,b:5433/registry'],
  ['postgresql://me:pw@a,b/registry', 'me@a,b/registry'],
])('%s is printed as %s', (databaseUrl, address) => {
  expect(printDatabaseAddress(databaseUrl)).toBe(address)
})
