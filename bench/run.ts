/** Requests a second of each contender on each workload, on one PostgreSQL, in turns: `npm run bench -- --help` in bench/. */

import { buildRequest, printRequest } from './build-request.ts'
import { compareAnswers } from './compare-answers.ts'
import { type ContenderName, contenders } from './contenders.ts'
import { loadData } from './load-data.ts'
import { type Measurement, measure } from './measure.ts'
import { openDatabaseServer, withClient } from './open-database-server.ts'
import { type Options, parseOptions } from './options.ts'
import { printResults } from './print-results.ts'
import type { Results } from './results.ts'
import { type RunningServer, startServer } from './start-server.ts'
import { type Workload, type WorkloadName, workloads } from './workloads.ts'

const options = parseOptions(process.argv.slice(2))
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort(new Error(signal)))

const databaseName = 'registry_bench'
const postgres = await openDatabaseServer()
const servers = new Map<ContenderName, RunningServer>()
try {
  const databaseUrl = await postgres.create(databaseName)
  await load(databaseUrl, options)
  for (const [i, name] of options.contenders.entries()) {
    stopping.signal.throwIfAborted()
    const nodeArguments =
      name === options.profile ? ['--cpu-prof', '--cpu-prof-dir=bench/profiles', '--cpu-prof-interval=500'] : []
    servers.set(name, await startServer(contenders[name], { port: 4_310 + i, databaseUrl, nodeArguments }))
  }
  const results: Record<string, Results[string]> = {}
  for (const name of options.workloads) results[name] = await runWorkload(name, options)
  console.log(printResults(results))
} finally {
  await Promise.all([...servers.values()].map((server) => server.stop()))
  await postgres.drop(databaseName)
  await postgres.stop()
}

/** The registry makes its storage itself, before it is filled. */
async function load(databaseUrl: string, { objects }: Options): Promise<void> {
  const registry = await startServer(contenders.registry, { port: 4_309, databaseUrl })
  await registry.stop()
  await withClient(databaseUrl, (client) => loadData(client, objects))
}

async function runWorkload(name: WorkloadName, { objects, connections, rounds, seconds }: Options) {
  const workload: Workload = workloads[name]
  const asked = [...servers].map(([name, { port }]) => ({ name, port, dialect: contenders[name].dialect }))
  const sides = (await compareAnswers(name, workload, asked, objects)).map((side) => ({
    ...side,
    measurements: [] as Measurement[],
    requests: Array.from({ length: 2_000 }, () => {
      const request = buildRequest(name, workload, side.dialect, workload.variables(objects))
      if (!request) throw new Error(`${side.name} has no request for ${name}`)
      return printRequest(request)
    }),
  }))
  for (const side of sides) await measure({ ...side, connections, seconds: Math.min(2, seconds) }, stopping.signal)
  for (let round = 0; round < rounds; round++) {
    // Each comes after another one in every other round.
    for (const side of round % 2 === 0 ? sides : [...sides].reverse())
      side.measurements.push(await measure({ ...side, connections, seconds }, stopping.signal))
  }
  console.error(`${workload.title}: measured`)
  return Object.fromEntries(sides.map((side) => [side.name, side.measurements]))
}
