import { createServer, type Server } from 'node:http'
import type { Logger } from '../../logger.ts'
import type { Metrics } from '../../metrics/create-metrics.ts'
import { respond } from '../send/respond.ts'
import { createMetricsListener } from './create-metrics-listener.ts'

/** A server of the metrics alone, for METRICS_PORT: to all who reach it, by any name. It does not listen yet. */
export function createMetricsServer(metrics: Metrics, logger: Logger): Server {
  const answer = createMetricsListener(metrics)
  return createServer({ headersTimeout: 10_000, requestTimeout: 10_000, requireHostHeader: false }, (req, res) => {
    res.setHeader('X-Content-Type-Options', 'nosniff')
    if ((req.url ?? '').split('?', 1)[0] !== '/metrics') return respond(res, 404, 'Only /metrics is here.\n')
    if (req.method !== 'GET' && req.method !== 'HEAD')
      return respond(res, 405, '/metrics accepts only GET and HEAD.\n', { Allow: 'GET, HEAD' })
    answer({ req, res }).catch((error: unknown) => {
      logger.error({ err: error }, 'the metrics could not be printed')
      respond(res, 500, 'Something went wrong in the server. Its log has the details.\n')
    })
  })
}
