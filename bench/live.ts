/**
 * What the feed costs those who write, and how soon its listeners are told: upserts of images by 16 writers, in one process with a server's
 * store, while the feed is off, on, and on with a second server that listens.
 *
 *     npx tsx bench/live.ts --rounds 5 --seconds 4
 */

import { parseArgs } from 'node:util'
import { parse } from 'graphql'
import { pino } from 'pino'
import { defaultLimits } from '../src/limits.ts'
import { buildSchema } from '../src/schema/build-schema.ts'
import { createExecutor } from '../src/schema/create-executor.ts'
import { createRequestContext } from '../src/schema/request-context.ts'
import type { Feed } from '../src/store/feed/feed.ts'
import { openStore, type Store } from '../src/store/open-store.ts'
import { createTokens } from '../src/store/tokens/create-tokens.ts'
import { loadTemplates } from '../src/template/load-templates.ts'
import type { TemplateModel } from '../src/template/model.ts'
import { openDatabaseServer } from './open-database-server.ts'
import { printNumber, printTable } from './print-table.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    writers: { type: 'string', default: '16' },
  },
})
const [rounds, seconds, writers] = [values.rounds, values.seconds, values.writers].map(Number) as [
  number,
  number,
  number,
]
const logger = pino({ level: 'warn' })

const ways = {
  off: { isOn: false, listens: [] },
  on: { isOn: true, listens: ['own'] },
  'on, another server listens': { isOn: true, listens: ['own', 'other'] },
} as const

const postgres = await openDatabaseServer()
try {
  const databaseUrl = await postgres.create('registry_bench_live')
  const [own, other] = await Promise.all([open(databaseUrl), open(databaseUrl)])
  const entries = [...Object.values(ways).entries()]
  const rates = Object.keys(ways).map((): number[] => [])
  for (let round = -1; round < rounds; round++)
    // The order alternates.
    for (const [i, way] of round % 2 === 0 ? entries : [...entries].reverse()) {
      const rate = await measure(own, other, way)
      // The first one warms up.
      if (round >= 0) rates[i]?.push(rate)
    }
  const off = median(rates[0] ?? [])
  const rows = Object.keys(ways).map((name, i) => {
    const rate = median(rates[i] ?? [])
    return [name, printNumber(rate), printNumber(rate / off)]
  })
  console.log(printTable([['feed', 'upserts a second', 'ratio'], ...rows]))
  const told = await Promise.all([own, other].map(async (server) => [...(await latencies(own, server))].sort(byNumber)))
  console.log(
    printTable([
      ['listener', 'median ms', '99th percentile'],
      ...['of the server that writes', 'of another server'].map((name, i) => [
        name,
        printNumber(median(told[i] ?? [])),
        printNumber(told[i]?.[Math.floor(0.99 * (told[i]?.length ?? 0))] ?? 0),
      ]),
    ]),
  )
  await Promise.all([own.store.close(), other.store.close()])
  await postgres.drop('registry_bench_live')
} finally {
  await postgres.stop()
}

interface Server {
  readonly store: Store
  /** With the feed, or as if there were none. */
  readonly upsert: (name: string, isOn: boolean) => Promise<void>
}

async function open(databaseUrl: string): Promise<Server> {
  const store = openStore({ connection: { connectionString: databaseUrl } }, logger)
  let model: TemplateModel | undefined
  await store.prepare({
    files: { model: await loadTemplates('object-templates'), placeOf: () => undefined },
    serve(served) {
      model = served.model
    },
  })
  if (!model) throw new Error('nothing is served')
  const served = model
  const schema = buildSchema(served)
  const { execute } = createExecutor(schema)
  const document = parse('mutation ($input: ImageInput!) { upsertImage(input: $input) { outcome } }')
  const { database, administration, feed } = store
  const tokens = createTokens({ database, logger })
  const without: Feed = { ...feed, noteWrite: () => undefined }
  let writes = 0
  return {
    store,
    async upsert(name, isOn) {
      const author = { actor: undefined, run: undefined }
      const given = { model: served, limits: defaultLimits, author, database, administration, tokens }
      const contextValue = createRequestContext({
        ...given,
        waits: store.waits,
        streams: store.streams,
        feed: isOn ? feed : without,
      })
      const variableValues = { input: { name, kernel: `5.4.0-${++writes}` } }
      const { errors } = await execute({ schema, document, variableValues, contextValue })
      if (errors) throw errors[0]
    },
  }
}

async function measure(
  own: Server,
  other: Server,
  { isOn, listens }: { readonly isOn: boolean; readonly listens: readonly ('own' | 'other')[] },
): Promise<number> {
  const listener = { onChanges: () => undefined }
  const following = await Promise.all(listens.map((one) => (one === 'own' ? own : other).store.feed.listen(listener)))
  const endsAt = performance.now() + 1_000 * seconds
  let count = 0
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let i = 0; performance.now() < endsAt; i++, count++) await own.upsert(`i${writer}-${i % 100}`, isOn)
    }),
  )
  for (const { stop } of following) stop()
  return count / seconds
}

/** From when a writer is answered until a listener is told, in milliseconds; 100 writes one after another. */
async function latencies(writer: Server, { store }: Server): Promise<readonly number[]> {
  const times: number[] = []
  let tell: () => void = () => undefined
  const { stop } = await store.feed.listen({ onChanges: () => tell() })
  for (let i = 0; i < 100; i++) {
    const told = new Promise<number>((resolve) => {
      tell = () => resolve(performance.now())
    })
    await writer.upsert('latency', true)
    const answeredAt = performance.now()
    times.push(Math.max(0, (await told) - answeredAt))
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  stop()
  return times
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort(byNumber)[Math.floor(numbers.length / 2)] ?? 0
}

function byNumber(a: number, b: number): number {
  return a - b
}
