import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram } from './run-program.ts'

/** What a postmaster (PostgreSQL's first process) writes to `postmaster.pid` in its data directory. */
export interface PostmasterFile {
  readonly pid: number
  readonly port: number
  readonly socketDirectory: string
}

/** The postmaster that runs on a data directory, if any. */
export async function findRunningPostmaster(directory: string): Promise<PostmasterFile | undefined> {
  const file = await loadPostmasterFile(directory)
  return file && (await isPostmasterOf(directory, file.pid)) ? file : undefined
}

/**
 * Removes the `postmaster.pid` of a dead postmaster whose process id now belongs to another process (which happens when a
 * container restarts). PostgreSQL would mistake that process for the postmaster and refuse to start.
 */
export async function removeStalePostmasterFile(directory: string): Promise<void> {
  const file = await loadPostmasterFile(directory)
  if (file === undefined || (await isPostmasterOf(directory, file.pid))) return
  if ((await loadPostmasterFile(directory))?.pid === file.pid)
    await rm(join(directory, 'postmaster.pid'), { force: true })
}

/**
 * Whether a process is the running postmaster of a data directory. On Linux, this checks its working directory; elsewhere,
 * only its name.
 */
export async function isPostmasterOf(directory: string, pid: number): Promise<boolean> {
  if (process.platform !== 'linux') {
    const command = await runProgram('/bin/ps', ['-o', 'comm=', '-p', String(pid)], { account: undefined }).catch(
      () => '',
    )
    return command.trim().endsWith('postgres')
  }
  try {
    const [status, cwd, data] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      stat(`/proc/${pid}/cwd`),
      stat(directory),
    ])
    const state = status.slice(status.lastIndexOf(')') + 2)[0]
    return state !== 'Z' && state !== 'X' && cwd.dev === data.dev && cwd.ino === data.ino
  } catch {
    // The process has ended, is a zombie, or belongs to another user. The postmaster belongs to the directory's owner, and we run as that user or as root.
    return false
  }
}

/** Its lines: pid, data directory, start time, port, socket directory, address, shared memory, status. */
async function loadPostmasterFile(directory: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(directory, 'postmaster.pid'), 'utf8').catch(() => '')
  const [pid, , , port, socketDirectory] = text.split('\n')
  if (!(Number(pid) > 0)) return undefined
  return { pid: Number(pid), port: Number(port ?? 0), socketDirectory: socketDirectory ?? '' }
}
