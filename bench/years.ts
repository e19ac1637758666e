/**
 * What a registry costs after years of a large team's load: `npx tsx bench/years.ts --objects 1000000 --changes 100000000`, compiled. Ten
 * years of changes are written one after another, as quickly as possible, or as many as `--minutes` leaves time for; after each year,
 * sizes and queries are measured. With `--stored`, what ten years have left is written by SQL instead, which takes half an hour.
 */

import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openDatabaseServer, withClient } from './open-database-server.ts'
import { printNumber, printTable } from './print-table.ts'
import { createStopSignal } from './stop-signal.ts'
import { withTemplates } from './template-changes/run-case.ts'
import { storeYears, versions } from './years/store-years.ts'

const { values } = parseArgs({
  options: {
    objects: { type: 'string', default: '1000000' },
    changes: { type: 'string', default: '100000000' },
    minutes: { type: 'string', default: 'Infinity' },
    stored: { type: 'boolean', default: false },
    port: { type: 'string', default: '4931' },
  },
})
const [objects, changes, minutes, port] = [values.objects, values.changes, values.minutes, values.port].map(Number) as [
  number,
  number,
  number,
  number,
]

const images = Math.max(50, Math.round(objects / 200))
const names = Math.ceil(objects / images)
const years = 10
/** What a job of CI reports at a time, and how many jobs report at the same time. */
const batch = 100
const jobs = 6
const rounds = 15

const files = {
  'image.yaml':
    'name: image\nkey: [name]\nfields: { name: string, distr: string, version: version, kernel: version, lts: boolean }\n',
  'result.yaml': `name: result
key: [name, image]
history: { keep: ${versions.kept} }
passed: { passed: { equals: true } }
latestBy: finished
fields:
  name: string
  image: { type: reference, to: image }
  commit: string
  passed: boolean
  run: string
  finished: datetime
`,
}

const signal = createStopSignal()
const url = `http://127.0.0.1:${port}/graphql`

async function ask(query: string, variables: object = {}): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
    signal,
  })
  const { errors } = (await response.json()) as { errors?: unknown }
  if (errors) throw new Error(JSON.stringify(errors).slice(0, 500))
}

const imageName = (i: number) => `image-${i}`
/** Most changes go to a fifth of the names: those that are worked on. */
const pickName = () => `role-${Math.floor(names * (Math.random() < 0.8 ? 0.2 : 1) * Math.random())}`

async function writeImages(): Promise<void> {
  for (let from = 0; from < images; from += 500) {
    const input = Array.from({ length: Math.min(500, images - from) }, (_, i) => ({
      name: imageName(from + i),
      distr: ['debian', 'ubuntu', 'alma', 'suse'][i % 4],
      version: `${i % 30}.${i % 10}`,
      kernel: `5.${i % 20}.0-${i % 100}`,
      lts: i % 3 === 0,
    }))
    await ask('mutation ($input: [ImageInput!]!) { upsertImages(input: $input) { created } }', { input })
  }
}

let written = 0
let commit = ''

/** A job tests one commit of a name on many images. */
async function report(year: number): Promise<void> {
  const role = pickName()
  commit = Math.floor(Math.random() * 2 ** 40).toString(16)
  const first = Math.floor(Math.random() * images)
  const input = Array.from({ length: Math.min(batch, images) }, (_, i) => ({
    name: role,
    image: imageName((first + i) % images),
    commit,
    passed: Math.random() < 0.9,
    run: `https://ci.example.org/runs/${written + i}`,
    finished: new Date(Date.UTC(2026 + year, 0, 1) + Math.floor(Math.random() * 3e10)).toISOString(),
  }))
  await ask('mutation ($input: [ResultInput!]!) { upsertResults(input: $input) { created } }', { input })
  written += input.length
}

const queries = {
  'one by its key': () =>
    ask('query ($n: String!, $i: String!) { result(name: $n, image: $i) { commit passed } }', {
      n: pickName(),
      i: imageName(Math.floor(Math.random() * images)),
    }),
  '100 of an image': () =>
    ask('query ($i: String!) { results(image: $i, first: 100) { nodes { name commit passed } } }', {
      i: imageName(Math.floor(Math.random() * images)),
    }),
  'images that a commit has not passed on': () =>
    ask(
      'query ($c: String!) { images(first: 100, where: {results: {none: {commit: {equals: $c}, passed: {equals: true}}}}) { nodes { name } } }',
      { c: commit },
    ),
  'what fails now, of a name': () =>
    ask(
      'query ($n: String!) { results(name: $n, where: {passed: {equals: false}}) { totalCount nodes { commit image { name } } } }',
      { n: pickName() },
    ),
  'counts by distr of all images': () => ask('{ images { groupBy(by: [distr]) { key { distr } count } } }'),
}

async function measure(asked: Readonly<Record<string, () => Promise<void>>>): Promise<Record<string, number>> {
  const medians: Record<string, number> = {}
  for (const [title, query] of Object.entries(asked)) {
    const times: number[] = []
    for (let i = -2; i < rounds; i++) {
      const began = performance.now()
      await query()
      if (i >= 0) times.push(performance.now() - began)
    }
    medians[title] = times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0
  }
  return medians
}

async function measureSizes(
  databaseUrl: string,
): Promise<{ rows: number; bytes: number; changes: number; changeBytes: number }> {
  return withClient(databaseUrl, async (client) => {
    const size = (table: string) =>
      `(select coalesce(sum(pg_total_relation_size(relid)), 0)::float8 from pg_partition_tree('${table}'))`
    const { rows } = await client.query(
      `select (select count(*)::float8 from registry_object) as rows, ${size('registry_object')} as bytes,
         (select count(*)::float8 from registry_change) as changes, pg_total_relation_size('registry_change')::float8 as "changeBytes"`,
    )
    return rows[0]
  })
}

const at = (days: number) => `at: "${new Date(Date.now() - days * 86_400_000).toISOString()}"`
const matrix = (names: number, columns: number, more = '') =>
  ask(
    `query ($names: [JSON!], $images: [String!]!) { resultMatrix(rows: name, columns: image, rowIn: $names, columnWhere: { name: { in: $images } }${more}) { counts { passed failed missing } } }`,
    {
      names: Array.from({ length: names }, (_, i) => `role-${i}`),
      images: Array.from({ length: columns }, (_, i) => imageName((i * 7) % images)),
    },
  )
const anyOf = () => ({ n: pickName(), i: imageName(Math.floor(Math.random() * images)) })

/** What is asked besides, where ten years have been stored. */
const questionsOfYears = {
  ...queries,
  'one by its key, 300 days ago': () =>
    ask(`query ($n: String!, $i: String!) { result(name: $n, image: $i, ${at(300)}) { commit passed } }`, anyOf()),
  '100 of an image, 300 days ago': () =>
    ask(`query ($i: String!) { results(image: $i, first: 100, ${at(300)}) { nodes { name commit passed } } }`, {
      i: anyOf().i,
    }),
  'the versions of one': () =>
    ask(
      'query ($n: String!, $i: String!) { result(name: $n, image: $i) { _history(first: 20) { totalCount nodes { version changes { field } } } } }',
      anyOf(),
    ),
  'a matrix of 10 names and 100 images': () => matrix(10, 100),
  'the same, 300 days ago': () => matrix(10, 100, `, ${at(300)}`),
  'a matrix of one name and 1,000 images': () => matrix(1, 1_000),
  'how many results there are': () => ask('{ results { totalCount } }'),
  'a search': () => ask('query ($text: String!) { search(text: $text) { nodes { field } } }', { text: anyOf().i }),
  'a report of one result': () => reportOn(1),
  'a report of 100 results': () => reportOn(batch),
}

async function reportOn(count: number): Promise<void> {
  const name = pickName()
  const first = Math.floor(Math.random() * images)
  const input = Array.from({ length: count }, (_, i) => ({
    name,
    image: imageName((first + i) % images),
    commit: `${Math.random()}`,
    passed: Math.random() < 0.9,
  }))
  await ask('mutation ($input: [ResultInput!]!) { upsertResults(input: $input) { updated } }', { input })
}

/** What ten years have left, written at one go, and what is asked of it. */
async function measureStored(databaseUrl: string): Promise<string> {
  const setup = { databaseUrl, port, signal, isProfiled: false }
  await withTemplates(files, setup, writeImages)
  const began = performance.now()
  const note = (done: string) => console.error(`${printNumber((performance.now() - began) / 1_000)} s: ${done}`)
  await storeYears(databaseUrl, { images, names, note })
  commit = md5('7-100')
  return withTemplates(files, setup, async () => {
    const { rows, bytes, changes: count, changeBytes } = await measureSizes(databaseUrl)
    const past = await withClient(databaseUrl, async (client) => {
      const { rows } = await client.query(
        `select count(*)::float8 as count, pg_total_relation_size('registry_past')::float8 as bytes from registry_past`,
      )
      return rows[0]
    })
    const sizes = [
      ['', 'rows', 'bytes of each, with indexes'],
      ['objects', rows, bytes / rows],
      ['former versions', past.count, past.bytes / past.count],
      ['changes in the log', count, changeBytes / count],
    ]
    const medians = await measure(questionsOfYears)
    return [
      printTable(sizes.map((row) => row.map((cell) => (typeof cell === 'number' ? printNumber(cell) : cell)))),
      printTable([
        ['question', 'median, ms'],
        ...Object.entries(medians).map(([title, ms]) => [title, printNumber(ms)]),
      ]),
    ].join('\n\n')
  })
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex')

/** Ten years of writes through the server. */
async function measureWritten(databaseUrl: string): Promise<string> {
  const table: string[][] = []
  let packed = ''
  await withTemplates(files, { databaseUrl, port, signal, isProfiled: false }, async () => {
    await writeImages()
    const began = performance.now()
    const isLate = () => performance.now() - began > minutes * 60_000
    for (let year = 0; year < years && !isLate(); year++) {
      const from = written
      const yearBegan = performance.now()
      const isOver = () => written - from >= changes / years || isLate()
      await Promise.all(
        Array.from({ length: jobs }, async () => {
          while (!isOver()) await report(year)
        }),
      )
      const rate = (1_000 * (written - from)) / (performance.now() - yearBegan)
      // What was written settles.
      await sleep(2_000, undefined, { signal })
      const { rows, bytes, changes: count, changeBytes } = await measureSizes(databaseUrl)
      const medians = await measure(queries)
      table.push(
        [year + 1, count, rate, rows, bytes / rows, changeBytes / count, ...Object.values(medians)].map(printNumber),
      )
      console.log(table.at(-1)?.join('\t'))
    }
    await withClient(databaseUrl, (client) => client.query('vacuum full registry_object'))
    const { rows, bytes } = await measureSizes(databaseUrl)
    packed = `${printNumber(bytes / rows)} bytes an object after "vacuum full"`
  })
  return [
    `${printNumber(objects)} objects and ${printNumber(changes)} changes were asked for; ${printNumber(written)} results were written; ${packed}.`,
    printTable([
      [
        'year',
        'changes',
        'results a second',
        'objects',
        'bytes an object',
        'bytes a change',
        ...Object.keys(queries).map((title) => `${title}, ms`),
      ],
      ...table,
    ]),
  ].join('\n\n')
}

const name = 'registry_bench_years'
const server = await openDatabaseServer()
try {
  const databaseUrl = await server.create(name)
  console.log(await (values.stored ? measureStored(databaseUrl) : measureWritten(databaseUrl)))
  await server.drop(name)
} finally {
  await server.stop()
}
