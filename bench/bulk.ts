/**
 * What `registry import` reaches of the quickest way that PostgreSQL has: COPY into a staging table and one merge that writes the same
 * rows (objects, changes, and what was replaced). In turns: objects that are new, then the same with other values.
 *
 *     npm run build && npx tsx bench/bulk.ts --objects 100000 --rounds 3
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import type pg from 'pg'
import { from } from 'pg-copy-streams'
import { contenders } from './contenders.ts'
import { openDatabaseServer, withClient } from './open-database-server.ts'
import { printNumber, printTable } from './print-table.ts'
import { startServer } from './start-server.ts'

const { values: options } = parseArgs({
  options: {
    objects: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '3' },
    /** Writes CPU profiles of the server and of each command into bench/profiles. */
    profile: { type: 'boolean', default: false },
  },
})
const nodeArguments = options.profile ? ['--cpu-prof', '--cpu-prof-dir=bench/profiles'] : []
const objects = Number(options.objects)
const rounds = Number(options.rounds)
const images = 100
const port = 4_350
const steps = ['new objects', 'other values'] as const
const ways = ['import', 'COPY and merge'] as const
type Step = (typeof steps)[number]
type Way = (typeof ways)[number]

const folder = await mkdtemp(join(tmpdir(), 'registry-bulk-'))
const postgres = await openDatabaseServer()
const databaseUrl = await postgres.create('registry_bench_bulk')
const server = await startServer(contenders.registry, { port, databaseUrl, nodeArguments })
try {
  for (const [i] of steps.entries()) await writeFiles(i)
  await ask('mutation ($input: [ImageInput!]!) { upsertImages(input: $input) { created } }', {
    input: Array.from({ length: images }, (_, i) => ({ name: `image-${i}` })),
  })
  const seconds = new Map<string, number[]>()
  for (let round = 0; round < rounds; round++)
    for (const way of round % 2 === 0 ? ways : [...ways].reverse()) {
      await withClient(databaseUrl, empty)
      for (const [i, step] of steps.entries()) {
        const began = performance.now()
        await (way === 'import' ? runImport(i) : withClient(databaseUrl, (client) => copyAndMerge(client, i)))
        const list = seconds.get(`${step} ${way}`) ?? []
        seconds.set(`${step} ${way}`, [...list, (performance.now() - began) / 1_000])
      }
      await withClient(databaseUrl, assertRows)
    }
  const rate = (step: Step, way: Way) => objects / median(seconds.get(`${step} ${way}`) ?? [])
  console.log(
    printTable([
      ['objects a second', ...ways, 'ratio'],
      ...steps.map((step) => [
        step,
        ...ways.map((way) => printNumber(rate(step, way))),
        `**${(rate(step, 'import') / rate(step, 'COPY and merge')).toFixed(2)}**`,
      ]),
    ]),
  )
  await measureRequests()
} finally {
  await server.stop()
  await postgres.drop('registry_bench_bulk')
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}

function role(i: number, step: number) {
  return {
    name: `role-${i}`,
    image: `image-${i % images}`,
    commit: `b${(i * 7_919 + step).toString(16)}`,
    status: true,
  }
}

function fileOf(step: number, extension: string): string {
  return join(folder, `${step}.${extension}`)
}

async function writeFiles(step: number): Promise<void> {
  const lines = createWriteStream(fileOf(step, 'ndjson'))
  const rows = createWriteStream(fileOf(step, 'csv'))
  for (let i = 0; i < objects; i++) {
    const one = role(i, step)
    if (!lines.write(`${JSON.stringify(one)}\n`)) await once(lines, 'drain')
    if (!rows.write(`${Object.values(one).join()}\n`)) await once(rows, 'drain')
  }
  for (const file of [lines, rows]) {
    file.end()
    await once(file, 'close')
  }
}

async function ask(query: string, variables: object): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const answer = (await response.json()) as { errors?: unknown }
  if (answer.errors) throw new Error(JSON.stringify(answer.errors).slice(0, 500))
}

async function runImport(step: number): Promise<void> {
  const child = spawn(
    process.execPath,
    [...nodeArguments, 'dist/bin/registry.cjs', 'import', fileOf(step, 'ndjson'), 'role', '--quiet'],
    {
      env: { ...process.env, REGISTRY_URL: `http://127.0.0.1:${port}/graphql`, XDG_CACHE_HOME: folder },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the import has ended with ${code}`)
}

/** What a program that knows the registry's tables would do, without any check. A trigger of the registry keeps what is replaced. */
async function copyAndMerge(client: pg.Client, step: number): Promise<void> {
  await client.query('create temporary table staging (name text, image text, commit text, status boolean)')
  await pipeline(createReadStream(fileOf(step, 'csv')), client.query(from('copy staging from stdin with (format csv)')))
  await client.query(`with written as (
  insert into registry_object as o (template, key, uuid, document, refs, version, created_at, updated_at, changed_at, outcome)
  select 'role', replace(json_build_array(name, json_build_array(image), status)::text, ', ', ','), gen_random_uuid(),
    jsonb_build_object('name', name, 'image', image, 'commit', commit, 'status', status), jsonb_build_object('image', json_build_array(image)::text),
    1, now(), now(), clock_timestamp(), 'CREATED'
  from staging order by 2
  on conflict (template, key) do update set document = excluded.document, version = o.version + 1, updated_at = excluded.updated_at,
    changed_at = excluded.changed_at, outcome = 'UPDATED'
  where o.document is distinct from excluded.document
  returning o.*)
insert into registry_change (template, key, uuid, outcome, version, changed_at)
select template, key, uuid, outcome, version, changed_at from written`)
}

async function empty(client: pg.Client): Promise<void> {
  await client.query('truncate registry_role_objects, registry_past, registry_change')
  await client.query("delete from registry_uuid where partition = 'registry_role_objects'::regclass")
  await client.query('vacuum analyze registry_uuid')
}

/** Both ways have written the same. */
async function assertRows(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    "select (select count(*) from registry_role_objects where version = 2)::int as objects, (select count(*) from registry_past where template = 'role')::int as past, (select count(*) from registry_change where template = 'role')::int as changes",
  )
  const { objects: written, past, changes } = rows[0]
  if (written !== objects || past !== objects || changes !== 2 * objects) throw new Error(JSON.stringify(rows[0]))
}

/** One request with as many objects as a request takes. */
async function measureRequests(): Promise<void> {
  const count = 10_000
  const query =
    'mutation ($input: [RoleInput!]!) { upsertRoles(input: $input) { created updated results { index outcome } } }'
  const times: number[][] = [[], [], []]
  for (let round = 0; round < rounds; round++) {
    await withClient(databaseUrl, empty)
    for (const [i, step] of [0, 1, 1].entries()) {
      const input = Array.from({ length: count }, (_, one) => role(one, step))
      const began = performance.now()
      await ask(query, { input })
      times[i]?.push(performance.now() - began)
    }
  }
  const [created = [], updated = [], confirmed = []] = times
  console.log(
    `\nOne request with ${count} objects, in seconds: new ${printSeconds(created)}, other values ${printSeconds(updated)}, the same ${printSeconds(confirmed)}`,
  )
}

function printSeconds(milliseconds: readonly number[]): string {
  return (median(milliseconds) / 1_000).toFixed(2)
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
