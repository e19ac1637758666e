/**
 * What the flood of one token leaves to the lookups of another: `npm run build && npx tsx bench/fairness.ts [rounds] [seconds]`. Lookups
 * on one connection are measured alone and beside the flood, in turns; on a server that shares its connections among callers, and on
 * one that does not. The flood runs in a process of its own, which gives way to all others.
 */

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { openStore } from '../src/store/open-store.ts'
import { createTokens } from '../src/store/tokens/create-tokens.ts'
import { contenders } from './contenders.ts'
import { loadData } from './load-data.ts'
import { askAll, type Measurement, measure } from './measure.ts'
import { openDatabaseServer, withClient } from './open-database-server.ts'
import { printNumber, printTable } from './print-table.ts'
import { medianOf } from './results.ts'
import { type RunningServer, startServer } from './start-server.ts'
import { createStopSignal } from './stop-signal.ts'
import { workloads } from './workloads.ts'

const objects = 20_000

/** Its title, the connections it uses, and what it asks. */
const floods = {
  lookups: { title: '64 connections with lookups', connections: 64, workload: workloads.point },
  counts: { title: '32 connections that count all images', connections: 32, workload: workloads.groupBy },
  refused: {
    title: '64 connections with refused queries',
    connections: 64,
    workload: { query: '{ images { nodes { nmae } } }' },
  },
  strangers: { title: '64 connections with tokens that nobody has', connections: 64, workload: workloads.point },
} as const
type FloodName = keyof typeof floods

function printRequest(workload: (typeof floods)[FloodName]['workload'], token: string): Buffer {
  const content =
    'query' in workload ? workload : { query: workload.queries.registry, variables: workload.variables(objects) }
  const body = JSON.stringify(content)
  const head = `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json`
  return Buffer.from(`${head}\r\naccept: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}

/** Floods until it is ended. What is refused is asked again. */
async function flood(port: number, name: FloodName, token: string): Promise<void> {
  setPriority(19)
  const { connections, workload } = floods[name]
  const requests = Array.from({ length: 1_000 }, () =>
    printRequest(workload, name === 'strangers' ? `rgs_${randomBytes(32).toString('hex')}` : token),
  )
  let next = 0
  let answers = 0
  const note = () => {
    if (++answers === connections) process.send?.('flooding')
  }
  const askForEver = async () => {
    for (;;) await askAll(port, () => requests[next++ % requests.length], note, true).catch(() => undefined)
  }
  await Promise.all(Array.from({ length: connections }, askForEver))
}

async function whileFlooded<Result>(
  arguments_: readonly string[],
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  const program = ['--import', 'tsx', fileURLToPath(import.meta.url), 'flood', ...arguments_]
  const child = spawn(process.execPath, program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const ended = once(child, 'exit')
  try {
    await once(child, 'message', { signal })
    return await work()
  } finally {
    child.kill()
    await ended
  }
}

async function compare(rounds: number, seconds: number): Promise<void> {
  const signal = createStopSignal()
  const postgres = await openDatabaseServer()
  const folder = await mkdtemp(join(tmpdir(), 'registry-bench-access-'))
  const name = 'registry_bench_fairness'
  const running: RunningServer[] = []
  try {
    await writeFile(
      join(folder, 'all.yaml'),
      'name: all\nwho: [{ token: flood }, { token: other }]\nmay: [{ read: "*" }]\n',
    )
    const databaseUrl = await postgres.create(name)
    const start = async (port: number, env: Readonly<Record<string, string>>) => {
      const server = await startServer(
        { ...contenders.registry, env: { ACCESS_DIR: folder, ...env } },
        { port, databaseUrl, signal },
      )
      running.push(server)
      return server
    }
    const servers = [
      ['shared', await start(4_710, {})],
      ['not shared', await start(4_711, { LIMIT_CALLER_STATEMENTS: '1000', LIMIT_CALLER_QUEUE: '100000' })],
    ] as const
    await withClient(databaseUrl, (client) => loadData(client, objects, false))
    const logger = pino({ level: 'warn' })
    const store = openStore({ connection: { connectionString: databaseUrl } }, logger)
    const tokens = createTokens({ database: store.database, logger })
    const by = { actor: undefined, onBehalfOf: undefined, address: undefined }
    const { text: flooding } = await tokens.create('flood', undefined, by)
    const { text: other } = await tokens.create('other', undefined, by)
    await store.close()

    const requests = Array.from({ length: 1_000 }, () => printRequest(workloads.point, other))
    const lookUp = (port: number) => measure({ port, requests, connections: 1, seconds }, signal)
    const rows: string[][] = []
    for (const [kind, { port }] of servers) {
      for (const [flood, { title }] of Object.entries(floods)) {
        const measurements: { alone: Measurement[]; beside: Measurement[] } = { alone: [], beside: [] }
        await lookUp(port)
        for (let round = 0; round < rounds; round++) {
          measurements.alone.push(await lookUp(port))
          measurements.beside.push(await whileFlooded([String(port), flood, flooding], signal, () => lookUp(port)))
        }
        const [alone, beside] = [medianOf(measurements.alone, 'median'), medianOf(measurements.beside, 'median')]
        const p99 = printNumber(medianOf(measurements.beside, 'p99'))
        rows.push([`${title}, ${kind}`, printNumber(alone), printNumber(beside), p99, (beside / alone).toFixed(2)])
      }
    }
    console.log(
      printTable([['lookups of another token, ms', 'alone', 'beside the flood', 'p99 beside it', 'ratio'], ...rows]),
    )
  } finally {
    for (const server of running) await server.stop()
    await postgres.drop(name)
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

const [first = '3', second = '2', third = '', fourth = ''] = process.argv.slice(2)
if (first === 'flood') await flood(Number(second), third as FloodName, fourth)
else await compare(Number(first), Number(second))
