import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { dropRest, isBodyPending } from './drop-rest.ts'

/** The most bytes per write: the progress of a slow client is visible only after a whole write. */
export const largestWrite = 65_536

/**
 * Sends an answer whose body is complete; HEAD gets only the headers. If the request's body has not arrived yet, the
 * connection closes soon after the answer.
 */
export function sendWhole(
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string | Buffer = '',
): void {
  if (response.destroyed) return
  const { req } = response
  const pending = isBodyPending(req)
  if (pending) response.setHeader('Connection', 'close')
  response.writeHead(status, headers)
  const sent = req.method === 'HEAD' ? '' : body
  const end = () => {
    if (pending) dropRest(req, () => response.end())
    else response.end()
  }
  if (sent.length > largestWrite) writeInParts(response, typeof sent === 'string' ? Buffer.from(sent) : sent, end)
  else if (!pending) response.end(sent)
  else {
    if (sent.length > 0) response.write(sent)
    else response.flushHeaders()
    end()
  }
}

/** Writes as fast as the client reads. */
function writeInParts(response: ServerResponse, bytes: Buffer, done: () => void): void {
  let at = 0
  const write = () => {
    while (at < bytes.length) {
      const part = bytes.subarray(at, at + largestWrite)
      at += largestWrite
      if (!response.write(part) && at < bytes.length) return
    }
    response.off('drain', write)
    done()
  }
  response.on('drain', write)
  write()
}
