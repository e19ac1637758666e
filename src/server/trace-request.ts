import type { Tracer } from '../traces/tracer.ts'
import type { ServerContext } from './server-context.ts'

const longestName = 100

/** Answers a request in a span, which ends with the answer. */
export async function traceRequest(
  context: ServerContext,
  route: string,
  tracer: Tracer,
  answer: () => void | Promise<void>,
): Promise<void> {
  const { req, res } = context
  const span = tracer.openRequest(`${req.method} ${route}`, req.headers, {
    'http.request.method': req.method ?? '',
    'http.route': route,
  })
  res.once('close', () => {
    const { operation } = context
    span.end(
      {
        'http.response.status_code': res.statusCode,
        ...(operation !== undefined && { 'graphql.operation.name': operation.slice(0, longestName) }),
      },
      res.statusCode >= 500 || !res.writableFinished ? 'failed' : 'answered',
    )
  })
  await span.run(answer)
}
