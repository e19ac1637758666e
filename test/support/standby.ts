import { chmod, chown, copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import { findAccount, giveDirectory } from '../../src/embedded/account.ts'
import { connectToPostmaster } from '../../src/embedded/connect-to-postmaster.ts'
import { createEmbeddedPostgres, type EmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts'
import { openPostgresLog } from '../../src/embedded/postgres-log.ts'
import { findPostgresPrograms } from '../../src/embedded/postgres-programs.ts'
import { spawnPostmaster } from '../../src/embedded/postmaster.ts'
import { createSocketDirectory } from '../../src/embedded/socket-directory.ts'
import { parseConnectionUrl, printConnectionUrl, type TestConnection } from './test-connection.ts'
import { createWatchedFolder } from './watch-over.ts'

const logger = pino({ level: 'warn' }, pino.destination(2))

/** A PostgreSQL with an empty database, of which standbys can be made. */
export interface Primary {
  /** The superuser's. */
  readonly connection: TestConnection
  /** Of the role without rights that a registry uses. */
  readonly url: string
  readonly directory: string
  readonly stop: () => Promise<void>
}

/** A PostgreSQL that replays the log of another one. */
export interface Standby {
  /** To the same database as that of the primary, of the same role. */
  readonly connection: TestConnection
  readonly url: string
  /** Runs SQL on it: `select pg_wal_replay_pause()` makes it late. */
  readonly sql: (text: string) => Promise<pg.QueryResultRow[]>
  readonly stop: () => Promise<void>
}

/** Starts an embedded PostgreSQL of its own. */
export async function startPrimary(): Promise<Primary> {
  const dataDir = createWatchedFolder('registry-test-')
  const postgres: EmbeddedPostgres = await createEmbeddedPostgres({ dataDir, logger })
  return {
    connection: postgres.superuser,
    url: printConnectionUrl(postgres.connection),
    directory: join(dataDir, 'postgres'),
    async stop() {
      await postgres.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Makes a standby of a running primary, from a base backup: PostgreSQL's programs in the packages bring none that does. */
export async function startStandby(primary: Pick<Primary, 'connection' | 'url' | 'directory'>): Promise<Standby> {
  const dataDir = createWatchedFolder('registry-test-')
  const directory = join(dataDir, 'postgres')
  const account = await findAccount([primary.directory])
  await mkdir(directory, { mode: 0o700 })
  await backUp(primary, directory)
  const { host, port, user, password, database } = primary.connection
  const from = `host=${host} port=${port} user=${user} password=${password}`
  await writeFile(join(directory, 'postgresql.auto.conf'), `primary_conninfo = '${from}'\nhot_standby = on\n`)
  await writeFile(join(directory, 'standby.signal'), '')
  if (account) await giveDirectory(directory, account)
  if (account) await chown(dataDir, account.uid, account.gid)
  const programs = await findPostgresPrograms({ account, dataDir })
  const sockets = await createSocketDirectory(directory, account)
  const log = await openPostgresLog(dataDir, account)
  const connection: TestConnection = { host: sockets.path, port: 5432, user, password, database, ssl: false }
  const postmaster = spawnPostmaster({
    ...{ directory, programs, account },
    socketDirectory: sockets.path,
    output: log.descriptor,
  })
  const stop = async () => {
    await postmaster.stop()
    await log.close()
    await sockets.remove()
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    const isAlive = () => !postmaster.hasExited()
    const session = await connectToPostmaster({ connection, isAlive, logger, patience: 60_000 })
    if (!session) throw new Error(`the standby ended: ${await log.loadTail()}`)
    await session.client.end()
  } catch (error) {
    await stop()
    throw error
  }
  return {
    connection,
    url: printConnectionUrl({ ...parseConnectionUrl(primary.url), host: sockets.path }),
    stop,
    async sql(text) {
      const client = new pg.Client(connection)
      await client.connect()
      try {
        return (await client.query(text)).rows
      } finally {
        await client.end()
      }
    },
  }
}

/** Chapter 25.3.3 of PostgreSQL's manual: a base backup by the API, in one session from start to stop. */
async function backUp({ connection, directory }: Pick<Primary, 'connection' | 'directory'>, target: string) {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    // Another backup's checkpoint would otherwise remove what this standby has yet to fetch.
    await client.query("alter system set wal_keep_size = '1GB'")
    await client.query('select pg_reload_conf()')
    await client.query("select pg_backup_start('a standby', true)")
    await copyCluster(directory, target)
    const { rows } = await client.query('select labelfile from pg_backup_stop(false)')
    await writeFile(join(target, 'backup_label'), rows[0].labelfile)
  } finally {
    await client.end()
  }
}

/** The log is streamed instead; the others belong to the server that runs. */
const leftOut = /^(pg_wal|pg_replslot|pg_stat_tmp|pg_dynshmem|pg_notify)\/|^postmaster\.(pid|opts)$|(^|\/)pgsql_tmp/

async function copyCluster(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(from.length + 1)
    if (leftOut.test(path)) continue
    const copy = join(to, path)
    if (entry.isDirectory()) await mkdir(copy, { recursive: true, mode: 0o700 })
    else if (entry.isFile()) {
      await mkdir(dirname(copy), { recursive: true, mode: 0o700 })
      // Files come and go meanwhile; the log knows of it.
      await copyFile(join(from, path), copy).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      })
    }
  }
  await chmod(to, 0o700)
}
