import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { type HttpRequest, prepareRequest, RequestTimeoutError } from '../../client/send-request.ts'

/** An answer whose body comes bit by bit. */
export interface StreamedAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Rejects with Node's own error if the connection is lost, and with `RequestTimeoutError` if nothing comes for `silence`. */
  readonly body: AsyncIterable<Buffer>
}

/**
 * Sends one HTTP request, as `sendRequest` does, and resolves with the head of the answer. `timeout` is the limit for that; afterwards, no
 * part of the body may take longer than `silence`, in milliseconds.
 */
export function openStream(given: HttpRequest & { readonly silence: number }): Promise<StreamedAnswer> {
  const { url, timeout, silence } = given
  const { request, options, bytes } = prepareRequest(given)
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response: IncomingMessage) => {
      clearTimeout(timer)
      response.setTimeout(silence, () => response.destroy(new RequestTimeoutError(true)))
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response })
    })
    const timer = setTimeout(() => {
      reject(new RequestTimeoutError(sent.socket?.connecting === false))
      sent.destroy()
    }, timeout)
    sent.on('close', () => clearTimeout(timer))
    sent.on('error', reject)
    sent.end(bytes)
  })
}
