import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { useOfTree } from './processor-time.ts'

/** A registry with a PostgreSQL of its own. */
export interface RegistryProcess {
  readonly pid: number
  /** From the start of the process until it is ready: seconds, and seconds of processor time with that of PostgreSQL. */
  readonly ready: { readonly seconds: number; readonly processor: number }
  /** Sends an operation; throws if it has errors. */
  readonly ask: (
    query: string,
    variables?: Readonly<Record<string, unknown>>,
  ) => Promise<Readonly<Record<string, unknown>>>
  /** The text at a path, such as `/schema.graphql`. */
  readonly read: (path: string) => Promise<string>
  /** Waits for its end. */
  readonly stop: () => Promise<void>
}

/** The options of `npm start`. */
const youngSpace = ['--min-semi-space-size=16', '--max-semi-space-size=32', '--no-allocation-site-pretenuring']

/** Starts the registry that is compiled in this folder, and waits until it is ready. */
export async function startRegistry(options: {
  /** A clone in which `npm run build` has run. */
  readonly revision: string
  readonly port: number
  readonly templatesDir: string
  readonly dataDir: string
  /** Writes a CPU profile of the server into bench/profiles when it ends. */
  readonly isProfiled: boolean
  readonly signal: AbortSignal
}): Promise<RegistryProcess> {
  const { revision, port, templatesDir, dataDir, isProfiled, signal } = options
  const started = performance.now()
  const profile = isProfiled ? ['--cpu-prof', `--cpu-prof-dir=${resolve('bench/profiles')}`] : []
  const child = spawn(process.execPath, [...youngSpace, ...profile, 'dist/main.js'], {
    cwd: revision,
    env: {
      ...withoutDatabase(process.env),
      ...{ NODE_ENV: 'production', LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'error', PORT: String(port) },
      ...{ TEMPLATES_DIR: templatesDir, DATA_DIR: dataDir },
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const pid = child.pid ?? 0
  const url = `http://127.0.0.1:${port}`
  try {
    await untilReady(`${url}/readyz`, child, signal)
    const ready = { seconds: (performance.now() - started) / 1_000, processor: (await useOfTree(pid)).seconds }
    return {
      ...{ pid, ready },
      async ask(query, variables) {
        const response = await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query, variables }),
        })
        const { data, errors } = (await response.json()) as { data?: Record<string, unknown>; errors?: unknown }
        if (!data || errors) throw new Error(JSON.stringify(errors).slice(0, 1_000))
        return data
      },
      read: async (path) => (await fetch(url + path)).text(),
      stop: () => stop(child),
    }
  } catch (error) {
    await stop(child)
    throw error
  }
}

function withoutDatabase({ DATABASE_URL: _, ...env }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return env
}

async function untilReady(url: string, child: ChildProcess, signal: AbortSignal): Promise<void> {
  while (child.exitCode === null) {
    signal.throwIfAborted()
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
    await sleep(10)
  }
  throw new Error(`the registry ended with ${child.exitCode}`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const patience = setTimeout(() => child.kill('SIGKILL'), 20_000)
  await exited
  clearTimeout(patience)
}
