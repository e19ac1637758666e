import { type HttpAnswer, type HttpRequest, RequestTimeoutError } from '../../client/send-request.ts'
import type { ConnectionOptions } from '../connection/connection-options.ts'
import { explainDelay, explainFailure } from '../connection/explain-failure.ts'
import { openStream, type StreamedAnswer } from './open-stream.ts'
import { readEvents } from './read-events.ts'

/** A registry sends something every 12 s. In milliseconds. */
const silence = 60_000

/**
 * The events of a subscription, each the text of a result, until the registry ends it or the connection is lost. What it throws is a
 * `CliError`. `note` is told the head of the answer before anything else, and may throw; `refuse` throws for an answer that is no stream.
 */
export async function* followEvents(
  options: ConnectionOptions,
  request: Omit<HttpRequest, 'timeout'>,
  note: (answer: StreamedAnswer) => void,
  refuse: (answer: HttpAnswer) => Promise<never>,
): AsyncGenerator<string, void, void> {
  const { route, credentials } = options
  const explain = (error: unknown) =>
    error instanceof RequestTimeoutError ? explainDelay(options, error.isConnected) : explainFailure(options, error)
  const open = async (authorization: string | undefined) => {
    const headers = { ...request.headers, ...(authorization !== undefined && { Authorization: authorization }) }
    const routed = route ? route.lead({ ...request, headers }) : { ...request, headers }
    try {
      return await openStream({ ...routed, timeout: options.timeout, silence })
    } catch (error) {
      throw await explain(error)
    }
  }
  const authorization = await credentials.authorize()
  let answer = await open(authorization)
  if (answer.status === 401 && authorization !== undefined) {
    const other = await credentials.authorize(authorization)
    if (other !== authorization) answer = await open(other)
  }
  note(answer)
  const { status, headers, body } = answer
  try {
    if (status === 200 && headers['content-type']?.startsWith('text/event-stream')) {
      yield* readEvents(body)
      return
    }
  } catch (error) {
    throw await explain(error)
  }
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk)
  await refuse({ status, headers, text: Buffer.concat(chunks).toString('utf8') })
}
