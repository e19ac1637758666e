import type { Logger } from '../logger.ts'

/** Between two warnings, in milliseconds. */
const pause = 30_000

/** Logs that traces could not be sent, once in half a minute: a collector that is away is no reason for more. */
export function createExportFailureLog(logger: Pick<Logger, 'warn'>) {
  let warnedAt = Number.NEGATIVE_INFINITY
  return (error: unknown): void => {
    const now = performance.now()
    if (now - warnedAt < pause) return
    warnedAt = now
    const reason = error instanceof Error ? error.message : typeof error === 'string' ? error : undefined
    logger.warn({ reason }, 'traces could not be sent to OTEL_EXPORTER_OTLP_ENDPOINT')
  }
}
