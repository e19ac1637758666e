import { askAtRate, type PacedRequest } from '../ask-at-rate.ts'
import { printRequest } from '../build-request.ts'
import { askAll, type Measurement, summarize } from '../measure.ts'
import type { CaseName } from './cases.ts'

/** What writers and a reader have met since the last cut. */
export interface Traffic {
  /** Ends a phase. */
  readonly cut: () => { readonly writers: Measurement; readonly reader: Measurement }
  /** When the first write was refused. */
  readonly refusedAt: () => number | undefined
  /** Resolves when all answers have arrived. */
  readonly stop: () => Promise<void>
}

const writers = 4
/** Of the writers, and as many of the readers, when they keep to a rate. */
const connectionsAtRate = 16

/**
 * Four clients that change one object at a time, every fourth time a role, and one that reads lists, each as soon as its last answer
 * has arrived; or with `perSecond`, so many of both a second. With `mayBeRefused`, the writers end once the server says that newer
 * templates have been applied.
 */
export function startTraffic(
  port: number,
  options: {
    readonly objects: number
    readonly perSecond?: number | undefined
    readonly templates?: CaseName
    readonly mayBeRefused?: boolean
  },
): Traffic {
  const { objects, perSecond, templates = 'none', mayBeRefused = false } = options
  let isOver = false
  let reads = 0
  let since = performance.now()
  let refusedAt: number | undefined
  let written: number[] = []
  let read: number[] = []
  const nextWrite = createWrites(objects, templates)
  const sendAll = (take: () => Buffer | undefined, note: (latency: number) => void, clients: number) => {
    if (perSecond === undefined) return Array.from({ length: clients }, () => askAll(port, take, note))
    const takePaced = (): PacedRequest | undefined => {
      const request = take()
      return request && { request, note: ({ dueAt, answeredAt }) => note(answeredAt - dueAt) }
    }
    return [askAtRate(port, perSecond, connectionsAtRate, takePaced)]
  }
  const all = [
    ...sendAll(
      () => (isOver ? undefined : readImages(reads++)),
      (latency) => read.push(latency),
      1,
    ),
    ...sendAll(
      () => (isOver ? undefined : nextWrite()),
      (latency) => written.push(latency),
      writers,
    ).map((writing) =>
      writing.catch((error: Error) => {
        if (!mayBeRefused || !error.message.includes('SERVICE_UNAVAILABLE')) throw error
        refusedAt ??= performance.now()
      }),
    ),
  ]
  const running = Promise.all(all)
  // It is reported by `stop`.
  running.catch(() => undefined)
  return {
    cut() {
      const now = performance.now()
      const phase = {
        writers: summarize(written, ((refusedAt ?? now) - since) / 1_000),
        reader: summarize(read, (now - since) / 1_000),
      }
      since = now
      written = []
      read = []
      return phase
    },
    refusedAt: () => refusedAt,
    async stop() {
      isOver = true
      await running
    },
  }
}

/** Writes to a server with these templates: a role's reference names all fields of its target's key. */
export function createWrites(objects: number, templates: CaseName): () => Buffer {
  let serial = 0
  return () => {
    const number = Math.floor(Math.random() * objects)
    return serial++ % 4 === 3 ? writeRole(number, serial, templates) : writeImage(number, serial, templates)
  }
}

function writeImage(number: number, serial: number, templates: CaseName): Buffer {
  const size = serial % 5_000
  return ask('mutation ($input: ImageInput!) { upsertImage(input: $input) { outcome } }', {
    input: { name: `image-${number}`, arch: archOf(number), size: templates === 'retype' ? size : `${size}` },
  })
}

function writeRole(number: number, serial: number, templates: CaseName): Buffer {
  const even = number - (number % 2)
  const name = `image-${even}`
  const image = templates === 'rekey' ? { name, arch: archOf(even) } : name
  return ask('mutation ($input: RoleInput!) { upsertRole(input: $input) { outcome } }', {
    input: { name: `role-${(even / 2) % 10}`, image, status: serial % 8 > 3 },
  })
}

function readImages(serial: number): Buffer {
  return ask('query ($distr: String!) { images(distr: $distr, first: 20) { nodes { name arch distr } } }', {
    distr: ['ubuntu', 'debian', 'centos', 'fedora', 'alpine'][serial % 5],
  })
}

/** As the objects were filled. */
function archOf(number: number): string {
  return ['x86', 'arm', 'riscv'][number % 3] ?? ''
}

function ask(query: string, variables: object): Buffer {
  return printRequest({ path: '/graphql', body: JSON.stringify({ query, variables }) })
}
