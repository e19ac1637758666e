import { readdir, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ConfigError } from '../errors.ts'
import { isCluster } from './create-cluster.ts'
import { InUseError } from './in-use-error.ts'
import { findRunningPostmaster } from './postmaster-file.ts'

/**
 * Renames a cluster that another one is to replace, unless a server has started on it. Returns its new name,
 * `postgres.<reason>-<time>`.
 */
export async function setAside(directory: string, reason: 'replaced' | `version-${string}`): Promise<string> {
  const time = new Date().toISOString().replaceAll(':', '').slice(0, 17)
  const former = `${directory}.${reason}-${time}`
  await rename(directory, former)
  // PostgreSQL is found by the folder that it works in, which keeps being this one.
  if (await findRunningPostmaster(former)) {
    await rename(former, directory)
    throw new InUseError(directory, 'Stop it first.')
  }
  return former
}

/**
 * Between the renaming of a cluster and that of its successor, an interrupted restore or upgrade leaves none. A start that made an empty
 * one then would look like a loss.
 *
 * @throws ConfigError if `directory` is no cluster, and clusters that were set aside are beside it
 */
export async function assertNotInterrupted(directory: string): Promise<void> {
  if (isCluster(directory)) return
  const prefix = `${basename(directory)}.`
  const names = await readdir(dirname(directory)).catch(() => [])
  const aside = names
    .filter((name) => name.startsWith(prefix) && /^(replaced|version-\d+)-/.test(name.slice(prefix.length)))
    .sort((one, other) => (timeOf(one) < timeOf(other) ? 1 : -1))
    .map((name) => join(dirname(directory), name))
    .filter(isCluster)
  const [newest, ...older] = aside
  if (newest === undefined) return
  const others = older.length > 0 ? ` (the newest; older ones are in ${older.join(', ')})` : ''
  throw new ConfigError(
    `There are no data in ${directory}, but in ${newest}${others}: a restore or an upgrade was interrupted at its end, or somebody removed the data. ` +
      `Take those up again with: mv ${JSON.stringify(newest)} ${JSON.stringify(directory)}\nTo begin with an empty registry, move them elsewhere.`,
  )
}

/** When a cluster was set aside, from its name: times order as they follow each other, whatever the reasons before them. */
function timeOf(name: string): string {
  return name.replace(/^.*?\.(replaced|version-\d+)-/, '')
}
