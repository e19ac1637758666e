import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Message {
  readonly id: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly body: { readonly type: string; readonly timestamp: string; readonly data: Record<string, never> }
  /** `UPDATED alpha 2`. */
  readonly told: string
}

export interface Receiver {
  readonly url: string
  /** What has come, also what was not taken. */
  readonly messages: Message[]
  /** What the next messages are answered with. */
  answer: (message: Message, response: ServerResponse) => unknown
  readonly close: () => Promise<void>
}

export function ok(_: Message, response: ServerResponse): void {
  response.writeHead(204).end()
}

export async function startReceiver(): Promise<Receiver> {
  const messages: Message[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const body = JSON.parse(text)
      const { outcome, key, version } = body.data
      const { headers } = request
      const message = {
        ...{ id: String(headers['webhook-id']), headers, text, body },
        told: `${outcome} ${key?.name} ${version}`,
      }
      messages.push(message)
      receiver.answer(message, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    messages,
    answer: ok,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return receiver
}
