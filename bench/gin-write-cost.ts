/**
 * What a GIN index costs in writes: the one on whole documents, which is used for equality on any field, or that of search. Two
 * identical templates, one without that index, are written in turns. Run it with
 * `npx tsx bench/gin-write-cost.ts documents|search [rounds] [seconds]`.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import { createEmbeddedPostgres } from '../src/embedded/embedded-postgres.ts'
import { defaultLimits } from '../src/limits.ts'
import { createPlanRequest } from '../src/plan/plan-request.ts'
import { planUpserts } from '../src/plan/plan-upsert.ts'
import { indexesOf } from '../src/sql/compile-storage.ts'
import { createUpsertStatements } from '../src/sql/writes/compile-upsert.ts'
import type { Database } from '../src/store/database.ts'
import { openStore } from '../src/store/open-store.ts'
import { upsertAll } from '../src/store/upsert-objects.ts'
import type { Template, TemplateModel } from '../src/template/model.ts'
import { parseTemplates } from '../src/template/parse-templates.ts'

const [index, ...numbers] = process.argv.slice(2)
if (index !== 'documents' && index !== 'search') throw new Error('say which index: documents or search')
const [rounds = 6, seconds = 3] = numbers.map(Number)
const writers = 8

const textOf = (name: string, search: boolean) => `
name: ${name}
key: [name]
search: ${search}
fields:
  name: string
  distr: string
  version: version
  kernel: string
  lts: boolean
  commit: string
  status: boolean
  size: int
  tags: [string]
  note: string
`

/** Ways of writing: each call writes some objects and returns how many. */
const ways: Readonly<Record<string, (write: Write, serial: number) => Promise<number>>> = {
  'create, one at a time': (write, serial) => write([thing(`c${serial}`, serial)]),
  'change, one at a time': (write, serial) =>
    write([{ ...thing(`u${serial % 20_000}`, serial), commit: `x${serial}` }]),
  'confirm, one at a time': (write, serial) => write([thing(`u${serial % 20_000}`, serial % 20_000)]),
  'create, 500 at a time': (write, serial) =>
    write(Array.from({ length: 500 }, (_, i) => thing(`b${serial}.${i}`, serial + i))),
}

type Write = (inputs: readonly Record<string, unknown>[]) => Promise<number>

function thing(name: string, serial: number): Record<string, unknown> {
  return {
    name,
    distr: ['ubuntu', 'centos', 'debian'][serial % 3],
    version: `${serial % 30}.04`,
    kernel: `5.${serial % 40}.0-${serial % 90}`,
    lts: serial % 2 === 0,
    commit: `b${(serial * 7_919).toString(16)}`,
    status: serial % 5 > 0,
    size: serial % 1_000,
    tags: [`t${serial % 10}`, `t${serial % 7}`],
    note: `note number ${serial} of this thing`,
  }
}

function createWrite(database: Database, template: Template, model: TemplateModel): Write {
  return async (inputs) => {
    const request = createPlanRequest({ model, limits: defaultLimits, author: { actor: 'bench', run: undefined } })
    const placed = inputs.map((input) => ({ input, path: ['input'] }))
    await upsertAll(database, {
      template,
      request,
      planned: await planUpserts(placed, template, request),
      isDryRun: false,
      statements: createUpsertStatements(template, new Map()),
      binding: { variables: {}, now: new Date(), caller: request.rights.values },
    })
    return inputs.length
  }
}

/** Objects a second. */
async function measure(
  write: Write,
  way: (write: Write, serial: number) => Promise<number>,
  nextSerial: () => number,
): Promise<number> {
  const started = performance.now()
  const endsAt = started + seconds * 1_000
  let count = 0
  await Promise.all(
    Array.from({ length: writers }, async () => {
      while (performance.now() < endsAt) count += await way(write, nextSerial())
    }),
  )
  return (count * 1_000) / (performance.now() - started)
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2
}

const texts = [textOf('with_gin', index === 'search'), textOf('without_gin', false)]
const parsed = parseTemplates(texts.map((text, i) => ({ file: `${i}.yaml`, text })))
if ('issues' in parsed) throw new Error(JSON.stringify(parsed.issues))
const { model } = parsed
const [withGin, withoutGin] = model.templates as [Template, Template]

const dataDir = await mkdtemp(join(tmpdir(), 'registry-bench-'))
const logger = pino({ level: 'warn' })
const postgres = await createEmbeddedPostgres({ dataDir, logger })
const store = openStore({ connection: postgres.connection }, logger)
try {
  await store.prepare({ files: { model, placeOf: () => undefined }, serve: () => undefined })
  const client = new pg.Client(postgres.connection)
  await client.connect()
  for (const { name, create } of index === 'documents' ? indexesOf(withoutGin) : []) {
    if (create({ concurrently: false }).includes('jsonb_path_ops')) await client.query(`drop index ${name}`)
  }
  const sides = [withGin, withoutGin].map((template) => ({
    write: createWrite(store.database, template, model),
    rates: new Map<string, number[]>(),
  }))
  for (const { write } of sides) {
    for (let i = 0; i < 20_000; i += 500) await write(Array.from({ length: 500 }, (_, j) => thing(`u${i + j}`, i + j)))
  }
  let serial = 0
  for (let round = 0; round < rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      // Each goes first in every other round.
      for (const side of round % 2 === 0 ? sides : [...sides].reverse()) {
        const rate = await measure(side.write, way, () => serial++)
        side.rates.set(name, [...(side.rates.get(name) ?? []), rate])
      }
    }
  }
  const lines = Object.keys(ways).map((name) => {
    const [rate = 0, bare = 0] = sides.map(({ rates }) => median(rates.get(name) ?? []))
    return {
      'objects a second': name,
      'with GIN': Math.round(rate),
      without: Math.round(bare),
      ratio: (rate / bare).toFixed(2),
    }
  })
  console.table(lines)
  const { rows: sizes } = await client.query(
    "select c.relname as index, pg_size_pretty(pg_relation_size(c.oid)) as size from pg_class c where c.relname like 'ro\\_with%' order by 1",
  )
  console.table(sizes)
  await client.end()
} finally {
  await store.close()
  await postgres.stop()
  await rm(dataDir, { recursive: true, force: true })
}
