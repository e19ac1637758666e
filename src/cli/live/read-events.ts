import { createParser } from 'eventsource-parser'

/** The `data` of the events `next` of a stream, in the form of graphql-sse, until `complete`. */
export async function* readEvents(body: AsyncIterable<Buffer>): AsyncGenerator<string, 'complete' | 'ended', void> {
  const decoder = new TextDecoder()
  let found: string[] = []
  let isComplete = false
  const parser = createParser({
    onEvent({ event, data }) {
      if (event === 'next') found.push(data)
      if (event === 'complete') isComplete = true
    },
  })
  for await (const bytes of body) {
    parser.feed(decoder.decode(bytes, { stream: true }))
    const events = found
    found = []
    yield* events
    if (isComplete) return 'complete'
  }
  return 'ended'
}
