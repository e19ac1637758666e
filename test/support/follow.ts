/** Server-sent events of a subscription, as a client of graphql-sse gets them. */
export interface Followed {
  readonly status: number
  /** The data of the next event, or its errors; `complete` at the end. */
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of the data, it asserts
  readonly next: () => Promise<any>
  readonly close: () => void
}

/** Subscribes, and resolves with the head of the answer: from then on, everything is told. */
export async function follow(
  url: string,
  query: string,
  variables: object = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Followed> {
  const leaving = new AbortController()
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ query, variables }),
    signal: leaving.signal,
  })
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let text = ''
  const next = async (): Promise<unknown> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const lines = text.slice(0, end).split('\n')
        text = text.slice(end + 2)
        if (lines.includes('event: complete')) return 'complete'
        const data = lines.find((line) => line.startsWith('data: '))
        if (data === undefined) continue
        const answer = JSON.parse(data.slice('data: '.length))
        return answer.errors ? answer : Object.values(answer.data)[0]
      }
      const { value, done } = await reader.read()
      if (done) return 'closed'
      text += decoder.decode(value, { stream: true })
    }
  }
  return { status: response.status, next, close: () => leaving.abort() }
}
