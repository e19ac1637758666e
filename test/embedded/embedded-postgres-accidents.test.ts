import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, chown, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { stopLeftOverPostmaster } from '../../src/embedded/replace-left-over.ts'
import { ConfigError } from '../../src/errors.ts'
import { query, untilNoProcessIn, useEmbeddedPostgres } from './embedded-fixture.ts'
import { listProcessesIn, loadPostmasterPid } from './embedded-processes.ts'

const isRoot = process.getuid?.() === 0
const fixture = useEmbeddedPostgres()

test('A server killed while it writes loses nothing it acknowledged, and its PostgreSQL is replaced.', async () => {
  fixture.newDataDir()
  for (let round = 1; round <= 2; round++) {
    const server = fixture.serve(fixture.dataDir, { mode: 'write' })
    const connection = await server.started
    while (server.lines.length < 100 * round) await sleep(5)
    const leftOver = await loadPostmasterPid(fixture.dataDir)
    server.child.kill('SIGKILL')
    await server.ended
    expect(await listProcessesIn(fixture.dataDir)).toContain(leftOver)

    const postgres = await fixture.open()
    expect(await loadPostmasterPid(fixture.dataDir)).not.toBe(leftOver)
    await expect(access(connection?.host ?? '')).rejects.toThrow('ENOENT')
    const [row] = await query(postgres.connection, 'select count(*)::int, max(n)::int from written')
    const acknowledged = Number(server.lines.at(-1))
    expect((row as number[])[0]).toBeGreaterThanOrEqual(acknowledged)
    expect((row as number[])[0]).toBe((row as number[])[1])
    await query(postgres.connection, 'drop table written')
    await postgres.stop()
  }
})

test('A server killed together with its PostgreSQL is followed by one that recovers.', async () => {
  const server = fixture.serve(fixture.newDataDir(), { mode: 'write' })
  await server.started
  while (server.lines.length < 50) await sleep(5)
  const postmaster = await loadPostmasterPid(fixture.dataDir)
  server.child.kill('SIGKILL')
  process.kill(postmaster, 'SIGKILL')
  const postgres = await fixture.open()
  const [row] = await query(postgres.connection, 'select count(*)::int from written')
  expect((row as number[])[0]).toBeGreaterThanOrEqual(Number(server.lines.at(-1)))
})

test('A second server is told that another one uses the folder, and the first goes on.', async () => {
  const { connection } = await fixture.open(fixture.newDataDir())
  const { code, errors } = await fixture.serve().ended
  expect(code).toBe(1)
  expect(errors).toBe(
    `ConfigError: Another registry server is using ${fixture.dataDir}/postgres. Stop it, or give this one another DATA_DIR (or a DATABASE_URL).\n`,
  )
  expect(await query(connection, 'select 1')).toEqual([[1]])
})

test('Of four servers started at once on a new folder, one runs and the others are told.', async () => {
  fixture.newDataDir()
  const four = [1, 2, 3, 4].map(() => fixture.serve())
  const connections = await Promise.all(four.map((server) => server.started))
  const running = connections.filter((connection) => connection !== undefined)
  expect(running).toHaveLength(1)
  for (const [index, connection] of connections.entries()) {
    if (connection !== undefined) expect(await query(connection, 'select 1')).toEqual([[1]])
    else expect((await four[index]?.ended)?.errors).toMatch(/^ConfigError: Another registry server is using /)
  }
})

test('A start goes on when another one stops the PostgreSQL that it asks, and it is told so between two statements.', async () => {
  const { superuser } = await fixture.open(fixture.newDataDir())
  const directory = join(fixture.dataDir, 'postgres')
  const logger = pino({ level: 'silent' })
  const asking = expect(
    stopLeftOverPostmaster({ directory, connection: superuser, logger, signal: undefined }),
  ).resolves.toBe(undefined)
  const asked = `from pg_stat_activity where query like '%pg_try_advisory_lock%' and state = 'idle' and pid <> pg_backend_pid()`
  for (let pids: unknown[] = []; pids.length === 0; pids = await query(superuser, `select pid ${asked}`)) await sleep(5)
  await query(superuser, `select pg_terminate_backend(pid) ${asked}`)
  await sleep(100)
  process.kill(await loadPostmasterPid(fixture.dataDir), 'SIGINT')
  await asking
})

test('A PostgreSQL that is killed is started again, a pool recovers, and the folder stays taken.', async () => {
  const postgres = await fixture.open(fixture.newDataDir())
  const pool = new pg.Pool(postgres.connection)
  pool.on('error', () => undefined)
  await pool.query('create table kept as select 42 as n')
  for (let round = 0; round < 3; round++) {
    const owner = await findOwner(pool)
    process.kill(await loadPostmasterPid(fixture.dataDir), 'SIGKILL')
    await untilOtherOwner(pool, owner)
  }
  expect((await pool.query('select n from kept')).rows).toEqual([{ n: 42 }])
  await pool.end()
  expect(await fixture.serve().ended).toMatchObject({ code: 1, errors: expect.stringContaining('Another registry') })
})

test('When a crash inside PostgreSQL ends all sessions, the folder is taken again.', async () => {
  const postgres = await fixture.open(fixture.newDataDir())
  const pool = new pg.Pool(postgres.connection)
  pool.on('error', () => undefined)
  const owner = await findOwner(pool)
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
  process.kill(rows[0]?.pid ?? 0, 'SIGKILL')
  await untilOtherOwner(pool, owner)
  await pool.end()
  expect(await fixture.serve().ended).toMatchObject({ code: 1, errors: expect.stringContaining('Another registry') })
})

test('Stopping while PostgreSQL is being started again ends it for good.', async () => {
  fixture.newDataDir()
  for (const delay of [0, 20, 55, 80, 120]) {
    const postgres = await fixture.open()
    process.kill(await loadPostmasterPid(fixture.dataDir), 'SIGKILL')
    await sleep(delay)
    await Promise.all([postgres.stop(), postgres.stop()])
    expect(await untilNoProcessIn(fixture.dataDir)).toEqual([])
  }
})

test('A first start that is killed leaves nothing half-made.', async () => {
  fixture.newDataDir()
  for (const delay of [100, 350]) {
    const server = fixture.serve()
    while ((await readdir(fixture.dataDir).catch(() => [])).length === 0) await sleep(1)
    await sleep(delay)
    server.child.kill('SIGKILL')
    await server.ended
  }
  const postgres = await fixture.open()
  expect(await query(postgres.connection, 'select 1')).toEqual([[1]])
  await postgres.stop()
  await (await fixture.open()).stop()
  expect(await readdir(fixture.dataDir)).toEqual(['postgres', 'postgres.log'])
})

test("A stale postmaster.pid that names a stranger's process neither stops the start nor harms the stranger.", async () => {
  const first = await fixture.open(fixture.newDataDir())
  await first.stop()
  const { uid, gid } = await stat(join(fixture.dataDir, 'postgres'))
  const stranger = spawn('/bin/sleep', ['60'], { ...(isRoot && { uid, gid }), stdio: 'ignore' })
  const pidFile = join(fixture.dataDir, 'postgres', 'postmaster.pid')
  await writeFile(pidFile, `${stranger.pid}\n${fixture.dataDir}/postgres\n1\n5432\n/tmp\n\n 1 1\nready\n`)
  if (isRoot) await chown(pidFile, uid, gid)
  expect(await query((await fixture.open()).connection, 'select 1')).toEqual([[1]])
  expect(stranger.exitCode).toBe(null)
  stranger.kill()
  await once(stranger, 'exit')
})

test('A folder with something else in the place of the cluster is refused and left alone.', async () => {
  await mkdir(join(fixture.newDataDir(), 'postgres'), { recursive: true })
  await writeFile(join(fixture.dataDir, 'postgres', 'holiday.txt'), 'Rome')
  await expect(fixture.open()).rejects.toThrow(/^Cannot create a PostgreSQL cluster in .*ENOTEMPTY/)
  await expect(fixture.open()).rejects.toBeInstanceOf(ConfigError)
  expect(await readdir(join(fixture.dataDir, 'postgres'))).toEqual(['holiday.txt'])
})

test('A cluster that PostgreSQL cannot start on is reported with its reason.', async () => {
  await (await fixture.open(fixture.newDataDir())).stop()
  await rm(join(fixture.dataDir, 'postgres', 'global', 'pg_control'))
  await expect(fixture.open()).rejects.toThrow(/did not start on[\s\S]*could not find the database system/)
})

/** The process that holds the lock of the folder, through a pool that recovers. */
async function findOwner(pool: pg.Pool): Promise<number | undefined> {
  const { rows } = await pool.query<{ pid: number }>("select pid from pg_locks where locktype = 'advisory' and granted")
  return rows[0]?.pid
}

async function untilOtherOwner(pool: pg.Pool, owner: number | undefined): Promise<void> {
  for (;;) {
    const found = await findOwner(pool).catch(() => undefined)
    if (found !== undefined && found !== owner) return
    await sleep(20)
  }
}
