import { spawn } from 'node:child_process'
import { totalmem } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Account } from './account.ts'
import type { PostgresPrograms } from './postgres-programs.ts'
import { dataDirectoryOptions, programEnvironment } from './run-program.ts'
import { socketPort } from './socket-directory.ts'

/** A postmaster (PostgreSQL's first process) that is our child. */
export interface Postmaster {
  /** How it ended, in words. Never rejects. */
  readonly exited: Promise<string>
  hasExited(): boolean
  stop(): Promise<void>
}

/** The signals that stop a postmaster, the gentlest first, and how long each may take, in milliseconds. */
const shutdownSteps = [
  { signal: 'SIGINT', patience: 15_000 },
  { signal: 'SIGQUIT', patience: 5_000 },
  { signal: 'SIGKILL', patience: 5_000 },
] as const

const settings = (socketDirectory: string): Record<string, string> => ({
  listen_addresses: '',
  unix_socket_directories: `"${socketDirectory.replaceAll('"', '""')}"`,
  unix_socket_permissions: '0700',
  port: String(socketPort),
  timezone: 'UTC',
  log_timezone: 'UTC',
  // A statement may contain secrets. Its error still reaches our own log through the client.
  log_min_error_statement: 'panic',
  // So that the planner soon has statistics of a freshly filled registry; checking this often costs almost nothing.
  autovacuum_naptime: '10s',
  log_checkpoints: 'off',
  jit: 'off',
  // Batches that take each other's unique values wait so long for each deadlock, one after the other; PostgreSQL's second adds up.
  deadlock_timeout: '50ms',
  // A search among 500 templates takes some 4,500 locks while it is planned; all connections together have 100 times this.
  max_locks_per_transaction: '512',
  shared_buffers: `${sharedMegabytes()}MB`,
})

/** An eighth of the memory that there is, within bounds: PostgreSQL's own 128 MB hold the indexes of a few 100,000 objects. It is used as needed. */
function sharedMegabytes(): number {
  const constrained = process.constrainedMemory()
  const bytes = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem()
  return Math.min(Math.max(Math.floor(bytes / 8 / 2 ** 20), 128), 1_024)
}

/** Starts PostgreSQL in its own session, so that the terminal's Ctrl-C does not reach it: the server decides when it ends. */
export function spawnPostmaster(options: {
  readonly directory: string
  readonly socketDirectory: string
  readonly programs: PostgresPrograms
  readonly account: Account | undefined
  /** A file descriptor, because a pipe would break when the server ends. */
  readonly output: number
}): Postmaster {
  const { directory, socketDirectory, programs, account, output } = options
  const { cwd, argument } = dataDirectoryOptions(directory, account)
  const flags = Object.entries(settings(socketDirectory)).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(programs.postgres, ['-D', argument, ...flags], {
    ...account,
    cwd,
    env: programEnvironment,
    detached: true,
    stdio: ['ignore', output, output],
  })
  let hasExited = false
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`))
  }).finally(() => {
    hasExited = true
  })
  return {
    exited,
    hasExited: () => hasExited,
    stop: () => stopPostmaster(child.kill.bind(child), () => hasExited),
  }
}

/** Stops a postmaster, step by step. `isOver` says whether the process is no longer that postmaster. */
export async function stopPostmaster(
  send: (signal: NodeJS.Signals) => void,
  isOver: () => boolean | Promise<boolean>,
): Promise<void> {
  for (const { signal, patience } of shutdownSteps) {
    if (await isOver()) return
    send(signal)
    for (const end = Date.now() + patience; Date.now() < end; ) {
      if (await isOver()) return
      await sleep(10)
    }
  }
}
