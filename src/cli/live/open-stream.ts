import type { IncomingHttpHeaders } from 'node:http'
import { type HttpRequest, RequestTimeoutError, startRequest } from '../../client/send-request.ts'

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
  return new Promise((resolve, reject) => {
    startRequest(given, reject, (answer, endTimeLimit) => {
      endTimeLimit()
      answer.setTimeout(given.silence, () => answer.destroy(new RequestTimeoutError(true)))
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer })
    })
  })
}
