import { access, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findAccount, giveDirectory } from '../../src/embedded/account.ts'
import type { PostgresConnection } from '../../src/embedded/connect-to-postmaster.ts'
import { query, useEmbeddedPostgres } from './embedded-fixture.ts'
import { canRunServer, loadPostmasterPid } from './embedded-processes.ts'

const isRoot = process.getuid?.() === 0
const canUserRunServer = isRoot && (await canRunServer(await findAccount([])))
const fixture = useEmbeddedPostgres()

test('A new folder gets a cluster with the database, settings and modes that are promised.', async () => {
  const { connection } = await fixture.open(fixture.newDataDir())
  expect(
    await query(
      connection,
      `select current_database(), current_setting('listen_addresses'), current_setting('timezone'),
         current_setting('fsync'), current_setting('server_encoding'), 'a' < 'B', lower('Ä'), 'ä' ilike 'Ä'`,
    ),
  ).toEqual([['registry', '', 'UTC', 'on', 'UTF8', false, 'ä', true]])
  expect(await readdir(fixture.dataDir)).toEqual(['postgres', 'postgres.log'])
  expect((await stat(join(fixture.dataDir, 'postgres', 'registry.password'))).mode & 0o777).toBe(0o600)
  expect((await stat(join(fixture.dataDir, 'postgres.log'))).mode & 0o777).toBe(0o600)
  expect((await stat(connection.host)).mode & 0o777).toBe(0o700)
  expect(await readFile(join(fixture.dataDir, 'postgres.log'), 'utf8')).not.toContain(connection.password)
})

test('A wrong password is refused.', async () => {
  const { connection } = await fixture.open(fixture.newDataDir())
  await expect(query({ ...connection, password: 'guess' }, 'select 1')).rejects.toMatchObject({ code: '28P01' })
})

test('After a stop the data are there at the next start.', async () => {
  const first = await fixture.open(fixture.newDataDir())
  await query(first.connection, 'create table kept as select 42 as n')
  await first.stop()
  await expect(access(first.connection.host)).rejects.toThrow('ENOENT')
  const second = await fixture.open()
  expect(await query(second.connection, 'select n from kept')).toEqual([[42]])
  await Promise.all([second.stop(), second.stop()])
  await second.stop()
})

test('A start that is aborted leaves no process, and the next start works.', async () => {
  fixture.newDataDir()
  for (const delay of [0, 300, 600]) {
    const postgres = await fixture.open(fixture.dataDir, AbortSignal.timeout(delay)).catch((error: Error) => {
      expect(error.name).toBe('TimeoutError')
    })
    await postgres?.stop()
  }
  expect(await query((await fixture.open()).connection, 'select 1')).toEqual([[1]])
  expect(await readdir(fixture.dataDir)).toEqual(['postgres', 'postgres.log'])
})

test('The SQL of a failed statement does not reach the log.', async () => {
  const { connection } = await fixture.open(fixture.newDataDir())
  await expect(query(connection, `select 'secret-1234'::int`)).rejects.toThrow('invalid input syntax')
  await expect(query(connection, `select 1/0 /* secret-5678 */`)).rejects.toThrow('division')
  expect(await readFile(join(fixture.dataDir, 'postgres.log'), 'utf8')).not.toContain('secret-5678')
})

describe.runIf(isRoot)('as root', () => {
  test('PostgreSQL runs as another user, though that user cannot enter the folder.', async () => {
    await fixture.open(fixture.newDataDir())
    expect((await stat(fixture.root)).mode & 0o777).toBe(0o700)
    const account = await findAccount([])
    const process = await stat(join('/proc', String(await loadPostmasterPid(fixture.dataDir))))
    expect([process.uid, process.gid]).toEqual([account?.uid, account?.gid])
  })

  test.runIf(canUserRunServer)(
    "An ordinary user's folder works for that user, for root, and for that user again.",
    async () => {
      const home = await mkdtemp(join(tmpdir(), 'registry-home-'))
      const { uid, gid } = (await findAccount([])) ?? { uid: 0, gid: 0 }
      await chown(home, uid, gid)
      fixture.dataDir = join(home, 'data é')
      const first = fixture.serve(fixture.dataDir, { uid, gid, tmp: home })
      const connection = await first.started
      expect(connection?.host).toContain(home)
      await query(connection as PostgresConnection, 'create table kept as select 42 as n')
      first.child.kill('SIGKILL')
      await first.ended

      const second = await fixture.open()
      expect(await query(second.connection, 'select n from kept')).toEqual([[42]])
      await second.stop()

      const third = fixture.serve(fixture.dataDir, { uid, gid, tmp: home })
      expect(await query((await third.started) as PostgresConnection, 'select n from kept')).toEqual([[42]])
      third.child.kill('SIGINT')
      expect(await third.ended).toEqual({ code: 0, errors: '' })
      await rm(home, { recursive: true })
    },
  )

  test('Data that root copied back are given to the user that PostgreSQL runs as.', async () => {
    await (await fixture.open(fixture.newDataDir())).stop()
    await giveDirectory(fixture.dataDir, { uid: 0, gid: 0 })
    expect(await query((await fixture.open()).connection, 'select 1')).toEqual([[1]])
  })

  test.runIf(canUserRunServer)('An ordinary user is told that the data are of another user.', async () => {
    const { uid, gid } = (await findAccount([])) ?? { uid: 0, gid: 0 }
    const home = await mkdtemp(join(tmpdir(), 'registry-home-'))
    await chown(home, uid, gid)
    fixture.dataDir = join(home, 'data')
    await mkdir(join(fixture.dataDir, 'postgres'), { recursive: true })
    await writeFile(join(fixture.dataDir, 'postgres', 'PG_VERSION'), '18\n')
    const { code, errors } = await fixture.serve(fixture.dataDir, { uid, gid, tmp: home }).ended
    expect({ code, errors }).toEqual({
      code: 1,
      errors: `ConfigError: ${fixture.dataDir}/postgres belongs to another user (0): start the server as that user.\n`,
    })
    await rm(home, { recursive: true })
  })
})
