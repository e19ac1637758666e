import { text as readText } from 'node:stream/consumers'
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
  let refusal: string
  try {
    if (isStream && !isRefused) {
      yield* readEvents(body)
      return
    }
    refusal = isStream ? await readAll(readEvents(body)) : await readText(body)
  } catch (error) {
    throw await explain(error)
  }
  await refuse({ status, headers, text: refusal })
}

async function readAll(events: AsyncIterable<string>): Promise<string> {
  const all: string[] = []
  for await (const event of events) all.push(event)
  return all.join('\n')
}
