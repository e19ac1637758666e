/**
 * Requests a second with 16 connections: the registry beside a hand-written endpoint, on one PostgreSQL, in turns.
 * Prints the median of each and their ratio. Compile first: npm run build && npx tsx bench/requests.ts
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { pino } from 'pino'
import { createEmbeddedPostgres } from '../src/store/embedded-postgres.ts'
import { printConnectionUrl } from '../test/support/test-connection.ts'

const rounds = 5
const seconds = 4
const objects = 20_000
const ports = { registry: 4_310, raw: 4_311 }

const folder = await mkdtemp(join(tmpdir(), 'registry-bench-'))
const postgres = await createEmbeddedPostgres({ dataDir: folder, logger: pino({ level: 'warn' }) })
const children: ChildProcess[] = []
try {
  const env = { ...process.env, DATABASE_URL: printConnectionUrl(postgres.connection), LOG_LEVEL: 'warn' }
  children.push(
    spawn(process.execPath, ['dist/main.js'], { env: { ...env, PORT: String(ports.registry) }, stdio: 'inherit' }),
  )
  children.push(
    spawn(process.execPath, ['--import', 'tsx', 'bench/raw-endpoint.ts'], {
      env: { ...env, PORT: String(ports.raw) },
      stdio: 'inherit',
    }),
  )
  await waitFor(`http://127.0.0.1:${ports.registry}/readyz`)
  await load()

  const graphql = (query: string, variables: () => object) => ({
    url: `http://127.0.0.1:${ports.registry}/graphql`,
    body: () => JSON.stringify({ query, variables: variables() }),
  })
  const some = () => `image ${Math.floor(Math.random() * objects)}`
  const workloads = {
    'list of 100 objects': {
      registry: graphql('{ images { nodes { name distr version lts } } }', () => ({})),
      raw: { url: `http://127.0.0.1:${ports.raw}/list`, body: () => '' },
    },
    'upsert of one object': {
      registry: graphql(
        'mutation ($input: ImageInput!) { upsertImage(input: $input) { outcome image { _meta { version } } } }',
        () => ({
          input: { name: some(), kernel: String(Math.random()) },
        }),
      ),
      raw: { url: `http://127.0.0.1:${ports.raw}/upsert`, body: () => JSON.stringify([some(), String(Math.random())]) },
    },
  }
  for (const [name, contenders] of Object.entries(workloads)) {
    const figures: { registry: number[]; raw: number[] } = { registry: [], raw: [] }
    for (const contender of ['registry', 'raw'] as const) await measure(contenders[contender], 2)
    for (let round = 0; round < rounds; round++) {
      for (const contender of ['registry', 'raw'] as const)
        figures[contender].push(await measure(contenders[contender], seconds))
    }
    const [registry, raw] = [median(figures.registry), median(figures.raw)]
    console.log(
      `${name}: registry ${print(figures.registry)}, raw ${print(figures.raw)} requests a second, ratio ${(registry / raw).toFixed(2)}`,
    )
  }
} finally {
  for (const child of children) {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
  }
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}

async function load(): Promise<void> {
  for (let start = 0; start < objects; start += 2_000) {
    const input = Array.from({ length: 2_000 }, (_, i) => ({
      name: `image ${start + i}`,
      distr: 'ubuntu',
      version: '20.04',
      lts: true,
    }))
    const response = await fetch(`http://127.0.0.1:${ports.registry}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: 'mutation ($input: [ImageInput!]!) { upsertImages(input: $input) { created } }',
        variables: { input },
      }),
    })
    const answer = (await response.json()) as { errors?: unknown }
    if (answer.errors) throw new Error(JSON.stringify(answer.errors))
  }
}

async function measure({ url, body }: { url: string; body: () => string }, duration: number): Promise<number> {
  const result = await autocannon({
    url,
    connections: 16,
    duration,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    requests: [{ setupRequest: (request) => ({ ...request, body: body() }) }],
  })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed`)
  return result.requests.average
}

async function waitFor(url: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if ((await fetch(url).catch(() => undefined))?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${url} does not answer`)
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function print(values: readonly number[]): string {
  return `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)})`
}
