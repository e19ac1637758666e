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
  const isStream = headers['content-type']?.startsWith('text/event-stream') === true
  // An error may have a status of its own, such as 403. Of these two there is more to say than the event does.
  const isRefused = status === 401 || status === 429
  const texts: string[] = []
  try {
    if (isStream && !isRefused) {
      yield* readEvents(body)
      return
    }
    for await (const event of isStream ? readEvents(body) : []) texts.push(event)
  } catch (error) {
    throw await explain(error)
  }
  if (!isStream) {
    const chunks: Buffer[] = []
    for await (const chunk of body) chunks.push(chunk)
    texts.push(Buffer.concat(chunks).toString('utf8'))
  }
  await refuse({ status, headers, text: texts.join('\n') })
}
