/**
 * What a change of templates costs with many stored objects: how long it takes, and how much slower writers and a reader of another
 * server are meanwhile, which keeps to the former templates. Compile first:
 * npm run build && npx tsx bench/template-changes.ts [--objects 1000000] [--seconds 10] [--rate 200] [--cases none,plan,fill,rename,retype,rekey,writes]
 * With `--rate`, there are so many writes and reads a second, otherwise as many as there can be. `writes` compares writes to what the
 * changes before it have left behind.
 */

import { parseArgs } from 'node:util'
import { openDatabaseServer, withClient } from './open-database-server.ts'
import { printNumber, printTable } from './print-table.ts'
import { createStopSignal } from './stop-signal.ts'
import { type Case, cases, fillStorage, former } from './template-changes/cases.ts'
import { compareWrites, isState, type StateName } from './template-changes/compare-writes.ts'
import { type Result, runCase, withTemplates } from './template-changes/run-case.ts'

const { values } = parseArgs({
  options: {
    objects: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '10' },
    cases: { type: 'string', default: [...Object.keys(cases), 'writes'].join() },
    rate: { type: 'string' },
    profile: { type: 'boolean', default: false },
  },
})
const objects = Number(values.objects)
const seconds = Number(values.seconds)
const perSecond = values.rate === undefined ? undefined : Number(values.rate)
const port = 4_320
const signal = createStopSignal()
const postgres = await openDatabaseServer()
const results: Result[] = []
try {
  const setup = { objects, perSecond, seconds, port, isProfiled: values.profile, signal }
  const original = 'registry_bench_former'
  await fill(await postgres.create(original))
  const states = new Map<StateName, string>()
  for (const name of values.cases.split(',')) {
    if (name === 'writes') {
      console.log(`${await compareWrites(states, setup)}\n`)
      continue
    }
    const one: Case | undefined = Object.entries(cases).find(([key]) => key === name)?.[1]
    if (!one) throw new Error(`--cases takes some of ${Object.keys(cases).join(', ')}, writes; there is no ${name}`)
    const copy = `registry_bench_${name}`
    const databaseUrl = await postgres.create(copy, original)
    const result = await runCase(one, { ...setup, databaseUrl })
    results.push(result)
    if (isState(name) && values.cases.includes('writes')) states.set(name, databaseUrl)
    else await postgres.drop(copy)
    console.error(`${one.title}: ${printNumber(result.served)} s, then ${printNumber(result.finished)} s`)
  }

  async function fill(databaseUrl: string): Promise<void> {
    const start = () => withTemplates(former, { ...setup, databaseUrl, isProfiled: false }, async () => undefined)
    await start()
    await withClient(databaseUrl, async (client) => {
      const { rows } = await client.query("select indexname from pg_indexes where starts_with(indexname, 'ro_')")
      for (const { indexname } of rows) await client.query(`drop index "${indexname}"`)
      for (const statement of fillStorage) {
        signal.throwIfAborted()
        await client.query(statement, [objects])
      }
    })
    // Builds the indexes again.
    await start()
    await withClient(databaseUrl, (client) => client.query('vacuum analyze'))
    console.error(`filled: ${objects} images`)
  }
} finally {
  await postgres.stop()
  if (results.length > 0) console.log(`${printTimes(results)}\n\n${printTraffic(results)}`)
}

function printTimes(results: readonly Result[]): string {
  return printTable([
    ['change', 'planned or served after', 'background', 'images a second', 'no writes for'],
    ...results.map(({ title, served, finished, refused }) => [
      title,
      `${printNumber(served)} s`,
      `${printNumber(finished)} s`,
      printNumber(objects / (served + finished)),
      refused > 0 ? `${printNumber(refused)} s` : '–',
    ]),
  ])
}

function printTraffic(results: readonly Result[]): string {
  return printTable([
    [
      'change',
      'of',
      'a second: without',
      'during',
      'ratio',
      'median, ms',
      'during',
      'ratio',
      'p99, ms',
      'during',
      'ratio',
      'p99 after',
    ],
    ...results.flatMap(({ title, before, during, after }) =>
      (['writers', 'reader'] as const).map((who) => [
        title,
        who,
        ...(['perSecond', 'median', 'p99'] as const).flatMap((what) => [
          printNumber(before[who][what]),
          printNumber(during[who][what]),
          `**${(during[who][what] / before[who][what]).toFixed(2)}**`,
        ]),
        printNumber(after[who].p99),
      ]),
    ),
  ])
}
