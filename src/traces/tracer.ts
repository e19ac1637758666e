import type { IncomingHttpHeaders } from 'node:http'

/** What a span says: names of the registry and of its templates, numbers and codes. No values, no tokens, no text of a statement. */
export type SpanAttributes = Readonly<Record<string, string | number>>

/** Makes spans of what a request does. Its packages are loaded only if traces are sent somewhere (`create-tracer.ts`). */
export interface Tracer {
  /** Opens the span of a request, as a part of the trace that its header `traceparent` names. */
  readonly openRequest: (name: string, headers: IncomingHttpHeaders, attributes: SpanAttributes) => RequestSpan
  /** Does the work in a span within that which is open now. Outside of a request, there is none. */
  readonly trace: <Result>(name: string, attributes: SpanAttributes, work: () => Promise<Result>) => Promise<Result>
  /** The same for work that waits for nothing. */
  readonly traceSync: <Result>(name: string, attributes: SpanAttributes, work: () => Result) => Result
  /** Sends what has not been sent, for a few seconds at most. */
  readonly close: () => Promise<void>
}

export interface RequestSpan {
  readonly run: <Result>(work: () => Result) => Result
  readonly end: (attributes: SpanAttributes, outcome: 'failed' | 'answered') => void
}
