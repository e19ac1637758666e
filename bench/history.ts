/**
 * What it costs to keep the past: single upserts of one image over HTTP, side by side.
 *
 *     npm run build && npx tsx bench/history.ts --before ../before --rounds 5 --seconds 4
 *
 * - by hand: an endpoint that writes the same rows, the object, what it was and the change, in one statement
 * - registry: this project, compiled
 * - registry, no past: the same, without the triggers that keep what is replaced
 * - before: another checkout of this project, compiled, such as that of the version before the past was kept
 *
 * Beside the rates it prints the processor time that one upsert takes of the server and of its connections to PostgreSQL, which other work
 * on the machine disturbs less. It also prints what the triggers take of an update, as PostgreSQL itself measures that.
 */

import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type pg from 'pg'
import { nodeOptions } from '../src/node-options.ts'
import { buildRequest, printRequest } from './build-request.ts'
import { type Contender, contenders } from './contenders.ts'
import { processorTime } from './live/process-usage.ts'
import { type Load, measure } from './measure.ts'
import { type DatabaseServer, openDatabaseServer, withClient } from './open-database-server.ts'
import { printNumber, printTable } from './print-table.ts'
import { type RunningServer, startServer } from './start-server.ts'
import { createStopSignal } from './stop-signal.ts'
import { workloads } from './workloads.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    connections: { type: 'string', default: '16' },
    port: { type: 'string', default: '4951' },
    before: { type: 'string' },
  },
})
const [rounds, seconds, connections, port] = [values.rounds, values.seconds, values.connections, values.port].map(
  Number,
) as [number, number, number, number]

interface Way {
  readonly contender: Contender
  /** What is done to the database that the registry has created. */
  readonly prepare: readonly string[]
}

const withoutPast = [
  'drop trigger registry_keep_past_update on registry_object',
  'drop trigger registry_keep_past_delete on registry_object',
  'drop trigger registry_move_changed_at on registry_object',
  'drop trigger registry_follow_last_change on registry_change',
]
const ways: Readonly<Record<string, Way>> = {
  'by hand': { contender: { ...contenders.raw, env: { STORAGE: 'past' } }, prepare: withoutPast },
  registry: { contender: contenders.registry, prepare: [] },
  'registry, no past': { contender: contenders.registry, prepare: withoutPast },
  ...(values.before && {
    before: {
      contender: {
        ...contenders.registry,
        program: [...nodeOptions, join(resolve(values.before), 'dist/main.js')],
        env: { TEMPLATES_DIR: resolve('object-templates') },
      },
      prepare: [],
    },
  }),
}

const signal = createStopSignal()
const postgres = await openDatabaseServer()
try {
  await compareUpserts(postgres)
  await measureTriggers(postgres)
} finally {
  await postgres.stop()
}

async function compareUpserts(server: DatabaseServer): Promise<void> {
  const names = Object.keys(ways)
  const servers: RunningServer[] = []
  const databases: string[] = []
  try {
    for (const [i, { contender, prepare }] of Object.values(ways).entries()) {
      const database = `registry_bench_history_${i}`
      databases.push(database)
      const databaseUrl = await server.create(database)
      // A registry creates its storage: the contender itself, where it is one.
      const creator = contender.dialect === 'registry' ? contender : contenders.registry
      await (await startServer(creator, { port: port + i, databaseUrl, signal })).stop()
      await withClient(databaseUrl, async (client) => {
        for (const statement of prepare) await client.query(statement)
      })
      servers.push(await startServer(contender, { port: port + i, databaseUrl, signal }))
    }
    const results = names.map((): Result[] => [])
    for (let round = -1; round < rounds; round++)
      for (const i of round % 2 === 0 ? names.keys() : [...names.keys()].reverse()) {
        const { dialect } = Object.values(ways)[i]?.contender ?? contenders.registry
        const load = { port: port + i, requests: upserts(dialect), connections, seconds }
        const result = await measureWithTime(load, servers[i]?.pid ?? 0, databases[i] ?? '')
        // The first one warms up, and creates the objects.
        if (round >= 0) results[i]?.push(result)
      }
    const hand = median(results[0]?.map(({ rate }) => rate) ?? [])
    const rows = names.map((name, i) => {
      const all = results[i] ?? []
      const rates = all.map(({ rate }) => rate)
      const range = `${printNumber(Math.min(...rates))} to ${printNumber(Math.max(...rates))}`
      const times = [all.map((one) => one.server), all.map((one) => one.postgres)].map((one) =>
        printNumber(median(one)),
      )
      return [name, printNumber(median(rates)), range, printNumber(median(rates) / hand), ...times]
    })
    console.log(
      printTable([
        ['upserts of one image', 'a second', 'range', 'ratio', 'server, µs each', 'PostgreSQL, µs each'],
        ...rows,
      ]),
    )
  } finally {
    await Promise.all(servers.map((one) => one.stop()))
    for (const database of databases) await server.drop(database)
  }
}

interface Result {
  readonly rate: number
  /** Microseconds of processor time for one upsert. */
  readonly server: number
  readonly postgres: number
}

async function measureWithTime(load: Load, serverId: number, database: string): Promise<Result> {
  const before = { server: processorTime(serverId), postgres: await timeOfConnections(database) }
  const { perSecond, answers } = await measure(load, signal)
  const after = { server: processorTime(serverId), postgres: await timeOfConnections(database) }
  // What has been opened meanwhile had taken no time before.
  const inPostgres = [...after.postgres].map(([id, time]) => time - (before.postgres.get(id) ?? 0))
  const each = (seconds: number) => (1e6 * seconds) / answers
  return { rate: perSecond, server: each(after.server - before.server), postgres: each(sum(inPostgres)) }
}

/** In seconds, by process. */
async function timeOfConnections(database: string): Promise<ReadonlyMap<number, number>> {
  const { rows } = await withClient(postgres.url, (client) =>
    client.query<{ pid: number }>('select pid from pg_stat_activity where datname = $1', [database]),
  )
  return new Map(rows.map(({ pid }) => [pid, processorTime(pid)]))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

function upserts(dialect: Contender['dialect']): readonly Buffer[] {
  return Array.from({ length: 20_000 }, () => {
    const request = buildRequest('upsert', workloads.upsert, dialect, workloads.upsert.variables())
    if (!request) throw new Error(`${dialect} has no request for an upsert`)
    return printRequest(request)
  })
}

/** Has PostgreSQL time the triggers of 10,000 updates in one statement. */
async function measureTriggers(server: DatabaseServer): Promise<void> {
  const database = 'registry_bench_history_triggers'
  const databaseUrl = await server.create(database)
  try {
    await (await startServer(contenders.registry, { port, databaseUrl, signal })).stop()
    const rows = await withClient(databaseUrl, async (client) => {
      await client.query(`insert into registry_object (template, key, uuid, document, refs, version, created_at, updated_at, outcome)
        select 'image', jsonb_build_array('i' || i)::text, gen_random_uuid(), jsonb_build_object('name', 'i' || i, 'kernel', '5.4.0-' || i), '{}', 1, now(), now(), 'CREATED' from generate_series(1, 10000) as i`)
      await client.query('vacuum analyze registry_object')
      return timeUpdate(client)
    })
    console.log(printTable([['of 10,000 updates', 'microseconds each'], ...rows]))
  } finally {
    await server.drop(database)
  }
}

async function timeUpdate(client: pg.ClientBase): Promise<readonly (readonly string[])[]> {
  const { rows } = await client.query(`explain (analyze, format json)
    update registry_object set document = document || jsonb_build_object('kernel', version), version = version + 1, changed_at = clock_timestamp(), outcome = 'UPDATED' where template = 'image'`)
  const [plan] = rows[0]['QUERY PLAN']
  const each = (milliseconds: number) => printNumber(milliseconds / 10)
  const triggers = plan.Triggers.map((trigger: { 'Trigger Name': string; Time: number }) => [
    trigger['Trigger Name'],
    each(trigger.Time),
  ])
  return [['all of it', each(plan['Execution Time'])], ...triggers]
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? Number.NaN
}
