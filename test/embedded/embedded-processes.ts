import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Account } from '../../src/embedded/account.ts'
import type { PostgresConnection } from '../../src/embedded/connect-to-postmaster.ts'
import { runProgram } from '../../src/embedded/run-program.ts'

const program = fileURLToPath(new URL('embedded-server.ts', import.meta.url))

/** A running `embedded-server.ts`. */
export interface ServerProcess {
  readonly child: ChildProcess
  /** What it printed so far. */
  readonly lines: readonly string[]
  /** Resolves to undefined if it ended instead. */
  readonly started: Promise<PostgresConnection | undefined>
  readonly ended: Promise<{ readonly code: number | null; readonly errors: string }>
}

export function spawnServer(
  dataDir: string,
  options: { readonly mode?: 'write'; readonly uid?: number; readonly gid?: number; readonly tmp?: string } = {},
): ServerProcess {
  const { mode, uid, gid, tmp } = options
  const child = spawn(process.execPath, ['--import', 'tsx', program, dataDir, ...(mode ? [mode] : [])], {
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
    env: { ...process.env, ...(tmp && { TMPDIR: tmp }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const closed = once(child, 'close')
  const started = new Promise<PostgresConnection | undefined>((resolve) => {
    createInterface(child.stdout).on('line', (line) => {
      if (lines.push(line) === 1) resolve(JSON.parse(line))
    })
    void closed.then(() => resolve(undefined))
  })
  return { child, lines, started, ended: closed.then(([code]) => ({ code: code as number | null, errors })) }
}

/** Whether an ordinary user can run the program: not if the checkout is in a folder only root can enter. */
export async function canRunServer(account: Account | undefined): Promise<boolean> {
  return await runProgram('/bin/cat', [program], { account }).then(
    () => true,
    () => false,
  )
}

/** The processes, zombies excepted, that work in a folder. A postmaster works in its data directory. */
export async function listProcessesIn(directory: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    pids.map(async (pid) => {
      const cwd = await readlink(join('/proc', pid, 'cwd')).catch(() => '')
      return cwd.startsWith(directory) ? Number(pid) : undefined
    }),
  )
  return found.filter((pid) => pid !== undefined)
}

export async function loadPostmasterPid(dataDir: string): Promise<number> {
  const text = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')
  return Number(text.split('\n')[0])
}
