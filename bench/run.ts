/** Requests a second of each contender on each workload, on one PostgreSQL, in turns: `npm run bench` in this folder. */

import { compareAnswers } from './compare-answers.ts'
import { drawResults } from './draw-results.ts'
import { measureInTurns, prepareTurn } from './measure-in-turns.ts'
import { openDatabaseServer } from './open-database-server.ts'
import { parseOptions } from './options.ts'
import { printLatencies, printRates } from './print-results.ts'
import type { Results } from './results.ts'
import { createStopSignal } from './stop-signal.ts'
import { withServers } from './with-servers.ts'
import { type Workload, workloads } from './workloads.ts'
import { writeDrawing, writeSection } from './write-results.ts'

const options = parseOptions(process.argv.slice(2))
const { objects } = options
const signal = createStopSignal()
const postgres = await openDatabaseServer()
const results: Record<string, Results[string]> = {}
try {
  await withServers({ ...options, postgres, withRoles: true, port: 4_310, signal }, async (sides) => {
    for (const name of options.workloads) {
      const workload: Workload = workloads[name]
      const able = await compareAnswers(name, workload, sides, objects)
      const turns = able.map((side) => prepareTurn(name, workload, side, objects))
      const measurements = await measureInTurns(turns, options, signal)
      results[name] = Object.fromEntries(able.map((side, i) => [side.name, measurements[i] ?? []]))
      console.error(`measured: ${workload.title}`)
    }
  })
} finally {
  await postgres.stop()
}
const tables = `${printRates(results)}\n\n${printLatencies(results)}`
console.log(tables)
if (options.write) {
  await writeSection('workloads', tables)
  await writeDrawing(drawResults(results))
}
