/**
 * What replicas give, on one machine: `npm run build && npx tsx bench/replicas.ts [writes] [seconds]`. With 0 seconds, it begins
 * with 2.
 *
 * 1. Reads and writes a second with no replica, one and two, in turns.
 * 2. Writes, each followed by a read through two replicas that replay each commit 500 ms late: how many reads do not show the write, with
 *    its position and, as a control, without.
 * 3. The same with its position, 100,000 times or that many, with replicas that replay as soon as they can.
 */

import { pino } from 'pino'
import { openStore } from '../src/store/open-store.ts'
import { loadTemplates } from '../src/template/load-templates.ts'
import { applying } from '../test/support/registry.ts'
import { type Primary, type Standby, startPrimary, startStandby } from '../test/support/standby.ts'
import { contenders } from './contenders.ts'
import { loadData } from './load-data.ts'
import { type Measurement, summarize } from './measure.ts'
import { measureInTurns, prepareTurn } from './measure-in-turns.ts'
import { withClient } from './open-database-server.ts'
import { printNumber, printTable } from './print-table.ts'
import { medianOf } from './results.ts'
import { type RunningServer, startServer } from './start-server.ts'
import { createStopSignal } from './stop-signal.ts'
import { type Workload, workloads } from './workloads.ts'

const [writes = 100_000, seconds = 5] = process.argv.slice(2).map(Number)
const firstPort = 4_340
const objects = 20_000
const connections = 32
const rounds = 3
const delay = '500ms'
const upsert =
  'mutation ($name: String!, $version: String!) { upsertImage(input: {name: $name, version: $version}) { outcome } }'
const lookup = 'query ($name: String!) { image(name: $name) { version } }'

const write: Workload = {
  title: 'one upsert',
  variables: () => ({ name: `measured-${Math.floor(Math.random() * 5_000)}`, version: String(Math.random()) }),
  queries: { registry: upsert },
  answer: (data) => data,
}

const signal = createStopSignal()
const primary = await startPrimary()
const standbys: Standby[] = []
const servers: RunningServer[] = []
try {
  await fill(primary)
  for (let i = 0; i < 2; i++) standbys.push(await startStandby(primary))
  for (let i = 0; i <= standbys.length; i++) servers.push(await startWith(standbys.slice(0, i), firstPort + i))
  if (seconds > 0) await compare()
  const { port } = servers.at(-1) as RunningServer
  await setDelay(delay)
  await tell(port, `with its position, replayed ${delay} late`, Math.min(writes, 2_000), true)
  await tell(port, `without a position, replayed ${delay} late`, Math.min(writes, 2_000), false)
  await setDelay('0')
  await tell(port, 'with its position', writes, true)
} finally {
  for (const server of servers) await server.stop()
  for (const standby of standbys) await standby.stop()
  await primary.stop()
}

async function fill({ url, connection }: Primary): Promise<void> {
  const store = openStore({ connection: { connectionString: url } }, pino({ level: 'warn' }))
  await store.prepare(applying(await loadTemplates('object-templates')))
  await store.close()
  await withClient(url, (client) => loadData(client, objects))
  await withClient(url, (client) => client.query(`alter database ${connection.database} set jit = off`))
}

function startWith(used: readonly Standby[], port: number): Promise<RunningServer> {
  const env = { DATABASE_REPLICA_URLS: used.map(({ url }) => url).join(' ') }
  return startServer({ ...contenders.registry, env }, { port, databaseUrl: primary.url })
}

async function setDelay(to: string): Promise<void> {
  for (const { sql } of standbys) {
    await sql(`alter system set recovery_min_apply_delay = '${to}'`)
    await sql('select pg_reload_conf()')
  }
}

/** Writes and reads on several connections, and says how many reads did not show the write before them. */
async function tell(port: number, title: string, count: number, bringsPosition: boolean): Promise<void> {
  let next = 0
  let stale = 0
  const reads: number[] = []
  const startedAt = performance.now()
  const work = async () => {
    for (let i = next++; i < count && !signal.aborted; i = next++) {
      const variables = { name: `written-${i % 5_000}`, version: `${title} ${i}` }
      const written = await ask(port, upsert, variables)
      const sentAt = performance.now()
      const { data } = await ask(port, lookup, variables, bringsPosition ? written.extensions?.position : undefined)
      reads.push(performance.now() - sentAt)
      // Another connection may have written the same object since, but none writes an earlier one.
      if (data.image?.version !== variables.version) stale++
      if (reads.length % 10_000 === 0) process.stderr.write(`${reads.length.toLocaleString('en')}: ${stale} stale\n`)
    }
  }
  await Promise.all(Array.from({ length: connections }, work))
  const { perSecond, median, p99 } = summarize(reads, (performance.now() - startedAt) / 1_000)
  process.stdout.write(
    `${reads.length.toLocaleString('en')} writes, each followed by a read ${title}: ${stale} stale; ${printNumber(perSecond)} pairs a second; a read takes ${printNumber(median)} ms (p99 ${printNumber(p99)} ms)\n`,
  )
}

interface Answer {
  readonly data: { readonly image?: { readonly version: string } | null }
  readonly errors?: unknown
  readonly extensions?: { readonly position?: string }
}

async function ask(port: number, query: string, variables: object, position?: string): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(position && { 'x-registry-position': position }) },
    body: JSON.stringify({ query, variables }),
  })
  const answer = (await response.json()) as Answer
  if (answer.errors) throw new Error(JSON.stringify(answer.errors))
  return answer
}

async function compare(): Promise<void> {
  const rows: string[][] = []
  for (const [name, workload] of Object.entries({ ...workloads, write } as Readonly<Record<string, Workload>>)) {
    if (!['point', 'list', 'groupBy', 'write'].includes(name)) continue
    const turns = servers.map(({ port }) =>
      prepareTurn(name, workload, { name: 'registry', dialect: 'registry', port }, objects),
    )
    const measured = await measureInTurns(turns, { rounds, seconds, connections }, signal)
    rows.push([workload.title, ...measured.map(print)])
  }
  process.stdout.write(`\n${printTable([['requests a second', 'no replica', 'one', 'two'], ...rows])}\n`)
}

function print(measurements: readonly Measurement[]): string {
  return `${printNumber(medianOf(measurements, 'perSecond'))} (p99 ${printNumber(medianOf(measurements, 'p99'))} ms)`
}
