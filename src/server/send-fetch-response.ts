import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'

/** Sends what Yoga answered. Streams of events go out as they come; everything else has a length. */
export async function sendFetchResponse(answer: Response, response: ServerResponse): Promise<void> {
  if (response.destroyed) {
    await answer.body?.cancel()
    return
  }
  answer.headers.forEach((value, name) => {
    // Node frames the body itself.
    if (name !== 'transfer-encoding' && name !== 'connection') response.setHeader(name, value)
  })
  if (!response.hasHeader('cache-control')) response.setHeader('Cache-Control', 'no-store')
  const type = answer.headers.get('content-type') ?? ''
  if (answer.body && (type.startsWith('text/event-stream') || type.startsWith('multipart/'))) {
    response.writeHead(answer.status)
    // Not `Readable.fromWeb`: the stream is that of Yoga's own fetch, not Node's.
    await pipeline(answer.body as unknown as AsyncIterable<Uint8Array>, response)
    return
  }
  const body = Buffer.from(await answer.text())
  response.writeHead(answer.status, { 'Content-Length': body.length })
  response.end(body)
}
