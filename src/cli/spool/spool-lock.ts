import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeFolders } from '../../make-folders.ts'
import { spoolFolder } from './spool.ts'

/** How long another machine's lock may be unchanged before it counts as left over; in milliseconds. */
const patience = 60_000

/**
 * Runs the function while no other process sends from this spool: two at once could send a newer write before an older one.
 * Undefined if another process holds the lock for longer than `timeout` milliseconds.
 */
export async function withSpoolLock<Result>(timeout: number, run: () => Promise<Result>): Promise<Result | undefined> {
  const folder = spoolFolder()
  const lock = join(folder, 'lock')
  makeFolders(folder, 0o700)
  const own = JSON.stringify({ pid: process.pid, host: hostname(), time: performance.timeOrigin })
  for (const end = Date.now() + timeout; !(await tryLock(lock, own)); ) {
    if (Date.now() > end) return undefined
    await sleep(50)
  }
  const alive = setInterval(() => utimes(lock, new Date(), new Date()).catch(() => undefined), patience / 6)
  try {
    return await run()
  } finally {
    clearInterval(alive)
    if ((await readLock(lock))?.text === own) await rm(lock, { force: true })
  }
}

async function tryLock(lock: string, own: string): Promise<boolean> {
  try {
    await writeFile(lock, own, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const found = await readLock(lock)
  if (found && isLeftOver(found)) {
    // Rename the lock instead of removing it: only one of the processes that find it left over succeeds, and it can check whether the lock is still the same.
    const moved = `${lock}.${process.pid}`
    await rename(lock, moved).catch(() => undefined)
    const taken = await readLock(moved)
    if (taken && taken.text !== found.text) await rename(moved, lock).catch(() => undefined)
    else await rm(moved, { force: true })
  }
  return false
}

interface FoundLock {
  readonly text: string
  readonly changed: number
}

async function readLock(lock: string): Promise<FoundLock | undefined> {
  try {
    return { text: await readFile(lock, 'utf8'), changed: (await stat(lock)).mtimeMs }
  } catch {
    return undefined
  }
}

function isLeftOver({ text, changed }: FoundLock): boolean {
  if (Date.now() - changed > patience) return true
  try {
    const { pid, host } = JSON.parse(text) as { pid: number; host: string }
    if (host !== hostname()) return false
    process.kill(pid, 0)
    return false
  } catch (error) {
    // ESRCH: there is no such process. A text that is not JSON is still being written.
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
