import { once } from 'node:events'
import { connect } from 'node:net'
import { createResponseReader } from './response-reader.ts'

export interface Load {
  readonly port: number
  /** Whole HTTP requests, sent repeatedly in this order. */
  readonly requests: readonly Buffer[]
  readonly connections: number
  readonly seconds: number
}

export interface Measurement {
  readonly perSecond: number
  readonly answers: number
  /** Milliseconds. */
  readonly median: number
  readonly p99: number
}

/**
 * Sends requests on several connections, each as soon as the previous answer has arrived. It shares the machine with the servers,
 * so it does little work: requests are built beforehand, and only the length, the status and both ends of a response are read.
 * Throws at the first answer that is not a success.
 */
export async function measure(load: Load, signal?: AbortSignal): Promise<Measurement> {
  const latencies: number[] = []
  let next = 0
  const startedAt = performance.now()
  const endsAt = startedAt + load.seconds * 1_000
  const takeRequest = () =>
    performance.now() < endsAt && !signal?.aborted ? load.requests[next++ % load.requests.length] : undefined
  const note = (latency: number) => latencies.push(latency)
  await Promise.all(Array.from({ length: load.connections }, () => askAll(load.port, takeRequest, note)))
  signal?.throwIfAborted()
  return summarize(latencies, (performance.now() - startedAt) / 1_000)
}

/** Latencies in milliseconds, of that many seconds. */
export function summarize(latencies: readonly number[], seconds: number): Measurement {
  const sorted = [...latencies].sort((a, b) => a - b)
  const quantile = (q: number) => sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN
  return { perSecond: sorted.length / seconds, answers: sorted.length, median: quantile(0.5), p99: quantile(0.99) }
}

/** Runs one connection until no request is left. Notes the milliseconds that each took. `takesErrors`: refusals are answers as well. */
export async function askAll(
  port: number,
  takeRequest: () => Buffer | undefined,
  note: (latency: number) => void,
  takesErrors = false,
): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const closed = once(socket, 'close')
  let failure: unknown
  let sentAt = 0
  const send = () => {
    const request = takeRequest()
    if (!request) return socket.end()
    sentAt = performance.now()
    return socket.write(request)
  }
  const reader = createResponseReader(() => {
    note(performance.now() - sentAt)
    send()
  }, takesErrors)
  socket.on('connect', send)
  socket.on('data', (chunk) => {
    try {
      reader.read(chunk)
    } catch (error) {
      failure = error
      socket.destroy()
    }
  })
  await closed
  if (failure) throw failure
  if (reader.isWaiting() && sentAt > 0 && !socket.writableEnded) throw new Error('the server closed a connection')
}
