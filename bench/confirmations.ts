/**
 * What a confirmation costs in space: upserts that change nothing, and how large the table and its indexes are before and after.
 *
 *     npx tsx bench/confirmations.ts --objects 1000 --confirmations 200000 --ways before,now --beside nothing,readers,transaction
 */

import { parseArgs } from 'node:util'
import pg from 'pg'
import { pino } from 'pino'
import { defaultLimits } from '../src/limits.ts'
import { createPlanRequest } from '../src/plan/plan-request.ts'
import { planUpserts } from '../src/plan/plan-upsert.ts'
import { createUpsertStatements } from '../src/sql/writes/compile-upsert.ts'
import { openStore } from '../src/store/open-store.ts'
import { upsertAll } from '../src/store/upsert-objects.ts'
import { loadTemplates } from '../src/template/load-templates.ts'
import type { TemplateModel } from '../src/template/model.ts'
import { readSizes, type Size, type Way, type WayName, ways } from './confirmations/ways.ts'
import { openDatabaseServer } from './open-database-server.ts'
import { printNumber, printTable } from './print-table.ts'

const { values: options } = parseArgs({
  options: {
    objects: { type: 'string', default: '1000' },
    confirmations: { type: 'string', default: '200000' },
    /** How many objects a request confirms. */
    batch: { type: 'string', default: '1' },
    writers: { type: 'string', default: '8' },
    ways: { type: 'string', default: 'before,now' },
    beside: { type: 'string', default: 'nothing,readers,transaction' },
  },
})
const objects = Number(options.objects)
const confirmations = Number(options.confirmations)
const batch = Number(options.batch)
const writers = Number(options.writers)
const name = 'registry_bench_confirmations'
const partition = 'registry_role_objects'

interface Result {
  readonly title: string
  readonly beside: string
  readonly before: readonly Size[]
  readonly after: readonly Size[]
  readonly rate: number
  /** The share of updates after which no index had to follow. */
  readonly hot: number
  readonly vacuums: number
}

const logger = pino({ level: 'warn' })
const server = await openDatabaseServer()
const results: Result[] = []
try {
  for (const beside of options.beside.split(','))
    for (const way of options.ways.split(',') as WayName[]) {
      const result = await run(ways[way], beside)
      results.push(result)
      console.log(describe(result).join(' | '))
    }
} finally {
  await server.drop(name)
  await server.stop()
}
console.log()
const head = ['kept', 'beside it', 'a second', 'HOT', 'vacuums', 'before, MB', 'after, MB', 'ratio', 'table', 'indexes']
console.log(printTable([head, ...results.map(describe)]))
for (const { title, beside, before, after } of results) {
  const parts = after.map(({ name, bytes }) => {
    const was = before.find((size) => size.name === name)?.bytes ?? 0
    return `${name} ${megabytes(was)} → ${megabytes(bytes)}`
  })
  console.log(`\n${title}, ${beside}: ${parts.join(', ')}`)
}

async function run(way: Way, beside: string): Promise<Result> {
  const url = await server.create(name)
  const store = openStore({ connection: { connectionString: url } }, logger)
  const clients = Array.from({ length: writers + 5 }, () => new pg.Client({ connectionString: url }))
  for (const client of clients) await client.connect()
  const [client, ...others] = clients as [pg.Client, ...pg.Client[]]
  let isDone = false
  try {
    let model: TemplateModel = await loadTemplates('object-templates')
    await store.prepare({
      files: { model, placeOf: () => undefined },
      serve: (served) => {
        model = served.model
      },
    })
    const write = (template: string, inputs: readonly Record<string, unknown>[]) => upsert(model, template, inputs)
    await write(
      'image',
      Array.from({ length: 10 }, (_, i) => ({ name: `image-${i}` })),
    )
    for (let from = 0; from < objects; from += 500) await write('role', range(from, Math.min(500, objects - from)))
    const { rows } = await client.query(
      `select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = '${partition}'::regclass and c.relname like 'ro\\_role\\_updated\\_%'`,
    )
    for (const statement of way.prepare(partition, rows[0].name)) await client.query(statement)
    const table = way.table ?? partition
    await client.query(`vacuum (full, analyze) ${table}`)
    const before = await readSizes(client, table)
    const reading = besides(beside, others, () => isDone)
    const from = await countUpdates(client, table)
    const started = performance.now()
    let left = confirmations
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        while (left > 0) {
          left -= batch
          const first = Math.floor(Math.random() * (objects - batch + 1))
          if (way.confirm === undefined) await write('role', range(first, batch))
          else await others[writer + 4]?.query({ name: 'confirm', text: way.confirm, values: [keys(first, batch)] })
        }
      }),
    )
    const rate = (confirmations * 1_000) / (performance.now() - started)
    isDone = true
    await reading
    const after = await readSizes(client, table)
    await client.query('select pg_sleep(2)')
    const to = await countUpdates(client, table)
    return {
      title: way.title,
      beside,
      before,
      after,
      rate,
      hot: (to.hot - from.hot) / (to.all - from.all),
      vacuums: to.vacuums - from.vacuums,
    }
  } finally {
    isDone = true
    for (const one of clients) await one.end()
    await store.close()
  }

  async function upsert(model: TemplateModel, of: string, inputs: readonly Record<string, unknown>[]): Promise<void> {
    const template = model.byName.get(of)
    if (!template) throw new Error(`no template ${of}`)
    const request = createPlanRequest({ model, limits: defaultLimits, author: { actor: 'bench', run: undefined } })
    const placed = inputs.map((input) => ({ input, path: ['input'] }))
    await upsertAll(store.database, {
      template,
      request,
      planned: await planUpserts(placed, template, request),
      isDryRun: false,
      statements: createUpsertStatements(template, new Map()),
      binding: { variables: {}, now: new Date(), caller: request.rights.values },
    })
  }
}

function range(from: number, count: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, i) => role(from + i))
}

function role(i: number): Record<string, unknown> {
  return { name: `role-${i}`, image: `image-${i % 10}`, commit: `b${(i * 7_919).toString(16)}`, status: i % 5 > 0 }
}

function keys(from: number, count: number): string[] {
  return range(from, count).map(({ name, image, status }) => JSON.stringify([name, [image], status]))
}

/** What goes on beside the confirmations: nothing, four readers of the latest objects, or a transaction that has read something. */
async function besides(what: string, clients: readonly pg.Client[], isDone: () => boolean): Promise<void> {
  if (what === 'readers') {
    await Promise.all(
      clients.slice(0, 4).map(async (client) => {
        while (!isDone()) await client.query(`select key from ${partition} order by created_at desc, key limit 100`)
      }),
    )
  }
  if (what === 'transaction') {
    await clients[0]?.query(`begin isolation level repeatable read; select count(*) from ${partition}`)
    while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 100))
    await clients[0]?.query('commit')
  }
}

async function countUpdates(
  client: pg.Client,
  table: string,
): Promise<{ readonly all: number; readonly hot: number; readonly vacuums: number }> {
  const { rows } = await client.query(
    'select n_tup_upd as all, n_tup_hot_upd as hot, autovacuum_count as vacuums from pg_stat_user_tables where relid = $1::regclass',
    [table],
  )
  return { all: Number(rows[0].all), hot: Number(rows[0].hot), vacuums: Number(rows[0].vacuums) }
}

function sum(sizes: readonly Size[]): number {
  return sizes.reduce((all, { bytes }) => all + bytes, 0)
}

function of(sizes: readonly Size[], isOf: (name: string) => boolean): number {
  return sum(sizes.filter(({ name }) => isOf(name)))
}

function megabytes(bytes: number): string {
  return printNumber(bytes / 2 ** 20)
}

function describe({ title, beside, before, after, rate, hot, vacuums }: Result): string[] {
  const isIndex = (name: string) => name.startsWith('index')
  return [
    title,
    beside,
    printNumber(rate),
    `${(100 * hot).toFixed(1)} %`,
    String(vacuums),
    megabytes(sum(before)),
    megabytes(sum(after)),
    `**${(sum(after) / sum(before)).toFixed(1)}**`,
    megabytes(of(after, (name) => !isIndex(name))),
    megabytes(of(after, isIndex)),
  ]
}
