import type { OutgoingHttpHeaders } from 'node:http'
import type { ErrorCode } from '../../errors.ts'
import { noteRefusal } from '../note-refusal.ts'
import type { ServerContext } from '../server-context.ts'
import { chooseCoding } from './choose-coding.ts'
import { compressBody, smallestCompressed } from './compress-body.ts'
import { createBusyError } from './create-byte-budget.ts'
import { sendWhole } from './send-whole.ts'

/** The system accepts a smaller answer at once, so the server never holds it. */
const smallestCounted = 16_384

/** The most compressions at the same time. Each takes some hundred kilobytes, and there are four threads; further answers are sent uncompressed. */
const mostCompressing = 16
let compressing = 0

/**
 * Sends the answer to a GraphQL request: compressed if that is worthwhile and the client accepts it. It counts toward the bytes
 * that the server may hold for all clients; if there is no room, the answer is 503.
 */
export async function sendBody(
  context: ServerContext,
  status: number,
  body: string | Buffer,
  headers: OutgoingHttpHeaders,
): Promise<void> {
  const { req, res, share } = context
  const length = Buffer.byteLength(body)
  const counts = length >= smallestCounted
  if (counts && !share.take(length)) return sendBusy(context, length, headers)
  if (length >= smallestCompressed) res.appendHeader('Vary', 'Accept-Encoding')
  const coding = length >= smallestCompressed ? chooseCoding(req.headers['accept-encoding']) : undefined
  if (coding === undefined || compressing >= mostCompressing) {
    return sendWhole(res, status, { ...headers, 'Content-Length': length }, body)
  }
  compressing++
  const plain = typeof body === 'string' ? Buffer.from(body) : body
  const compressed = await compressBody(plain, coding, 'quick').finally(() => {
    compressing--
  })
  if (counts) share.give(length - compressed.length)
  const all = { ...headers, 'Content-Encoding': coding, 'Content-Length': compressed.length }
  sendWhole(res, status, all, compressed)
}

function sendBusy(context: ServerContext, length: number, headers: OutgoingHttpHeaders): void {
  const { res, budget } = context
  const error = createBusyError(
    budget,
    `The operation has run, but there is no room for its answer of ${length.toLocaleString('en-US')} bytes`,
  )
  const { code, http } = error.extensions as { code: ErrorCode; http: { status: number; headers: OutgoingHttpHeaders } }
  noteRefusal(context, code)
  const body = JSON.stringify({ errors: [{ message: error.message, extensions: { code } }] })
  sendWhole(res, http.status, { ...headers, ...http.headers, 'Content-Length': Buffer.byteLength(body) }, body)
}
