import type { OutgoingHttpHeaders } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { ServerContext } from '../server-context.ts'
import type { ByteShare } from './create-byte-budget.ts'
import { noteEvents } from './event-sockets.ts'
import { sendBody } from './send-body.ts'
import { largestWrite } from './send-whole.ts'

/** Sends Yoga's answer. Streams of events are sent event by event; everything else has a length. */
export async function sendFetchResponse(answer: Response, context: ServerContext): Promise<void> {
  const { res, share } = context
  if (res.destroyed) {
    await answer.body?.cancel()
    return
  }
  const headers: OutgoingHttpHeaders = { 'cache-control': 'no-store' }
  answer.headers.forEach((value, name) => {
    if (name === 'vary') res.appendHeader(name, value)
    // Node frames the body itself.
    else if (name !== 'transfer-encoding' && name !== 'connection' && name !== 'content-length') headers[name] = value
  })
  const type = answer.headers.get('content-type') ?? ''
  if (answer.body && (type.startsWith('text/event-stream') || type.startsWith('multipart/'))) {
    // Yoga's value is none of HTTP; and nginx would keep events until it has many.
    delete headers['content-encoding']
    res.writeHead(answer.status, { ...headers, 'X-Accel-Buffering': 'no' })
    const end = noteEvents(res.socket)
    try {
      // Not `Readable.fromWeb`: the stream comes from Yoga's own fetch, not Node's.
      await pipeline(countEvents(answer.body as unknown as AsyncIterable<Uint8Array>, share), res)
    } finally {
      end()
    }
  } else await sendBody(context, answer.status, await answer.text(), headers)
}

/** Each event counts until the client has read it. If there is no room, the stream ends, because it is too late for an error status. */
async function* countEvents(events: AsyncIterable<Uint8Array>, share: ByteShare): AsyncGenerator<Uint8Array> {
  for await (const event of events) {
    if (!share.take(event.length)) throw new Error('no room for an event')
    for (let at = 0; at < event.length; at += largestWrite) yield event.subarray(at, at + largestWrite)
    share.give(event.length)
  }
}
