/**
 * Requests that go by update times, of this version and of another, one by one in turns, on one connection. Both must have been built (`npm run build`):
 *
 *     npx tsx bench/confirmation-reads.ts --before ../registry-store-before --objects 20000 --rounds 200
 */

import { parseArgs } from 'node:util'
import { requests } from './confirmations/reads.ts'
import { contenders } from './contenders.ts'
import { loadData } from './load-data.ts'
import { openDatabaseServer, withClient } from './open-database-server.ts'
import { printNumber, printTable } from './print-table.ts'
import { type RunningServer, startServer } from './start-server.ts'

const { values: options } = parseArgs({
  options: {
    before: { type: 'string' },
    objects: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '200' },
    port: { type: 'string', default: '4810' },
  },
})
const { before } = options
if (before === undefined) throw new Error('say where the other version is: --before DIR')
const [objects, rounds, port] = [Number(options.objects), Number(options.rounds), Number(options.port)]

/** The 18,000 roles that were updated last, within one slot. */
const dense = `update registry_object set updated_at = timestamptz '2026-11-01T00:00:00Z' + place * interval '0.5 ms' - interval '1 s'
  from (select key as one, row_number() over (order by updated_at) as place from registry_role_objects order by updated_at desc limit 20000) as last
  where template = 'role' and key = one`

const postgres = await openDatabaseServer()
const servers: RunningServer[] = []
const names = ['registry_bench_before', 'registry_bench_now']
try {
  for (const [i, name] of names.entries()) {
    const databaseUrl = await postgres.create(name)
    const program =
      i === 0
        ? contenders.registry.program.map((part) => part.replace(/^dist/, `${before}/dist`))
        : contenders.registry.program
    const contender = { ...contenders.registry, program }
    const first = await startServer(contender, { port: port + i, databaseUrl, patience: 120 })
    await first.stop()
    await withClient(databaseUrl, async (client) => {
      await loadData(client, objects)
      await client.query(dense)
      await client.query('vacuum analyze')
    })
    servers.push(await startServer(contender, { port: port + i, databaseUrl, patience: 120 }))
  }
  const rows: string[][] = []
  for (const { title, query, variables } of requests) {
    const times: [number[], number[]] = [[], []]
    for (let round = -20; round < rounds; round++) {
      const body = JSON.stringify({ query, variables: variables(objects) })
      // The order alternates.
      for (const i of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
        const time = await ask(port + i, body)
        if (round >= 0) times[i].push(time)
      }
    }
    const [was, is] = times.map((one) => quantileOf(one, 0.5)) as [number, number]
    const [quickWas, quickIs] = times.map((one) => quantileOf(one, 0.1)) as [number, number]
    const ratios = [(is / was).toFixed(2), (quickIs / quickWas).toFixed(2)]
    rows.push([title, printNumber(was), printNumber(is), ...ratios])
    console.log(rows.at(-1)?.join(' | '))
  }
  console.log()
  console.log(printTable([['median, ms', 'before', 'now', 'ratio', 'of the quickest tenth'], ...rows]))
} finally {
  await Promise.all(servers.map((server) => server.stop()))
  for (const name of names) await postgres.drop(name)
  await postgres.stop()
}

/** How long the answer took, in milliseconds. */
async function ask(port: number, body: string): Promise<number> {
  const started = performance.now()
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body,
  })
  const text = await response.text()
  if (!response.ok || text.includes('"errors"')) throw new Error(text)
  return performance.now() - started
}

function quantileOf(values: readonly number[], part: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN
}
