import { AsyncLocalStorage } from 'node:async_hooks'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Context,
  defaultTextMapGetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace as traces,
} from '@opentelemetry/api'
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { Logger } from '../logger.ts'
import { createExportFailureLog } from './create-export-failure-log.ts'
import type { SpanAttributes, Tracer } from './tracer.ts'

/** How long closing waits for the last spans to be sent, in milliseconds. */
const longestClosing = 3_000

/**
 * Sends spans by OTLP over HTTP to that endpoint. Headers, timeouts, batches, the sampler, the service's name and further attributes
 * are those of the variables that OpenTelemetry defines, which its packages read themselves.
 */
export function createTracer(
  { endpoint, version }: { readonly endpoint: string; readonly version: string },
  env: Readonly<Record<string, string | undefined>>,
  logger: Logger,
): Tracer {
  setGlobalErrorHandler(createExportFailureLog(logger))
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(
        resourceFromAttributes({
          'service.name': 'registry-store',
          'service.version': version,
          'host.name': hostname(),
          'process.pid': process.pid,
        }),
      )
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(createExporter(endpoint, env, logger))],
  })
  const tracer = provider.getTracer('registry-store', version)
  const propagator = new W3CTraceContextPropagator()
  const active = new AsyncLocalStorage<Context>()
  const open = (name: string, attributes: SpanAttributes, parent: Context) => {
    const span = tracer.startSpan(name, { attributes: { ...attributes } }, parent)
    return { span, context: traces.setSpan(parent, span) }
  }
  return {
    openRequest(name, headers, attributes) {
      const parent = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter)
      const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes: { ...attributes } }, parent)
      const context = traces.setSpan(parent, span)
      return {
        run: (work) => active.run(context, work),
        end(more, outcome) {
          span.setAttributes({ ...more })
          if (outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR })
          span.end()
        },
      }
    },
    async trace(name, attributes, work) {
      const parent = active.getStore()
      if (!parent) return work()
      const { span, context } = open(name, attributes, parent)
      try {
        return await active.run(context, work)
      } catch (error) {
        noteFailure(span, error)
        throw error
      } finally {
        span.end()
      }
    },
    traceSync(name, attributes, work) {
      const parent = active.getStore()
      if (!parent) return work()
      const { span } = open(name, attributes, parent)
      try {
        return work()
      } catch (error) {
        noteFailure(span, error)
        throw error
      } finally {
        span.end()
      }
    },
    async close() {
      const waiting = new AbortController()
      const { signal } = waiting
      const limit = sleep(longestClosing, undefined, { signal, ref: false }).catch(() => undefined)
      await Promise.race([provider.shutdown().catch(() => undefined), limit])
      waiting.abort()
    },
  }
}

/** The code of an error alone: messages quote values. */
function noteFailure(span: Span, error: unknown): void {
  const { code, extensions } = error as { code?: unknown; extensions?: { code?: unknown } }
  const type = extensions?.code ?? code
  span.setStatus({ code: SpanStatusCode.ERROR })
  if (typeof type === 'string') span.setAttribute('error.type', type)
}

function createExporter(endpoint: string, env: Readonly<Record<string, string | undefined>>, logger: Logger) {
  const protocol = env['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] ?? env['OTEL_EXPORTER_OTLP_PROTOCOL'] ?? 'http/protobuf'
  if (protocol !== 'http/protobuf' && protocol !== 'http/json')
    logger.warn(
      { protocol },
      'traces are sent by http/protobuf: OTEL_EXPORTER_OTLP_PROTOCOL takes http/protobuf or http/json here',
    )
  const url = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? `${endpoint.replace(/\/+$/, '')}/v1/traces`
  return protocol === 'http/json' ? new JsonExporter({ url }) : new ProtobufExporter({ url })
}
