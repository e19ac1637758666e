import { connect, type Socket } from 'node:net'

/** A subscription by server-sent events, on a connection of its own. */
export interface Subscriber {
  readonly close: () => void
}

const operation =
  'subscription ($where: ImageWhere) { imagesChanged(where: $where) { kind cursor image { name kernel } } }'

/**
 * Resolves once the server has begun its answer: from then on, all is told. A socket of its own parser, since the parser of HTTP costs this process
 * more than the server has to do. `onText` is given what comes.
 */
export function subscribe(
  port: number,
  where: object | undefined,
  onText: (text: string) => void = () => undefined,
): Promise<Subscriber> {
  const body = JSON.stringify({ query: operation, variables: { where } })
  const head = [
    'POST /graphql HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    'Accept: text/event-stream',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1')
    let isOpen = false
    socket.setEncoding('utf8')
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the server has closed the connection')))
    socket.on('data', (text: string) => {
      if (isOpen) return onText(text)
      if (!text.startsWith('HTTP/1.1 200')) return reject(new Error(text))
      isOpen = true
      resolve({ close: () => socket.destroy() })
    })
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  })
}

/** Some subscribers, 50 being opened at a time. */
export async function subscribeMany(
  port: number,
  count: number,
  whereOf: (i: number) => object | undefined,
  onText?: (text: string) => void,
): Promise<readonly Subscriber[]> {
  const all: Subscriber[] = []
  let next = 0
  await Promise.all(
    Array.from({ length: Math.min(50, count) }, async () => {
      while (next < count) all.push(await subscribePatiently(port, whereOf(next++), onText))
    }),
  )
  return all
}

/** On a machine that is busy with other things, a server may come to a new connection only when its time is over. */
async function subscribePatiently(...given: Parameters<typeof subscribe>): Promise<Subscriber> {
  for (let attempt = 1; ; attempt++)
    try {
      return await subscribe(...given)
    } catch (error) {
      if (attempt === 5) throw error
    }
}
