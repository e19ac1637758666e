import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTracer } from '../../src/traces/create-tracer.ts'
import type { Tracer } from '../../src/traces/tracer.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { type ReceivedSpan, type Receiver, startReceiver } from './start-receiver.ts'

const json = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }
const traceId = '0af7651916cd43dd8448eb211c80319c'
const parent = { traceparent: `00-${traceId}-b7ad6b7169203331-01` }

let receiver: Receiver
let tracer: Tracer
let registry: TestRegistry
let isOpen = false
const open = async (env: Readonly<Record<string, string>>) => {
  tracer = createTracer({ endpoint: `${receiver.url}/`, version: '1.2.3' }, env, pino({ level: 'silent' }))
  registry = await startRegistry(undefined, { tracer })
  isOpen = true
}
/** Ends all spans and sends them. */
const close = async () => {
  if (!isOpen) return
  isOpen = false
  await registry.close()
  await tracer.close()
}
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(async () => {
  await close()
  await receiver.close()
})

/** The spans of one trace as lines, each below its parent. */
function drawTrace(spans: readonly ReceivedSpan[], under: string, depth = 0): readonly string[] {
  return spans
    .filter(({ parentSpanId }) => parentSpanId === under)
    .flatMap(({ spanId, name }) => [`${'  '.repeat(depth)}${name}`, ...drawTrace(spans, spanId, depth + 1)])
}

test('a request, its planning, its root fields and its statements are spans of the trace that its traceparent names', async () => {
  await open(json)
  const ask = (query: string) => registry.data(query, {}, parent)
  await ask('mutation Fill { upsertImage(input: {name: "secret-value"}) { outcome } }')
  await ask('{ images(distr: "secret-value") { nodes { aliased: name } } search(text: "secret") { nodes { field } } }')
  await ask('{ images(distr: "secret-value") { nodes { aliased: name } } search(text: "secret") { nodes { field } } }')
  await ask('{ __typename }')
  await fetch(new URL('/livez', registry.url))
  await close()
  expect(receiver.spans.map((span) => span.traceId)).toEqual(receiver.spans.map(() => traceId))
  const read = ['POST graphql', '  plan', '  list image', '    sql select', '  search', '    sql with']
  const drawn = drawTrace(receiver.spans, 'b7ad6b7169203331')
  expect(drawn.slice(0, 4)).toEqual(['POST graphql', '  plan', '  upsert image', '    sql with'])
  expect(
    drawn
      .slice(4)
      .join('\n')
      .split(/\n(?=\S)/)
      .map((one) => one.split('\n').sort()),
  ).toEqual([[...read].sort(), [...read].sort(), ['  plan', 'POST graphql']])
  const [request, list, statement] = ['POST graphql', 'list image', 'sql select'].map((name) =>
    receiver.spans.find((span) => span.name === name),
  )
  expect(request?.attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': 'graphql',
    'http.response.status_code': 200,
    'graphql.operation.name': 'Fill',
  })
  expect(list?.attributes).toEqual({ 'registry.kind': 'list', 'registry.template': 'image' })
  expect(statement?.attributes).toEqual({
    'db.system.name': 'postgresql',
    'db.operation.name': 'select',
    'registry.statement': expect.stringMatching(/^[0-9a-f]{12}$/),
  })
  expect(receiver.resource).toMatchObject({ 'service.name': 'registry-store', 'service.version': '1.2.3' })
  // Neither values nor names that the caller has chosen, but that of the operation.
  expect(receiver.requests.map(({ body }) => body.toString()).join()).not.toMatch(/secret|aliased/)
})

test('what fails is marked as failed, with the code alone', async () => {
  await open(json)
  await registry.query('mutation { upsertRole(input: {name: "r", image: "secret-image", status: true}) { outcome } }')
  await close()
  const failed = receiver.spans.find(({ name }) => name === 'upsert role')
  expect([failed?.status, failed?.attributes['error.type']]).toEqual([2, 'REFERENCE_NOT_FOUND'])
  expect(receiver.requests.map(({ body }) => body.toString()).join()).not.toContain('secret-image')
})

test('without a protocol, spans are sent as protobuf', async () => {
  await open({})
  await registry.data('{ images { totalCount } }')
  await close()
  expect(receiver.requests.map(({ path, type }) => [path, type])).toEqual([['/v1/traces', 'application/x-protobuf']])
  expect(receiver.requests[0]?.body.includes('count image')).toBe(true)
})
