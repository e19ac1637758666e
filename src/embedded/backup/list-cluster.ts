import { readdir } from 'node:fs/promises'
import { join, posix } from 'node:path'

/** What stands in a cluster's folder, by paths from it. */
export interface ClusterListing {
  /** Those above before those inside. */
  readonly directories: readonly string[]
  readonly files: readonly string[]
}

/** Folders whose contents PostgreSQL makes anew at a start, or which hold what only the running PostgreSQL has. */
const emptied = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
])

/** Files of the running PostgreSQL, and `pg_control`, which is copied by itself. */
const left = new Set([
  'postmaster.pid',
  'postmaster.opts',
  'backup_label',
  'backup_label.old',
  'tablespace_map',
  'tablespace_map.old',
  'postgresql.auto.conf.tmp',
  'global/pg_control',
])

/** The names of temporary files: `pgsql_tmp…`, and the relation cache, which is made anew. */
const temporary = /^(pgsql_tmp|pg_internal\.init)/

/** The files that a backup of a running cluster is to hold, except its log and `pg_control`. They are what `pg_basebackup` takes. */
export async function listCluster(directory: string): Promise<ClusterListing> {
  const directories: string[] = []
  const files: string[] = []
  const visit = async (path: string): Promise<void> => {
    const entries = await readdir(join(directory, path), { withFileTypes: true }).catch(ignoreMissing)
    for (const entry of entries) {
      const name = posix.join(path, entry.name)
      if (temporary.test(entry.name) || left.has(name)) continue
      // An operator may have put pg_wal on another disk, behind a link.
      if (entry.isDirectory() || emptied.has(name)) {
        directories.push(name)
        if (!emptied.has(name)) await visit(name)
      } else if (entry.isFile()) files.push(name)
    }
  }
  await visit('')
  return { directories: [...directories, 'pg_wal/archive_status'], files }
}

/** PostgreSQL drops the folder of a database while it is listed. */
function ignoreMissing(error: NodeJS.ErrnoException): [] {
  if (error.code !== 'ENOENT') throw error
  return []
}
