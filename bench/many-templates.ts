/**
 * What a registry costs that has many templates: how long its starts take, what asks all templates, and what it keeps. Compile first:
 * npm run build && npx tsx bench/many-templates.ts [--templates 5,500] [--objects 5000] [--rounds 3] [--revisions .,../other] [--profile]
 * Each column is a number of templates in one of the clones; the columns take turns, and the last two are compared.
 */

import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Fleet, makeFleet } from './many-templates/fleet.ts'
import { measureRequests } from './many-templates/measure-requests.ts'
import { type RegistryProcess, startRegistry } from './many-templates/registry-process.ts'
import { printNumber, printTable } from './print-table.ts'
import { createStopSignal } from './stop-signal.ts'

const { values } = parseArgs({
  options: {
    templates: { type: 'string', default: '5,500' },
    objects: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '3' },
    revisions: { type: 'string', default: '.' },
    profile: { type: 'boolean', default: false },
  },
})

interface Column {
  readonly title: string
  readonly revision: string
  readonly fleet: Fleet
  readonly folder: string
  readonly figures: Map<string, number[]>
}

const port = await findPort()
const signal = createStopSignal()
const folder = await mkdtemp(join(tmpdir(), 'registry-bench-'))
try {
  const columns = await Promise.all(
    values.revisions.split(',').flatMap((revision, i) =>
      values.templates.split(',').map(async (templates): Promise<Column> => {
        const own = join(folder, `${i}-${templates}`)
        const fleet = makeFleet(Number(templates), Number(values.objects))
        await mkdir(join(own, 'templates'), { recursive: true })
        for (const [name, text] of Object.entries(fleet.files)) await writeFile(join(own, 'templates', name), text)
        const title = `${templates} templates${revision === '.' ? '' : `, ${revision}`}`
        return { title, revision: resolve(revision), fleet, folder: own, figures: new Map() }
      }),
    ),
  )
  for (let round = 0; round < Number(values.rounds); round++)
    for (const column of columns) await measureRound(column, round)
  console.log(printColumns(columns))
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port: free } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return free
}

async function measureRound(column: Column, round: number): Promise<void> {
  const dataDir = join(column.folder, `data-${round}`)
  const note = (what: string, value: number) => {
    column.figures.set(what, [...(column.figures.get(what) ?? []), value])
  }
  await withRegistry(column, dataDir, async (first) => {
    note('first start, s', first.ready.seconds)
    note('its processor time, s', first.ready.processor)
    await write(first, column.fleet)
  })
  await withRegistry(column, dataDir, async (later) => {
    note('later start, s', later.ready.seconds)
    note('its processor time, s ', later.ready.processor)
    await measureRequests(later, column.fleet, note)
  })
  await rm(dataDir, { recursive: true })
}

async function withRegistry(
  { revision, folder: own }: Column,
  dataDir: string,
  work: (registry: RegistryProcess) => Promise<void>,
): Promise<void> {
  const isProfiled = values.profile
  const registry = await startRegistry({
    revision,
    port,
    templatesDir: join(own, 'templates'),
    dataDir,
    isProfiled,
    signal,
  })
  try {
    await work(registry)
  } finally {
    await registry.stop()
  }
}

async function write(registry: RegistryProcess, { writes }: Fleet): Promise<void> {
  for (const { field, type, input } of writes) {
    signal.throwIfAborted()
    await registry.ask(`mutation ($input: [${type}Input!]!) { ${field}(input: $input) { created } }`, { input })
  }
}

function printColumns(columns: readonly Column[]): string {
  const medianOf = (figures: readonly number[]) =>
    [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0
  const [before, last] = [columns.at(-2), columns.at(-1)]
  const rows = [...(columns[0]?.figures.keys() ?? [])].map((what) => {
    const medians = columns.map(({ figures }) => medianOf(figures.get(what) ?? []))
    const ratio = before && last ? [`**${((medians.at(-1) ?? 0) / (medians.at(-2) ?? 1)).toFixed(2)}**`] : []
    return [what.trim(), ...medians.map(printNumber), ...ratio]
  })
  return printTable([['', ...columns.map(({ title }) => title), ...(before && last ? ['ratio'] : [])], ...rows])
}
