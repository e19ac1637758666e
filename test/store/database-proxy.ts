import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { printConnectionUrl, type TestConnection } from '../support/test-connection.ts'

/** A proxy between a registry and its database, which can interrupt their connections. */
export interface DatabaseProxy {
  /** The database, through the proxy. */
  readonly url: string
  readonly port: number
  /** How many packets the registry has sent. */
  packets(): number
  /** Breaks all connections and accepts no new ones. */
  cut(): Promise<void>
  /** Accepts connections but forwards nothing, in either direction. */
  hang(): void
  /** Breaks all connections after this many packets of the registry in all, and accepts no new ones. The last one still arrives. Resolves then. */
  cutAfter(packets: number): Promise<void>
  /** Forwards this many more bytes from the database, and then nothing. */
  hangWithin(bytes: number): void
  /** The next connections are ended in the packet that tells them they may begin. */
  endAtStart(connections: number): void
  /** Forwards everything again, including data held back. */
  restore(): Promise<void>
  close(): Promise<void>
}

const readyForQuery = Buffer.from('Z\0\0\0\x05I', 'latin1')
const fields = 'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'
const terminated = Buffer.concat([Buffer.from([0x45, 0, 0, 0, 4 + fields.length]), Buffer.from(fields, 'latin1')])

export async function createDatabaseProxy(target: TestConnection, ownPort = 0): Promise<DatabaseProxy> {
  const sockets = new Set<Socket>()
  let hangs = false
  let packets = 0
  let reachedLast = (): void => undefined
  let last = Number.POSITIVE_INFINITY
  let left = Number.POSITIVE_INFINITY
  let ending = 0
  const hang = () => {
    hangs = true
    for (const socket of sockets) socket.pause()
  }
  const server = createServer((near) => {
    const far = target.host.startsWith('/')
      ? connect(`${target.host}/.s.PGSQL.${target.port}`)
      : connect(target.port, target.host)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      from.on('data', (chunk) => {
        if (from === far && ending > 0 && chunk.subarray(-readyForQuery.length).equals(readyForQuery)) {
          ending--
          near.end(Buffer.concat([chunk, terminated]))
          far.destroy()
          return
        }
        if (from === near && ++packets >= last) {
          to.end(chunk)
          sockets.delete(to)
          void cut().then(reachedLast)
          return
        }
        to.write(chunk)
        if (from === far) left -= chunk.length
        if (left < 0) hang()
      })
      if (hangs) from.pause()
    }
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  const cut = async () => {
    const closed = server.listening ? once(server, 'close') : undefined
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  await listen(ownPort)
  const { port } = server.address() as AddressInfo
  return {
    url: printConnectionUrl({ ...target, host: '127.0.0.1', port }),
    port,
    packets: () => packets,
    cut,
    hang,
    cutAfter(count) {
      last = count
      return new Promise((resolve) => {
        reachedLast = resolve
      })
    },
    hangWithin(bytes) {
      left = bytes
    },
    endAtStart(connections) {
      ending = connections
    },
    async restore() {
      hangs = false
      left = Number.POSITIVE_INFINITY
      for (const socket of sockets) socket.resume()
      if (!server.listening) await listen(port)
    },
    close: cut,
  }
}
