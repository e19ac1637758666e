import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Primary, startPrimary, startStandby } from '../support/standby.ts'
import { ask, type RegistryProcess, startProcess, stopProcesses } from './start-process.ts'

let folder: string
let primary: Primary

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry read-only '))
  await mkdir(join(folder, 'templates'))
  await writeFile(
    join(folder, 'templates', 'host.yaml'),
    'name: host\nkey: [name]\nfields: { name: string, size: int }',
  )
  primary = await startPrimary()
})
afterEach(stopProcesses)
afterAll(async () => {
  await primary?.stop()
  await rm(folder, { recursive: true, force: true })
})

const start = (url: string, templates = join(folder, 'templates')) =>
  startProcess({ DATABASE_URL: url, TEMPLATES_DIR: templates })

const write = 'mutation { upsertHost(input: {name: "a", size: 1}) { outcome } }'
const read = '{ host(name: "a") { size } }'
const refusal = /takes no writes at the moment: it is a standby, or read-only/

async function askReadiness(url: string): Promise<readonly [number, string]> {
  const response = await fetch(new URL('/readyz', url))
  return [response.status, (await response.text()).replace(/ \(.*/, '').trim()]
}

/** Waits until it says something else than that it has no templates yet. */
async function untilServed(server: RegistryProcess): Promise<string> {
  const url = await server.listening
  while ((await askReadiness(url))[1] === 'not ready') await sleep(50)
  return url
}

async function setReadOnly(isReadOnly: boolean): Promise<void> {
  const client = new pg.Client(primary.connection)
  await client.connect()
  await client.query(`alter system set default_transaction_read_only = ${isReadOnly ? 'on' : 'off'}`)
  await client.query('select pg_reload_conf()')
  await client.end()
}

const unready = 'not ready, read-only: the database takes no writes, and reads are answered'

test('a server whose database becomes read-only is not ready, says why, and answers reads', async () => {
  const server = start(primary.url)
  const url = await server.ready()
  expect(await ask(url, write)).toEqual({ upsertHost: { outcome: 'CREATED' } })
  await setReadOnly(true)
  try {
    await expect.poll(() => askReadiness(url), { timeout: 60_000 }).toEqual([503, unready])
    await expect(ask(url, write)).rejects.toThrow(refusal)
    expect(await ask(url, read)).toEqual({ host: { size: 1 } })
    const second = start(primary.url)
    const again = await untilServed(second)
    expect(await askReadiness(again)).toEqual([503, unready])
    expect(await ask(again, read)).toEqual({ host: { size: 1 } })
  } finally {
    await setReadOnly(false)
  }
  await expect.poll(() => askReadiness(url), { timeout: 60_000 }).toEqual([200, 'ready'])
  expect(await ask(url, write)).toEqual({ upsertHost: { outcome: 'UNCHANGED' } })
  expect(server.stdout()).toMatch(/the database takes no writes/)
})

test('a server on a standby serves reads, says so, and writes once the standby is promoted', async () => {
  const server = start(primary.url)
  await ask(await server.ready(), write)
  await server.stop()
  const standby = await startStandby(primary)
  try {
    const other = join(folder, 'others')
    await mkdir(other)
    await writeFile(join(other, 'role.yaml'), 'name: role\nkey: [name]\nfields: { name: string }')
    const refused = start(standby.url, other)
    expect(await refused.ended).toMatchObject({ code: 1 })
    expect(refused.stderr()).toBe(
      'DATABASE_URL leads to a database that takes no writes (a standby, or a read-only one), and these templates have not been applied to it. Start a server on one that can be written first, with the same version and templates.\n',
    )

    const follower = start(standby.url)
    const url = await untilServed(follower)
    expect(await askReadiness(url)).toEqual([503, unready])
    expect(await ask(url, read)).toEqual({ host: { size: 1 } })
    expect(await ask(url, '{ hosts { totalCount nodes { name _history { totalCount } } } cursor }')).toMatchObject({
      hosts: { totalCount: 1, nodes: [{ name: 'a', _history: { totalCount: 1 } }] },
    })
    await expect(ask(url, write)).rejects.toThrow(refusal)
    const meant = start(`${standby.url}${standby.url.includes('?') ? '&' : '?'}target_session_attrs=standby`)
    expect(await askReadiness(await untilServed(meant))).toEqual([200, unready.replace('not ready', 'ready')])
    await meant.stop()

    await standby.sql('select pg_promote()')
    await follower.ready()
    expect(await ask(url, 'mutation { upsertHost(input: {name: "a", size: 2}) { outcome } }')).toEqual({
      upsertHost: { outcome: 'UPDATED' },
    })
    expect(follower.stderr()).toBe('')
    const warnings = follower.stdout().match(/"level":"(warn|error|fatal)".*/g) ?? []
    expect(warnings.filter((line) => /stack/.test(line))).toEqual([])
  } finally {
    await stopProcesses()
    await standby.stop()
  }
})

test('a server is ready while all connections for requests wait, and says once that PostgreSQL has ended them', async () => {
  const server = start(primary.url)
  const url = await server.ready()
  const holder = new pg.Client(primary.connection)
  await holder.connect()
  try {
    await holder.query('begin; lock table registry_object in access exclusive mode')
    const asked = Array.from({ length: 30 }, (_, i) =>
      ask(url, `{ hosts(first: ${i + 1}) { nodes { name } } }`).catch(String),
    )
    const waiting = `select pid from pg_stat_activity where application_name = 'registry-store' and wait_event_type = 'Lock'`
    // A transaction sees the list of sessions as it was at first.
    while (
      ((await holder.query(`select pg_stat_clear_snapshot(); ${waiting}`)) as unknown as pg.QueryResult[])[1]?.rows
        .length !== 10
    )
      await sleep(20)
    expect(await askReadiness(url)).toEqual([200, 'ready'])
    await holder.query('rollback')
    await Promise.all(asked)
    await Promise.all(Array.from({ length: 30 }, () => ask(url, read)))
    const { rows } = await holder.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'registry-store'`,
    )
    expect(rows.length).toBeGreaterThan(1)
    const lost = () => server.stdout().match(/"msg":"lost a connection to the database"/g)
    await expect.poll(lost, { timeout: 60_000 }).not.toBeNull()
    // By now it has read that all of them have ended.
    await ask(url, read)
    expect(lost()).toHaveLength(1)
    expect(server.stdout()).toMatch(/"code":"57P01".*"msg":"lost a connection to the database"/)
  } finally {
    await holder.end()
  }
})
