import type { Logger } from '../logger.ts'
import type { ServerContext } from './server-context.ts'

/** Logs one line at debug when a request ends, without query string, headers or variables: they may contain secrets. */
export function logRequest(context: ServerContext, logger: Logger): void {
  if (!logger.isLevelEnabled('debug')) return
  const start = performance.now()
  const { req, res } = context
  res.once('close', () => {
    logger.debug(
      {
        method: req.method,
        path: (req.url ?? '').split('?', 1)[0]?.slice(0, 200),
        status: res.statusCode,
        durationMs: Math.round((performance.now() - start) * 10) / 10,
        ...(context.operation !== undefined && { operation: context.operation.slice(0, 100) }),
        ...(context.codes !== undefined && { codes: context.codes }),
        ...(context.caller?.author.actor !== undefined && { actor: context.caller.author.actor }),
        ...(!res.writableFinished && { aborted: true }),
      },
      'request',
    )
  })
}
