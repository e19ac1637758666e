import { GraphQLError } from 'graphql'
import type { ErrorCode } from '../../errors.ts'
import { type Metrics, metricsType } from '../../metrics/create-metrics.ts'
import { findCaller } from '../caller.ts'
import type { Served } from '../create-server.ts'
import { noteRefusal } from '../note-refusal.ts'
import { chooseCoding } from '../send/choose-coding.ts'
import { compressBody, smallestCompressed } from '../send/compress-body.ts'
import { respond } from '../send/respond.ts'
import type { ServerContext } from '../server-context.ts'
import { waitingText } from '../waiting-routes.ts'

/** Answers with the metrics, compressed for those who take that. */
export function createMetricsListener({ print }: Metrics) {
  return async ({ req, res }: Pick<ServerContext, 'req' | 'res'>): Promise<void> => {
    const text = Buffer.from(await print())
    const coding = text.length < smallestCompressed ? undefined : chooseCoding(req.headers['accept-encoding'])
    respond(res, 200, coding === undefined ? text : await compressBody(text, coding, 'quick'), {
      'Content-Type': metricsType,
      Vary: 'Accept-Encoding',
      ...(coding !== undefined && { 'Content-Encoding': coding }),
    })
  }
}

/** The same for administrators alone. Until templates are served, it is not known who that is. */
export function createGuardedMetricsListener(
  metrics: Metrics,
  findServed: () => Pick<Served, 'identify' | 'createContext'> | undefined,
) {
  const answer = createMetricsListener(metrics)
  return async (context: ServerContext): Promise<void> => {
    const served = findServed()
    if (!served) {
      noteRefusal(context, 'SERVICE_UNAVAILABLE')
      return respond(context.res, 503, `${waitingText}\n`, { 'Retry-After': 1 })
    }
    const refusal = await findRefusal(context, served)
    if (!refusal) return answer(context)
    const { code, http } = refusal.extensions as {
      readonly code: ErrorCode
      readonly http?: { readonly status?: number; readonly headers?: Record<string, string> }
    }
    noteRefusal(context, code)
    respond(
      context.res,
      http?.status ?? 403,
      `The metrics are shown only to those with the right to admin, or on METRICS_PORT. ${refusal.message}\n`,
      http?.headers,
    )
  }
}

async function findRefusal(
  context: ServerContext,
  { identify, createContext }: Pick<Served, 'identify' | 'createContext'>,
): Promise<GraphQLError | undefined> {
  try {
    const { rights } = createContext(await findCaller(context, identify)).request
    return rights.isAdmin ? undefined : rights.refuse('admin')
  } catch (error) {
    if (error instanceof GraphQLError) return error
    throw error
  }
}
