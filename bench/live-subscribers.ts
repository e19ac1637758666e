/**
 * What subscribers cost a server, which runs as a process of its own: the memory of each, the processor time to add one while there are few
 * and many, and that of changes while many follow with filters; and how soon a subscriber is told of a write.
 *
 *     npm run build && npx tsx bench/live-subscribers.ts --subscribers 10000 --seconds 20
 */

import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { askAtRate } from './ask-at-rate.ts'
import { printRequest } from './build-request.ts'
import { contenders } from './contenders.ts'
import { processorTime, residentMemory } from './live/process-usage.ts'
import { type Subscriber, subscribe, subscribeMany } from './live/subscribers.ts'
import { openDatabaseServer } from './open-database-server.ts'
import { printNumber, printTable } from './print-table.ts'
import { type RunningServer, startServer } from './start-server.ts'

const { values } = parseArgs({
  options: {
    subscribers: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '20' },
    port: { type: 'string', default: '4700' },
    only: { type: 'string', default: 'adding,filters,latency' },
  },
})
const [most, seconds, port] = [values.subscribers, values.seconds, values.port].map(Number) as [number, number, number]
const upsert = 'mutation ($input: ImageInput!) { upsertImage(input: $input) { outcome } }'
/** Before the time to a subscriber is measured, in seconds. */
const warmUp = 5
let writes = 0
const parts: Readonly<Record<string, (server: RunningServer) => Promise<void>>> = {
  adding: measureAdding,
  filters: measureFilters,
  latency: measureLatency,
}

const postgres = await openDatabaseServer()
try {
  const databaseUrl = await postgres.create('registry_bench_subscribers')
  for (const name of values.only.split(',')) {
    const server = await startServer(contenders.registry, { port, databaseUrl })
    try {
      // What is compiled and loaded at the first use.
      const first = await subscribeMany(port, 500, filterOf)
      await write(200, 100, 2)
      for (const { close } of first) close()
      await sleep(1_000)
      await parts[name]?.(server)
    } finally {
      await server.stop()
    }
    console.log(`load ${loadavg().map(printNumber).join(' ')}`)
  }
  await postgres.drop('registry_bench_subscribers')
} finally {
  await postgres.stop()
}

/** Each subscriber has a filter of its own, which one object in 1,000 matches. */
function filterOf(i: number): object {
  return i % 2 === 0
    ? { name: { equals: `i${i % 1_000}` }, lts: { equals: true } }
    : { distr: { startsWith: 'ub' }, kernel: { equals: `5.4.0-${i % 1_000}` } }
}

async function measureAdding({ pid }: RunningServer): Promise<void> {
  const all: Subscriber[] = []
  const rows: string[][] = []
  const empty = residentMemory(pid)
  for (const count of [10, most / 10, most]) {
    all.push(...(await subscribeMany(port, count - all.length, (i) => filterOf(i + all.length))))
    // Two seconds are enough for what comes after an answer.
    await sleep(2_000)
    const memory = (residentMemory(pid) - empty) / count
    const times: number[] = []
    for (let round = 0; round < 5; round++) {
      const before = processorTime(pid)
      const added = await subscribeMany(port, 400, filterOf)
      times.push((1_000 * (processorTime(pid) - before)) / 400)
      for (const { close } of added) close()
      await sleep(1_000)
    }
    rows.push([String(count), printNumber(memory / 1024), printNumber(median(times))])
  }
  for (const { close } of all) close()
  console.log(printTable([['subscribers', 'kB each', 'ms of processor time to add one'], ...rows]))
}

async function measureFilters({ pid }: RunningServer): Promise<void> {
  const rows: string[][] = []
  for (const count of [0, 1_000]) {
    let told = 0
    const all = await subscribeMany(port, count, filterOf, (text) => {
      told += text.split('"kind"').length - 1
    })
    const [processor, began] = [processorTime(pid), performance.now()]
    const { rate } = await write(100 * seconds, 100, 20)
    const cores = (1_000 * (processorTime(pid) - processor)) / (performance.now() - began)

    // What is still on its way, so that a server that cannot follow is seen.
    const inTime = told
    const late = processorTime(pid)
    await sleep(5_000)
    rows.push([
      ...[String(count), printNumber(rate), printNumber(cores), String(inTime), String(told)],
      printNumber(processorTime(pid) - late),
    ])
    for (const { close } of all) close()
    await sleep(1_000)
  }
  const head = [
    'subscribers',
    'changes a second',
    'cores',
    'events told',
    'after 5 s more',
    's of processor time meanwhile',
  ]
  console.log(printTable([head, ...rows]))
}

async function measureLatency(_: RunningServer): Promise<void> {
  const toldAt = new Map<string, number>()
  const follower = await subscribe(port, undefined, (text) => {
    const now = performance.now()
    // Later writes give some kernels again.
    for (const [, kernel = ''] of text.matchAll(/"kernel":"([^"]+)"/g)) if (!toldAt.has(kernel)) toldAt.set(kernel, now)
  })
  // Each connection of the pool prepares its statements first, which is measured for itself.
  const young = await write(500 * warmUp, 500, 16)
  const { times, rate } = await write(500 * seconds, 500, 16)
  await sleep(2_000)
  follower.close()
  const sorted = (all: typeof times, from: 'sentAt' | 'answeredAt') =>
    all
      .map((one) => Math.max(0, (toldAt.get(one.kernel) ?? Number.POSITIVE_INFINITY) - one[from]))
      .sort((a, b) => a - b)
  const rowOf = (name: string, all: readonly number[]) => [
    name,
    ...[0.5, 0.9, 0.99, 1].map((part) => printNumber(all[Math.ceil(part * all.length) - 1] ?? 0)),
  ]
  const own = times.map((one) => one.answeredAt - one.sentAt).sort((a, b) => a - b)
  const head = [`ms, at ${printNumber(rate)} writes a second`, 'median', 'p90', 'p99', 'most']
  console.log(
    printTable([
      head,
      rowOf('from the answer of a write until a subscriber is told', sorted(times, 'answeredAt')),
      rowOf('from sending a write until a subscriber is told', sorted(times, 'sentAt')),
      rowOf('the write itself', own),
      rowOf(`the first, in the ${warmUp} s before`, sorted(young.times, 'answeredAt')),
    ]),
  )
}

/** So many upserts of 1,000 images, at most so many a second, by so many writers. */
async function write(count: number, perSecond: number, writers: number) {
  const times: { readonly kernel: string; readonly sentAt: number; readonly answeredAt: number }[] = []
  const began = performance.now()
  let left = count
  await askAtRate(port, perSecond, writers, () => {
    if (left-- <= 0) return undefined
    const i = writes++
    const kernel = `5.4.0-${i}`
    const input = {
      name: `i${(i * 7) % 1_000}`,
      distr: 'ubuntu',
      lts: true,
      kernel: writes % 3 ? kernel : `5.4.0-${i % 1_000}`,
    }
    return {
      request: printRequest({ path: '/graphql', body: JSON.stringify({ query: upsert, variables: { input } }) }),
      note({ sentAt, answeredAt }) {
        if (input.kernel === kernel) times.push({ kernel, sentAt, answeredAt })
      },
    }
  })
  return { times, rate: (1_000 * count) / (performance.now() - began) }
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}
