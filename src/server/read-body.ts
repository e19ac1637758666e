import { createLimitError } from '../limits.ts'
import { createRequestError } from './request-error.ts'
import { createBusyError } from './send/create-byte-budget.ts'
import type { ServerContext } from './server-context.ts'

/**
 * Reads the bytes of a request's body, which from then on count as held by the server. A body over a limit is refused as soon
 * as this is known, from Content-Length or while it arrives; the code that sends the answer drops the rest.
 */
export function readBody({ req, res, share, budget }: ServerContext, limit: number): Promise<Buffer> {
  const announced = Number(req.headers['content-length'] ?? 0)
  if (announced > limit) return Promise.reject(createLimitError('bodyBytes', limit, announced, { status: 413 }))
  if (req.headers.expect !== undefined) res.writeContinue()
  return new Promise((resolve, reject) => {
    let body: Buffer | undefined
    let length = 0
    const stop = () => {
      req.off('data', onData).off('end', onEnd).off('error', onCut).off('close', onCut).pause()
    }
    const refuse = (error: Error) => {
      stop()
      share.give(length)
      reject(error)
    }
    const onData = (chunk: Buffer) => {
      if (length + chunk.length > limit) {
        refuse(createLimitError('bodyBytes', limit, undefined, { status: 413 }))
      } else if (!share.take(chunk.length)) {
        refuse(createBusyError(budget, 'There is no room for the body of this request'))
      } else {
        body = append(body, length, chunk)
        length += chunk.length
      }
    }
    const onEnd = () => {
      stop()
      resolve(body?.subarray(0, length) ?? Buffer.alloc(0))
    }
    const onCut = () =>
      refuse(createRequestError(400, 'INCOMPLETE_BODY', 'The request ended before its body was complete.'))
    req.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut)
  })
}

/** Appends to one buffer, which doubles in size: keeping chunks of one byte each would take a hundred times their size. */
function append(body: Buffer | undefined, length: number, chunk: Buffer): Buffer {
  if (!body) return chunk
  const enough = length + chunk.length
  const whole = enough <= body.length ? body : Buffer.allocUnsafe(Math.max(2 * body.length, enough))
  if (whole !== body) body.copy(whole, 0, 0, length)
  chunk.copy(whole, length)
  return whole
}
