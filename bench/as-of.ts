/**
 * What it costs to ask as of a time: the same questions as of now, 1, 50 and 95 days ago, in turns, of roles with ten versions
 * each over 100 days.
 *
 *     npm run build && npx tsx bench/as-of.ts --roles 100000 --rounds 20
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { contenders } from './contenders.ts'
import { openDatabaseServer, withClient } from './open-database-server.ts'
import { printNumber, printTable } from './print-table.ts'
import { startServer } from './start-server.ts'
import { createStopSignal } from './stop-signal.ts'

const { values } = parseArgs({
  options: {
    roles: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '20' },
    /** Whether the past has an index of its documents (`history: { indexed: true }`). */
    indexed: { type: 'boolean', default: false },
    port: { type: 'string', default: '4961' },
  },
})
const [roles, rounds, port] = [values.roles, values.rounds, values.port].map(Number) as [number, number, number]
const names = 50
const images = Math.ceil(roles / names)

const history = values.indexed ? 'history: { indexed: true }\n' : ''
const templates = {
  'image.yaml': `name: image\nkey: [name]\n${history}fields: { name: string, distr: string }\n`,
  'role.yaml': `name: role\nkey: [name, image]\n${history}passed: { status: { equals: true } }\nfields: { name: string, image: { type: reference, to: image }, commit: string, status: boolean }\n`,
}

/** Each takes the argument `at`, or nothing in its place. */
const questions: Readonly<Record<string, (at: string) => string>> = {
  'a list of 100': (at) =>
    `{ roles(first: 100, status: true${at && `, ${at}`}) { nodes { name commit image { distr } } } }`,
  'a count': (at) => `{ roles(status: true${at && `, ${at}`}) { totalCount } }`,
  'one by its key': (at) => `{ role(name: "role-7", image: "image-77"${at && `, ${at}`}) { commit status } }`,
  'a rare value': (at) => `{ roles(commit: "commit-7-77-3"${at && `, ${at}`}) { nodes { name } } }`,
  'the roles of 50 images': (at) =>
    `{ images(first: 50${at && `, ${at}`}) { nodes { name roles(first: 10) { nodes { name status } } } } }`,
  'a matrix of 10 × 100': (at) =>
    `{ roleMatrix(rows: name, columns: image, rowIn: [${Array.from({ length: 10 }, (_, i) => `"role-${i}"`)}], columnWhere: { name: { in: [${Array.from({ length: 100 }, (_, i) => `"image-${i}"`)}] } }${at && `, ${at}`}) { counts { passed failed missing } } }`,
}
const moments = {
  now: undefined,
  'a day ago': 86_400_000,
  '50 days ago': 50 * 86_400_000,
  '95 days ago': 95 * 86_400_000,
} as const

const signal = createStopSignal()
const folder = await mkdtemp(join(tmpdir(), 'registry-bench-templates-'))
const postgres = await openDatabaseServer()
try {
  for (const [name, text] of Object.entries(templates)) await writeFile(join(folder, name), text)
  const databaseUrl = await postgres.create('registry_bench_as_of')
  const contender = { ...contenders.registry, env: { TEMPLATES_DIR: folder } }
  await startServer(contender, { port, databaseUrl, signal }).then((server) => server.stop())
  await fill(databaseUrl)
  const server = await startServer(contender, { port, databaseUrl, signal, patience: 120 })
  try {
    console.log(await compare())
  } finally {
    await server.stop()
  }
} finally {
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}

/** Version v of role i held from 100 days ago and v times ten days on, at a time of its own for each role; the tenth still does. */
async function fill(databaseUrl: string): Promise<void> {
  const role = (version: string) => `
    json_build_array('role-' || i % ${names}, json_build_array('image-' || i / ${names}))::text as key,
    jsonb_build_object('name', 'role-' || i % ${names}, 'image', 'image-' || i / ${names},
      'commit', 'commit-' || i % ${names} || '-' || i / ${names} || '-' || ${version}, 'status', (i + ${version}) % 4 > 0) as document,
    jsonb_build_object('image', json_build_array('image-' || i / ${names})::text) as refs,
    now() - interval '100 days' + (${version} - 1) * interval '10 days' + (i::bigint * 7919 % ${roles}) * interval '10 days' / ${roles} as begin`
  await withClient(databaseUrl, async (client) => {
    for (const statement of [
      `insert into registry_object (template, key, uuid, document, refs, version, created_at, updated_at, changed_at, outcome)
       select 'image', json_build_array('image-' || i)::text, gen_random_uuid(), jsonb_build_object('name', 'image-' || i, 'distr', 'distr-' || i % 20), '{}', 1,
         now() - interval '101 days', now() - interval '101 days', now() - interval '101 days', 'CREATED'
       from generate_series(0, ${images - 1}) as i`,
      `insert into registry_object (template, key, uuid, document, refs, version, created_at, updated_at, changed_at, outcome)
       select 'role', replace(key, ', ', ','), gen_random_uuid(), document, refs, 10, now() - interval '100 days', begin, begin, 'UPDATED'
       from (select ${role('10')} from generate_series(0, ${roles - 1}) as i) as given`,
      `insert into registry_past (template, key, uuid, document, refs, version, created_at, valid_from, valid_to)
       select 'role', o.key, o.uuid, given.document, given.refs, given.version, now() - interval '100 days', begin, begin + interval '10 days'
       from (select v as version, ${role('v')} from generate_series(0, ${roles - 1}) as i, generate_series(1, 9) as v) as given
         join registry_object as o on o.template = 'role' and o.key = replace(given.key, ', ', ',')
       order by begin`,
      'vacuum analyze',
    ])
      await client.query(statement)
  })
}

async function compare(): Promise<string> {
  const rows = []
  for (const [title, print] of Object.entries(questions)) {
    const times = Object.values(moments).map((): number[] => [])
    const texts = Object.values(moments).map((ago) =>
      print(ago === undefined ? '' : `at: "${new Date(Date.now() - ago).toISOString()}"`),
    )
    for (let round = 0; round < rounds + 5; round++)
      for (const [i, text] of texts.entries()) {
        signal.throwIfAborted()
        const began = performance.now()
        const isAnswered = await ask(text)
        // The first rounds warm up.
        if (round >= 5 || !isAnswered) times[i]?.push(isAnswered ? performance.now() - began : Number.POSITIVE_INFINITY)
      }
    const [now = 0, ...others] = times.map((one) => one.sort((a, b) => a - b)[Math.floor(one.length / 2)] ?? 0)
    rows.push([
      title,
      printNumber(now),
      ...others.flatMap((one) => [printNumber(one), `**${printNumber(one / now)}**`]),
    ])
  }
  const heads = Object.keys(moments).flatMap((title, i) => (i === 0 ? [`${title}, ms`] : [title, 'ratio']))
  return printTable([['question', ...heads], ...rows])
}

/** Whether it was answered within the time limit of statements. */
async function ask(query: string): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    signal,
  })
  const { errors } = (await response.json()) as { readonly errors?: readonly { extensions: { code: string } }[] }
  if (errors?.[0]?.extensions.code === 'TIMEOUT') return false
  if (errors) throw new Error(JSON.stringify(errors))
  return true
}
