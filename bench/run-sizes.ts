/** The point lookup and the list at 10,000, 100,000 and 1,000,000 images, in turns: `npm run bench:sizes` in this folder. */

import { compareAnswers } from './compare-answers.ts'
import type { ContenderName } from './contenders.ts'
import { measureInTurns, prepareTurn, type Turn } from './measure-in-turns.ts'
import { openDatabaseServer } from './open-database-server.ts'
import { parseOptions } from './options.ts'
import { printSizes, type SizeResult } from './print-sizes.ts'
import { createStopSignal } from './stop-signal.ts'
import { type Side, withServers } from './with-servers.ts'
import { type Workload, workloads } from './workloads.ts'
import { writeSection } from './write-results.ts'

interface Sized {
  readonly objects: number
  readonly sides: readonly Side[]
}

const sizes = [10_000, 100_000, 1_000_000]
const contenders: readonly ContenderName[] = ['raw', 'registry']
const options = parseOptions(process.argv.slice(2))
const signal = createStopSignal()
const postgres = await openDatabaseServer()
const results: SizeResult[] = []
try {
  await withSizes(sizes, [])
} finally {
  await postgres.stop()
}
const table = printSizes(results)
console.log(table)
if (options.write) await writeSection('sizes', table)

/** A database and servers for each size, all at once. */
async function withSizes(remaining: readonly number[], ready: readonly Sized[]): Promise<void> {
  const [objects, ...others] = remaining
  if (objects === undefined) return measureAll(ready)
  const setup = { postgres, contenders, objects, withRoles: false, profile: undefined, signal }
  return withServers({ ...setup, port: 4_310 + 10 * ready.length }, (sides) =>
    withSizes(others, [...ready, { objects, sides }]),
  )
}

async function measureAll(sized: readonly Sized[]): Promise<void> {
  for (const name of ['point', 'list'] as const) {
    const workload: Workload = workloads[name]
    const turns: (Turn & { readonly objects: number })[] = []
    for (const { objects, sides } of sized) {
      const able = await compareAnswers(name, workload, sides, objects)
      turns.push(...able.map((side) => ({ ...prepareTurn(name, workload, side, objects), objects })))
    }
    const measurements = await measureInTurns(turns, options, signal)
    for (const [i, { objects, name: contender }] of turns.entries())
      results.push({ title: workload.title, objects, contender, measurements: measurements[i] ?? [] })
    console.error(`measured: ${workload.title}`)
  }
}
