import { readFileSync } from 'node:fs'
import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net'
import { join } from 'node:path'
import type { TlsOptions } from 'node:tls'

export type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** The folder of the certificates for tests; its README says what is in it. */
export const certificateFolder = join(import.meta.dirname, 'fixtures/tls')

/** A proxy, with what it was asked for: `CONNECT registry.test:443`, `POST http://registry.test/graphql`. */
export interface TestProxy {
  readonly port: number
  readonly asked: string[]
  /** The header `Proxy-Authorization` of each. */
  readonly authorizations: (string | undefined)[]
}

/** Servers on ports of 127.0.0.1, until they are closed. */
export interface TestServers {
  readonly http: (listener: Listener) => Promise<number>
  /** With a certificate of the folder, such as `valid`; with `chain`, the CA's is sent as well. */
  readonly https: (
    certificate: string,
    listener: Listener,
    options?: TlsOptions & { readonly chain?: boolean },
  ) => Promise<number>
  /** Takes connections, and does with them what it likes. */
  readonly tcp: (listener: (socket: Socket) => void) => Promise<number>
  /** A proxy that leads every host to this port, or answers with this status instead. */
  readonly proxy: (to: { readonly port: number } | { readonly status: number }) => Promise<TestProxy>
  readonly close: () => Promise<void>
}

export function createServers(): TestServers {
  const running: (Server | TcpServer)[] = []
  const sockets = new Set<Socket>()
  const listen = async (server: Server | TcpServer): Promise<number> => {
    running.push(server)
    server.on('connection', (socket: Socket) => {
      sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }
  const servers: TestServers = {
    http: (listener) => listen(createServer(listener)),
    https: (certificate, listener, { chain = false, ...options } = {}) => {
      const read = (name: string) => readFileSync(join(certificateFolder, `${name}.pem`), 'utf8')
      const cert = read(certificate) + (chain ? read('ca') : '')
      return listen(createHttpsServer({ ...options, key: read('key'), cert }, listener))
    },
    tcp: (listener) => listen(createTcpServer(listener)),
    async proxy(to) {
      const asked: string[] = []
      const authorizations: (string | undefined)[] = []
      const note = ({ method, url, headers }: IncomingMessage) => {
        asked.push(`${method} ${url}`)
        authorizations.push(headers['proxy-authorization'])
      }
      const server = createServer((request, response) => {
        note(request)
        if ('status' in to) response.writeHead(to.status).end()
        else forwardTo(`http://127.0.0.1:${to.port}`)(request, response)
      })
      server.on('connect', (request, socket: Socket) => {
        note(request)
        if ('status' in to) return socket.end(`HTTP/1.1 ${to.status} No\r\n\r\n`)
        const target = connect(to.port, '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
          socket.pipe(target).pipe(socket)
        })
        sockets.add(target.on('error', () => socket.destroy()))
      })
      return { port: await listen(server), asked, authorizations }
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await Promise.all(running.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
    },
  }
  return servers
}

/** Forwards each request to the server of an address, with its path. */
export function forwardTo(address: string): Listener {
  const { hostname, port, host } = new URL(address)
  return (request, response) => {
    const path = new URL(request.url ?? '/', address).pathname
    const headers = { ...request.headers, host }
    request.pipe(
      httpRequest({ hostname, port, path, method: request.method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers)
        answer.pipe(response)
      }),
    )
  }
}
