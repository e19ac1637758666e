import { createParser } from 'eventsource-parser'
import type { Operation } from '../client/views/described-template.ts'
import { type Followed, planFollowing } from '../client/views/followed.ts'
import { post } from './ask.ts'
import { token } from './token.ts'

/** Follows changes for a view, until it is stopped. */
export interface Following {
  /** Whether all is told at once; until then, and again while the registry cannot be reached, it is not. */
  readonly isComplete: () => boolean
  readonly stop: () => void
}

/** How long nothing comes before a stream counts as lost (ms): a registry sends something every 12 s. */
const silence = 30_000
/** Before a stream that has ended is opened again (ms): doubled each time that it cannot be. */
const pauses = { shortest: 1_000, longest: 30_000 }
/**
 * The most streams of this page at a time, one for each subscription. Without HTTP/2 a browser has six connections to a registry,
 * for all windows that show it and for what they ask.
 */
const mostStreams = isMultiplexed() ? 30 : 2

/** A subscription, for all who follow the same. */
interface Stream {
  readonly listeners: Set<() => void>
  readonly close: () => void
  readonly giveWay: () => void
  isOpen: boolean
}

const streams = new Map<string, Stream>()

/**
 * Calls `onChange` whenever something may have changed: for each event, for each bookmark, since confirmations and the time that goes by are
 * no events, and when a stream has been opened, for what happened before that. So no cursor is needed to miss nothing.
 */
export function follow(followed: readonly Followed[], onChange: () => void): Following {
  const joined = followed.map((one) => join(planFollowing(one), onChange))
  return {
    isComplete: () => joined.length > 0 && joined.every((stream) => stream?.isOpen),
    stop() {
      for (const [key, stream] of streams) {
        stream.listeners.delete(onChange)
        if (stream.listeners.size > 0) continue
        streams.delete(key)
        stream.close()
      }
    },
  }
}

/** Ends all streams for a while: they may have the connections that others need. */
export function giveWay(): void {
  for (const stream of streams.values()) stream.giveWay()
}

/** Undefined if there are too many streams. */
function join(operation: Operation, onChange: () => void): Stream | undefined {
  const key = JSON.stringify([token.value, operation])
  const known = streams.get(key)
  if (!known && streams.size >= mostStreams) return undefined
  const stream = known ?? openStream(operation)
  streams.set(key, stream)
  stream.listeners.add(onChange)
  return stream
}

function openStream(operation: Operation): Stream {
  let reading = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let pause = pauses.shortest
  const tell = () => {
    for (const listener of stream.listeners) listener()
  }
  const open = async () => {
    reading = new AbortController()
    const { signal } = reading
    const isRefused = await readStream(operation, reading, () => {
      if (signal.aborted) return
      stream.isOpen = true
      pause = pauses.shortest
      tell()
    }).catch(() => false)
    stream.isOpen = false
    // A view asks with the same token, and says what is wrong with it.
    if (isRefused || stream.listeners.size === 0) return
    // Not all pages at once.
    timer = setTimeout(() => void open(), pause * (0.5 + Math.random()))
    pause = Math.min(2 * pause, pauses.longest)
  }
  const stream: Stream = {
    listeners: new Set(),
    isOpen: false,
    close() {
      clearTimeout(timer)
      reading.abort()
    },
    giveWay() {
      pause = pauses.longest
      reading.abort()
    },
  }
  void open()
  return stream
}

/** Calls `onSign` when the stream has begun, and for each event. Resolves at its end, with whether the token was refused. */
async function readStream(operation: Operation, reading: AbortController, onSign: () => void): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const watch = () => {
    clearTimeout(timer)
    timer = setTimeout(() => reading.abort(), silence)
  }
  try {
    watch()
    const response = await post(operation, { Accept: 'text/event-stream' }, reading.signal)
    if (response.status === 401) return true
    if (!response.ok || !response.body || !response.headers.get('Content-Type')?.startsWith('text/event-stream'))
      return false
    let code: string | undefined
    const parser = createParser({
      onEvent({ event, data }) {
        if (event !== 'next') return
        const { errors } = JSON.parse(data) as Told
        if (errors) code ??= errors[0]?.extensions?.code ?? ''
        else onSign()
      },
    })
    const decoder = new TextDecoder()
    const reader = response.body.getReader()
    let hasBegun = false
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return false
      watch()
      parser.feed(decoder.decode(value, { stream: true }))
      if (code !== undefined) return code === 'UNAUTHENTICATED'
      if (!hasBegun) onSign()
      hasBegun = true
    }
  } finally {
    clearTimeout(timer)
    reading.abort()
  }
}

interface Told {
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[]
}

/** Whether many requests share one connection: HTTP/2 and newer, which the registry has behind a proxy. */
function isMultiplexed(): boolean {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  return /^h[23]/.test(navigation?.nextHopProtocol ?? '')
}
