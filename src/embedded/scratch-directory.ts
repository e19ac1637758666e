import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

const ours = new Set<string>()

/** A directory for work that is renamed into place when it is complete. */
export interface ScratchDirectory {
  readonly path: string
  /** Removes the directory with its contents. */
  remove(): Promise<void>
}

/**
 * Creates `<target>.<pid>-<random>`, mode 0700, next to `target`. First removes such directories that killed processes
 * left behind.
 */
export async function createScratchDirectory(target: string): Promise<ScratchDirectory> {
  const parent = dirname(target)
  const prefix = `${basename(target)}.`
  for (const name of await readdir(parent)) {
    if (name.startsWith(prefix) && isAbandoned(name.slice(prefix.length))) await removeDirectory(join(parent, name))
  }
  const path = await mkdtemp(`${target}.${process.pid}-`)
  ours.add(basename(path))
  return {
    path,
    async remove() {
      await removeDirectory(path)
      ours.delete(basename(path))
    },
  }

  function isAbandoned(suffix: string): boolean {
    const pid = /^(\d+)-\w{6}$/.exec(suffix)?.[1]
    if (pid === undefined) return false
    return Number(pid) === process.pid ? !ours.has(prefix + suffix) : !isProcess(Number(pid))
  }
}

/** Removes a directory if possible. A program that outlived its killed parent may still be writing there; then a later start removes it. */
async function removeDirectory(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY') throw error
  })
}

function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
