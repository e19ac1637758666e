import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

/** The registry as a separate process, as `npm start` runs it. */
export interface RegistryProcess {
  readonly child: ChildProcess
  /** Resolves with the URL of its GraphQL endpoint when it listens; rejects, with its output, if it ends before. */
  readonly listening: Promise<string>
  /** Resolves when it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  readonly stdout: () => string
  readonly stderr: () => string
  /** Resolves with the URL when `/readyz` is 200. */
  ready(): Promise<string>
  /** Ends it in any state. */
  stop(): Promise<void>
}

const running = new Set<RegistryProcess>()

/** Starts the registry: the build of this run, an installed program, or a script in TypeScript; with `options`, in another folder and as another user. */
export function startProcess(
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [resolve('dist/main.js')],
  options?: { readonly cwd: string; readonly uid?: number; readonly gid?: number },
): RegistryProcess {
  const loader = args[0]?.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : []
  const child = spawn(process.execPath, [...loader, ...args], {
    ...options,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      TMPDIR: process.env['TMPDIR'] ?? '/tmp',
      PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  const ended = once(child, 'close').then(
    ([code, signal]) => ({ code, signal }) as { code: number | null; signal: NodeJS.Signals | null },
  )
  const listening = new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const url = /listening on (http:[^"]+)"/.exec(out)?.[1]
      if (url) resolve(url)
    })
    ended.then(({ code }) => reject(new Error(`ended with ${code}\n${out}\n${err}`)))
  })
  listening.catch(() => undefined)
  const registry: RegistryProcess = {
    child,
    listening,
    ended,
    stdout: () => out,
    stderr: () => err,
    async ready() {
      const url = await listening
      for (;;) {
        const response = await fetch(new URL('/readyz', url)).catch(() => undefined)
        if (response?.ok) return url
        if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}\n${err}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    async stop() {
      child.kill('SIGTERM')
      // A test may have stopped it.
      child.kill('SIGCONT')
      await ended
    },
  }
  running.add(registry)
  ended.then(() => running.delete(registry))
  return registry
}

/** For `afterEach`: no test leaves a server behind. */
export async function stopProcesses(): Promise<void> {
  await Promise.all([...running].map((registry) => registry.stop()))
}

/** Sends an operation that must succeed, and returns its data. */
// biome-ignore lint/suspicious/noExplicitAny: what a test expects of the data, it asserts
export async function ask(url: string, query: string, variables?: object): Promise<any> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const answer = (await response.json()) as { data?: unknown; errors?: unknown }
  if (answer.errors) throw new Error(JSON.stringify(answer.errors))
  return answer.data
}
