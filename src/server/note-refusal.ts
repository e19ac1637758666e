import type { ErrorCode } from '../errors.ts'
import type { ServerContext } from './server-context.ts'

/** Notes with which code a request is refused that GraphQL does not answer, for the metrics and its line in the log. */
export function noteRefusal(context: ServerContext, code: ErrorCode): void {
  context.codes = { '(request)': code }
  context.countError(code)
}
