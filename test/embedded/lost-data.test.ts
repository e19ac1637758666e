import { chmod, mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createSocketDirectory } from '../../src/embedded/socket-directory.ts'
import { ConfigError } from '../../src/errors.ts'
import { query, useEmbeddedPostgres } from './embedded-fixture.ts'
import { loadPostmasterPid } from './embedded-processes.ts'

const fixture = useEmbeddedPostgres()

test('A server whose folder was replaced while PostgreSQL was down leaves the new one alone and ends.', async () => {
  const postgres = await fixture.open(fixture.newDataDir())
  const directory = join(fixture.dataDir, 'postgres')
  const pid = await loadPostmasterPid(fixture.dataDir)
  await rename(directory, `${directory}.old`)
  await mkdir(directory)
  process.kill(pid, 'SIGKILL')
  expect(await postgres.lost).toBeInstanceOf(ConfigError)
  expect((await postgres.lost).message).toContain('another folder was put in its place')
})

test('If the folder of the socket is removed with PostgreSQL down, it is made again, private as before.', async () => {
  const { connection } = await fixture.open(fixture.newDataDir())
  const { uid, mode } = await stat(connection.host)
  process.kill(await loadPostmasterPid(fixture.dataDir), 'SIGKILL')
  await rm(connection.host, { recursive: true })
  await expect.poll(() => isAnswered(connection), { timeout: 60_000 }).toBe(true)
  expect(await stat(connection.host)).toMatchObject({ uid, mode })
})

test('If the socket is removed while PostgreSQL runs, PostgreSQL gets another one.', async () => {
  const { connection } = await fixture.open(fixture.newDataDir())
  await rm(connection.host, { recursive: true })
  await expect.poll(() => isAnswered(connection), { timeout: 60_000 }).toBe(true)
})

test('A folder that others may enter is not taken for that of the socket.', async () => {
  const directory = await createSocketDirectory(fixture.root, undefined)
  await directory.remove()
  await directory.restore()
  await directory.restore()
  await chmod(directory.path, 0o755)
  await expect(directory.restore()).rejects.toThrow('is not a private folder')
  await directory.remove()
})

async function isAnswered(connection: Parameters<typeof query>[0]): Promise<boolean> {
  return query(connection, 'select 1').then(
    () => true,
    () => false,
  )
}
