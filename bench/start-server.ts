import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Contender, nodes } from './contenders.ts'

export interface RunningServer {
  readonly port: number
  readonly pid: number
  /** Waits for its end. */
  readonly stop: () => Promise<void>
}

/** Starts a contender and waits until it answers, for 30 seconds or `patience`. `nodeArguments` go before the program. */
export async function startServer(
  { title, node, program, env }: Contender,
  options: {
    readonly port: number
    readonly databaseUrl: string
    readonly nodeArguments?: readonly string[]
    readonly patience?: number
    readonly signal?: AbortSignal
  },
): Promise<RunningServer> {
  const child = spawn(nodes[node], [...(options.nodeArguments ?? []), ...program], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: {
      ...process.env,
      NODE_ENV: 'production',
      LOG_LEVEL: 'error',
      ...env,
      DATABASE_URL: options.databaseUrl,
      PORT: String(options.port),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const server = { port: options.port, pid: child.pid ?? 0, stop: () => stop(child) }
  try {
    await waitFor(`http://127.0.0.1:${options.port}/readyz`, child, options.patience ?? 30, options.signal)
    return server
  } catch (error) {
    await server.stop()
    throw new Error(`${title} did not start`, { cause: error })
  }
}

/** 503 means that the registry is still preparing its database. The others do not have this path, but any answer means that they run. */
async function waitFor(
  url: string,
  child: ChildProcess,
  seconds: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (let i = 0; i < seconds * 20 && child.exitCode === null; i++) {
    signal?.throwIfAborted()
    const response = await fetch(url).catch(() => undefined)
    if (response && response.status !== 503) return
    await sleep(50)
  }
  throw new Error(`no answer at ${url}`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const patience = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await exited
  clearTimeout(patience)
}
