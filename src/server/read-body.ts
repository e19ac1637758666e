import type { IncomingMessage } from 'node:http'
import { createLimitError } from '../limits.ts'
import { createRequestError } from './request-error.ts'

/**
 * The bytes of a request's body. What is over the limit is refused as soon as it is known, from Content-Length or
 * while it arrives; the rest is then read and dropped, so that the client gets to read its answer.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > limit) {
    request.resume()
    return Promise.reject(createLimitError('bodyBytes', limit, announced, { status: 413 }))
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const stop = () => {
      request.off('data', onData).off('end', onEnd).off('error', onCut).off('close', onCut)
      request.on('error', () => {})
      request.resume()
    }
    const onData = (chunk: Buffer) => {
      length += chunk.length
      if (length > limit) {
        chunks.length = 0
        stop()
        reject(createLimitError('bodyBytes', limit, undefined, { status: 413 }))
      } else chunks.push(chunk)
    }
    const onEnd = () => {
      stop()
      resolve(Buffer.concat(chunks, length))
    }
    const onCut = () => {
      stop()
      reject(createRequestError(400, 'INCOMPLETE_BODY', 'The request ended before its body was complete.'))
    }
    request.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut)
  })
}
