import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

/** A span as a collector gets it. */
export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly attributes: Readonly<Record<string, string | number>>
  /** 2: failed. */
  readonly status: number | undefined
}

/** A collector: it takes traces by OTLP over HTTP. */
export interface Receiver {
  readonly url: string
  readonly spans: ReceivedSpan[]
  /** The attributes of the process that sent them. */
  readonly resource: Record<string, string | number>
  /** The media type and the body of each request. */
  readonly requests: { readonly path: string; readonly type: string; readonly body: Buffer }[]
  readonly close: () => Promise<void>
}

interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue?: string; readonly intValue?: number | string }
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<ReceivedSpan, 'attributes' | 'status'> & {
        readonly attributes: readonly Attribute[]
        readonly status?: { readonly code?: number }
      })[]
    }[]
  }[]
}

export async function startReceiver(): Promise<Receiver> {
  const spans: ReceivedSpan[] = []
  const resource: Receiver['resource'] = {}
  const requests: Receiver['requests'] = []
  const server = createServer(async (req, res) => {
    const chunks = await req.toArray()
    const sent = Buffer.concat(chunks)
    const body = req.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
    const type = req.headers['content-type'] ?? ''
    requests.push({ path: req.url ?? '', type, body })
    if (type === 'application/json') {
      for (const { resource: from, scopeSpans } of (JSON.parse(body.toString()) as Export).resourceSpans) {
        Object.assign(resource, toRecord(from.attributes))
        for (const span of scopeSpans.flatMap((scope) => scope.spans))
          spans.push({ ...span, attributes: toRecord(span.attributes), status: span.status?.code })
      }
    }
    res.writeHead(200, { 'content-type': type }).end(type === 'application/json' ? '{}' : '')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    resource,
    requests,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function toRecord(attributes: readonly Attribute[]): Record<string, string | number> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]))
}
