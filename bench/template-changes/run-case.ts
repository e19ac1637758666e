import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { contenders } from '../contenders.ts'
import type { Measurement } from '../measure.ts'
import { withClient } from '../open-database-server.ts'
import { type RunningServer, startServer } from '../start-server.ts'
import { type Case, former } from './cases.ts'
import { startTraffic } from './traffic.ts'

type Files = Readonly<Record<string, string>>

interface Phase {
  readonly writers: Measurement
  readonly reader: Measurement
}

/** Times in seconds. */
export interface Result {
  readonly title: string
  /** From the start of the newer server until it serves its templates, or until there is a plan. */
  readonly served: number
  /** From there until nothing is left to be done in the background. */
  readonly finished: number
  /** For how long no server took writes of what gets other keys. */
  readonly refused: number
  readonly before: Phase
  readonly during: Phase
  readonly after: Phase
}

export interface Setup {
  readonly databaseUrl: string
  readonly objects: number
  /** How long traffic is measured without a change. */
  readonly seconds: number
  /** Writes a second, and as many reads. Undefined: as many as there can be. */
  readonly perSecond?: number | undefined
  readonly port: number
  /** Writes CPU profiles of the newer server into bench/profiles. */
  readonly isProfiled: boolean
  readonly signal: AbortSignal
}

/** Starts a server with these templates, runs the work, and ends the server. */
export async function withTemplates<Out>(
  files: Files,
  { databaseUrl, port, signal, isProfiled }: Omit<Setup, 'objects' | 'seconds' | 'perSecond'>,
  work: (server: RunningServer) => Promise<Out>,
  consent = '',
): Promise<Out> {
  const folder = await mkdtemp(join(tmpdir(), 'registry-bench-templates-'))
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
    const contender = { ...contenders.registry, env: { TEMPLATES_DIR: folder, ACCEPT_TEMPLATES: consent } }
    const nodeArguments = isProfiled ? ['--cpu-prof', '--cpu-prof-dir=bench/profiles'] : []
    const server = await startServer(contender, { port, databaseUrl, nodeArguments, patience: 1_200, signal })
    try {
      return await work(server)
    } finally {
      await server.stop()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Measures traffic on a server with the former templates without a change, during it, and without it again. */
export async function runCase(one: Case, setup: Setup): Promise<Result> {
  const { databaseUrl, objects, perSecond, seconds, port, signal } = setup
  const { title, files, isPlanOnly = false, endsWriters = false } = one
  const pause = () => sleep(1_000 * seconds, undefined, { signal })
  return withTemplates(former, { ...setup, isProfiled: false }, async (older) => {
    const digest = isPlanOnly ? '' : await requestPlan(port, files)
    const traffic = startTraffic(older.port, { objects, perSecond, mayBeRefused: endsWriters })
    try {
      // Caches fill, and code is compiled.
      await sleep(2_000, undefined, { signal })
      traffic.cut()
      await pause()
      const before = traffic.cut()
      const started = performance.now()
      if (isPlanOnly) {
        await requestPlan(port, files)
        const served = (performance.now() - started) / 1_000
        const during = traffic.cut()
        await pause()
        return { title, served, finished: 0, refused: 0, before, during, after: traffic.cut() }
      }
      const newer = { ...setup, port: port + 1 }
      return await withTemplates(
        files,
        newer,
        (server) =>
          withClient(databaseUrl, async (client) => {
            const schema = await schemaOf(older.port)
            while (files !== former && (await schemaOf(server.port)) === schema) await sleep(20, undefined, { signal })
            const now = performance.now()
            const served = (now - started) / 1_000
            const refused = (now - (traffic.refusedAt() ?? now)) / 1_000
            await until(
              client,
              'select from registry_work having bool_and(finished_at is not null) is not false',
              signal,
            )
            const finished = (performance.now() - started) / 1_000 - served
            const during = traffic.cut()
            const later = endsWriters ? startTraffic(server.port, { objects, perSecond, templates: 'rekey' }) : traffic
            try {
              await pause()
              return { title, served, finished, refused, before, during, after: later.cut() }
            } finally {
              if (later !== traffic) await later.stop()
            }
          }),
        digest,
      )
    } finally {
      await traffic.stop()
    }
  })
}

/** The hash of the schema that a server serves. */
async function schemaOf(port: number): Promise<string | null> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql?query={__typename}`, {
    headers: { accept: 'application/json' },
  })
  await response.arrayBuffer()
  return response.headers.get('x-registry-schema')
}

/** Until the query returns a row. */
async function until(client: pg.Client, query: string, signal: AbortSignal): Promise<void> {
  while ((await client.query(query)).rowCount === 0) await sleep(20, undefined, { signal })
}

/** Plans through a running server; returns the digest. */
async function requestPlan(port: number, files: Files): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: 'query ($files: [TemplateFile!]!) { templatePlan(files: $files) { digest entries { effect objects } } }',
      variables: { files: Object.entries(files).map(([name, text]) => ({ name, text })) },
    }),
  })
  const { data, errors } = (await answer.json()) as { data?: { templatePlan: { digest: string } }; errors?: unknown }
  if (!data?.templatePlan) throw new Error(JSON.stringify(errors))
  return data.templatePlan.digest
}
