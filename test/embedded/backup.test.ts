import { createHash } from 'node:crypto'
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { backUpCluster } from '../../src/embedded/backup/back-up-cluster.ts'
import { loadManifest, writeManifest } from '../../src/embedded/backup/manifest.ts'
import { restoreCluster } from '../../src/embedded/backup/restore-cluster.ts'
import { withRunningCluster } from '../../src/embedded/backup/with-running-cluster.ts'
import type { EmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts'
import { ConfigError } from '../../src/errors.ts'
import { query, useEmbeddedPostgres } from './embedded-fixture.ts'

const fixture = useEmbeddedPostgres()
const logger = pino({ level: 'silent' })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry-backup-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const restore = (backup: string, dataDir: string, replaces = false) =>
  restoreCluster({ backup, dataDir, replaces, logger })

const backUp = ({ superuser }: EmbeddedPostgres, backup: string) =>
  backUpCluster({ cluster: join(fixture.dataDir, 'postgres'), superuser, backup })

/** All that is in the tables of these tests. */
const contents = `select (select md5(string_agg(t::text, ',' order by n)) from kept t), (select count(*)::int from kept)`

test('A backup made while others write has all that was acknowledged before it, and nothing by half.', async () => {
  const postgres = await fixture.open(fixture.newDataDir())
  const { connection } = postgres
  await query(connection, 'create table kept as select n, md5(n::text) as text from generate_series(1, 20000) n')
  await query(connection, 'create table written (n int primary key)')
  await query(connection, 'create table alike (n int primary key)')
  let n = 0
  let isOver = false
  const writing = (async () => {
    while (!isOver) {
      await query(connection, `insert into written values (${++n}); insert into alike values (${n})`)
      if (n % 10 === 0) await query(postgres.superuser, 'checkpoint')
    }
  })().catch((error: unknown) => error)
  await expect.poll(() => n).toBeGreaterThan(3)
  const acknowledged = n - 1
  await backUp(postgres, join(folder, 'busy'))
  isOver = true
  expect(await writing).toBeUndefined()
  const kept = await query(connection, contents)
  await postgres.stop()

  fixture.newDataDir()
  expect(await restore(join(folder, 'busy'), fixture.dataDir)).toMatchObject({ former: undefined, isRead: true })
  expect(await readdir(fixture.dataDir)).toEqual(['postgres'])
  const restored = await fixture.open()
  expect(await query(restored.connection, contents)).toEqual(kept)
  const [[count, greatest, other]] = (await query(
    restored.connection,
    'select count(*)::int, max(n)::int, (select count(*)::int from alike) from written',
  )) as [[number, number, number]]
  expect(count).toBeGreaterThanOrEqual(acknowledged)
  expect([greatest, other]).toEqual([count, count])
})

test('Without a server, PostgreSQL is started for the backup and stopped after it; modes keep others out.', async () => {
  const postgres = await fixture.open(fixture.newDataDir())
  await query(postgres.connection, 'create table kept as select 42 as n')
  await postgres.stop()
  const backup = join(folder, 'alone')
  const { dataDir } = fixture
  const manifest = await withRunningCluster({ dataDir, logger }, ({ directory, superuser }) =>
    backUpCluster({ cluster: directory, superuser, backup }),
  )
  expect(await loadManifest(backup)).toEqual(manifest)
  expect((await readdir(backup)).sort()).toEqual(['postgres', 'registry-backup.json'])
  expect((await stat(join(backup, 'postgres'))).mode & 0o777).toBe(0o700)
  expect((await stat(join(backup, 'postgres/registry.password'))).mode & 0o777).toBe(0o600)
  expect(manifest.files.map(({ path }) => path)).not.toContain('postmaster.pid')
})

test('A restore takes the place of the same data only if it is asked to, keeps them, and never while a server runs.', async () => {
  const postgres = await fixture.open()
  await query(postgres.connection, 'drop table kept')
  const backup = join(folder, 'alone')
  await expect(restore(backup, fixture.dataDir, true)).rejects.toThrow(
    /^Another registry server is using .* Stop it first\.$/,
  )
  await postgres.stop()
  await expect(restore(backup, fixture.dataDir)).rejects.toThrow(/^There are data in .*--replace/)
  const { former } = await restore(backup, fixture.dataDir, true)
  expect(former).toMatch(/postgres\.replaced-[-\dT]+$/)
  const restored = await fixture.open()
  expect(await query(restored.connection, 'select n from kept')).toEqual([[42]])
  await restored.stop()
  expect(await readdir(former ?? '')).toContain('PG_VERSION')
})

test('A backup is not written over a folder, nor into the data, and one that fails leaves nothing.', async () => {
  const cluster = join(fixture.newDataDir(), 'postgres')
  const superuser = { host: fixture.root, port: 1, user: 'none', password: '', database: 'none', ssl: false } as const
  const backUpTo = (backup: string) => backUpCluster({ cluster, superuser, backup })
  await expect(backUpTo(folder)).rejects.toThrow('is there already and is not empty')
  await expect(backUpTo(join(cluster, 'base'))).rejects.toThrow('inside the data')
  const before = await readdir(folder)
  await expect(backUpTo(join(folder, 'failed'))).rejects.toThrow('ENOENT')
  expect(await readdir(folder)).toEqual(before)
})

test('A page that is damaged in a backup whose manifest is right is found, even if an index has all that a count needs.', async () => {
  const { superuser, stop } = await fixture.open(fixture.newDataDir())
  await query(
    superuser,
    'create table counted as select n, repeat(md5(n::text), 20) as text from generate_series(1, 20000) n',
  )
  await query(superuser, 'create index on counted (n)')
  await query(superuser, 'vacuum (freeze, analyze) counted')
  await query(superuser, 'checkpoint')
  const [[path]] = (await query(superuser, `select pg_relation_filepath('counted')`)) as [[string]]
  const backup = join(folder, 'damaged')
  const manifest = await backUpCluster({ cluster: join(fixture.dataDir, 'postgres'), superuser, backup })
  await stop()
  const damaged = await readFile(join(backup, 'postgres', path))
  damaged.fill(0x55, 3 * 8192 + 4096, 3 * 8192 + 4160)
  await writeFile(join(backup, 'postgres', path), damaged)
  const sha256 = createHash('sha256').update(damaged).digest('hex')
  await rm(join(backup, 'registry-backup.json'))
  await writeManifest(backup, {
    ...manifest,
    files: manifest.files.map((file) => (file.path === path ? { ...file, sha256 } : file)),
  })
  await expect(restore(backup, fixture.newDataDir())).rejects.toThrow(/cannot be read by PostgreSQL: invalid page/)
  expect(await readdir(fixture.dataDir)).toEqual([])
})

test('A restore stops the PostgreSQL that a killed server left running.', async () => {
  const server = fixture.serve(fixture.newDataDir())
  await server.started
  server.child.kill('SIGKILL')
  await server.ended
  expect(await restore(join(folder, 'alone'), fixture.dataDir, true)).toMatchObject({ isRead: true })
})

test('A backup after an interrupted restore says where the data are.', async () => {
  const aside = join(fixture.newDataDir(), 'postgres.replaced-2026-11-29T100000')
  await mkdir(aside, { recursive: true })
  await writeFile(join(aside, 'PG_VERSION'), '18\n')
  const { dataDir } = fixture
  await expect(withRunningCluster({ dataDir, logger }, async () => undefined)).rejects.toThrow(`mv "${aside}"`)
})

/** A backup without a PostgreSQL that could be started. */
async function makeSmallBackup(): Promise<string> {
  const backup = await mkdtemp(join(folder, 'small-'))
  await mkdir(join(backup, 'postgres/global'), { recursive: true })
  const files = [
    { path: 'PG_VERSION', contents: '18' },
    { path: 'global/1262', contents: 'some bytes' },
  ]
  for (const { path, contents } of files) await writeFile(join(backup, 'postgres', path), contents)
  await writeManifest(backup, {
    format: 1,
    madeBy: 'registry-store',
    madeAt: '2026-11-29T10:00:00.000Z',
    postgres: '18',
    log: { from: '0/1', to: '0/2' },
    directories: ['global'],
    files: files.map(({ path, contents }) => ({
      path,
      bytes: contents.length,
      sha256: createHash('sha256').update(contents).digest('hex'),
    })),
  })
  return backup
}

test.each([
  ['without its manifest', (at: string) => rm(join(at, 'registry-backup.json')), /is no whole backup: it has no/],
  ['with a manifest cut off', (at: string) => truncate(join(at, 'registry-backup.json'), 300), /is damaged, or/],
  ['with a file cut off', (at: string) => truncate(join(at, 'postgres/global/1262'), 5), /1262 is not as it/],
  ['with a byte too many', (at: string) => appendFile(join(at, 'postgres/global/1262'), ' '), /1262 is not as it/],
  ['without one of its files', (at: string) => rm(join(at, 'postgres/PG_VERSION')), /PG_VERSION is missing/],
  ['with nothing that PostgreSQL can start on', async () => undefined, /^Cannot read the password/],
] as const)('A backup %s is refused, and leaves nothing behind.', async (_, damage, message) => {
  const backup = await makeSmallBackup()
  await damage(backup)
  const error = await restore(backup, fixture.newDataDir()).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(ConfigError)
  expect((error as Error).message).toMatch(message)
  expect(await readdir(fixture.dataDir).catch(() => [])).toEqual([])
})
