import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { findAccount } from '../../src/embedded/account.ts'
import type { PostgresConnection } from '../../src/embedded/connect-to-postmaster.ts'
import { createEmbeddedPostgres, type EmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts'
import { dataDirectoryOptions, runProgram } from '../../src/embedded/run-program.ts'
import { findOlderPrograms } from '../../src/embedded/upgrade/older-programs.ts'
import { upgradeCluster } from '../../src/embedded/upgrade/upgrade-cluster.ts'
import { ConfigError } from '../../src/errors.ts'
import { startRegistry } from '../support/registry.ts'
import { printConnectionUrl } from '../support/test-connection.ts'
import { query, useEmbeddedPostgres } from './embedded-fixture.ts'

/** The programs of an older version: Debian's, or others to try. */
const programs = process.env['POSTGRES_OLD'] ?? '/usr/lib/postgresql/15/bin'
const major = process.env['POSTGRES_OLD_MAJOR'] ?? '15'
const fixture = useEmbeddedPostgres()
const logger = pino({ level: 'silent' })

/** A folder as a version of ours with the older PostgreSQL has made it. */
async function makeOldCluster(dataDir: string): Promise<void> {
  const directory = join(dataDir, 'postgres')
  const account = await findAccount([])
  // PostgreSQL 15 changes to its folder by its path.
  await chmod(fixture.root, 0o755)
  await mkdir(directory, { recursive: true, mode: 0o755 })
  const password = join(dataDir, 'password')
  await writeFile(password, 'not-a-secret')
  if (account) for (const path of [dataDir, directory, password]) await chown(path, account.uid, account.gid)
  const { cwd, argument } = dataDirectoryOptions(directory, account)
  const flags = ['--pwfile=../password', '--username=registry', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C']
  await runProgram(join(programs, 'initdb'), [`--pgdata=${argument}`, '--no-sync', ...flags], { account, cwd })
  await rename(password, join(directory, 'registry.password'))
}

const opened: EmbeddedPostgres[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((postgres) => postgres.stop()))
})

async function open(dataDir: string): Promise<EmbeddedPostgres> {
  const { find: findPrograms } = await findOlderPrograms(programs, major)
  const postgres = await createEmbeddedPostgres({ dataDir, logger, findPrograms })
  opened.push(postgres)
  return postgres
}

const templates = [
  'name: image\nkey: [name]\nfields: { name: string, distr: { type: string, indexed: true }, size: int, lts: { type: boolean, unique: true } }\n',
  'name: role\nkey: [name, image]\nfields: { name: string, image: { type: reference, to: image }, note: string }\n',
]

/** All rows, in the order of the tables' names. */
const contents = `
  select c.oid::regclass::text, query_to_xml(format('select * from %s t order by t::text', c.oid::regclass), true, true, '')::text
  from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1`

const greatestTransaction = 'select max(transaction::text::bigint) from registry_change'

async function fill(connection: PostgresConnection): Promise<void> {
  const registry = await startRegistry(templates, { databaseUrl: printConnectionUrl(connection) })
  const { errors } = await registry.query(`mutation {
    upsertImages(input: [{name: "a", distr: "debian", size: 3}, {name: "b \\\\ \\t\\n \\"ä\\" \\\\N", lts: true}]) { created }
    upsertRoles(input: [{name: "ntp", image: "a", note: "${'x'.repeat(5_000)}"}]) { created }
    upsertImage(input: {name: "a", size: 2}) { outcome }
  }`)
  expect(errors).toBeUndefined()
  await registry.close()
}

describe.runIf(existsSync(join(programs, 'initdb')))(`data of PostgreSQL ${major}`, () => {
  test('are refused at the start with the command that has them taken over, and then are taken over whole or not at all.', async () => {
    await makeOldCluster(fixture.newDataDir())
    const { dataDir } = fixture
    const directory = join(dataDir, 'postgres')
    const old = await open(dataDir)
    await fill(old.connection)
    await query(old.connection, 'create view sizes as select count(*) from registry_object')
    for (let i = 0; i < 5; i++) await query(old.connection, 'select pg_current_xact_id()')
    await query(old.connection, `create type colour as enum ('red')`)
    await query(old.connection, 'create rule kept as on delete to registry_change do instead nothing')
    const before = await query(old.superuser, contents)
    const [[transaction]] = (await query(old.superuser, greatestTransaction)) as [[string]]
    expect(before.length).toBeGreaterThan(8)
    await expect(upgradeCluster({ dataDir, programs, logger })).rejects.toThrow('Another registry server is using')
    await old.stop()

    const refused = await fixture.open().catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ConfigError)
    expect((refused as Error).message).toBe(
      `${directory} has the data of PostgreSQL ${major}, and this version brings PostgreSQL 18. Have it take them over with:\n` +
        `registry upgrade --data-dir "${dataDir}"`,
    )

    const different = await upgradeCluster({ dataDir, programs, logger }).catch((error: unknown) => error)
    expect(different).toBeInstanceOf(ConfigError)
    expect((different as Error).message).toMatch(
      /is not the same as the old one[^]*\nrule of registry_change[^]*\ntype colour/,
    )
    expect((await readdir(dataDir)).sort()).toEqual(['postgres', 'postgres.log'])
    const same = await open(dataDir)
    expect(await query(same.superuser, contents)).toEqual(before)
    await query(same.connection, 'drop rule kept on registry_change')
    await query(same.connection, `create table painted (c colour)`)
    await same.stop()
    const refusal = await upgradeCluster({ dataDir, programs, logger }).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(ConfigError)
    expect((refusal as Error).message).toMatch(/cannot be taken over: type "colour" does not exist; the old data stay/)
    const repaired = await open(dataDir)
    await query(repaired.connection, 'drop table painted; drop type colour')
    await repaired.stop()

    const upgraded = await upgradeCluster({ dataDir, programs, logger })
    expect(upgraded).toMatchObject({ from: major, to: '18', tables: before.length })
    expect(await readFile(join(upgraded?.former ?? '', 'PG_VERSION'), 'utf8')).toBe(`${major}\n`)
    expect((await readdir(dataDir)).sort()).toEqual(
      ['postgres', 'postgres.log', upgraded?.former.split('/').at(-1)].sort(),
    )
    expect(await upgradeCluster({ dataDir, logger })).toBeUndefined()

    const made = await fixture.open()
    expect(await query(made.superuser, contents)).toEqual(before)
    const registry = await startRegistry(templates, { databaseUrl: printConnectionUrl(made.connection) })
    expect(
      await registry.data('mutation { upsertImage(input: {name: "a", size: 4}) { outcome image { size distr } } }'),
    ).toEqual({ upsertImage: { outcome: 'UPDATED', image: { size: 4, distr: 'debian' } } })
    const [[later]] = (await query(made.superuser, greatestTransaction)) as [[string]]
    expect(BigInt(later)).toBeGreaterThan(BigInt(transaction))
    await registry.close()
  })
})

/** What a start looks at before anything else. */
async function makeVersionFile(directory: string, version: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, 'PG_VERSION'), `${version}\n`)
}

test('A start without data beside data that were set aside does not make an empty registry.', async () => {
  const directory = join(fixture.newDataDir(), 'postgres')
  const aside = `${directory}.version-17-2026-11-29T1000`
  await makeVersionFile(aside, '17')
  await expect(fixture.open()).rejects.toThrow(`mv "${aside}" "${directory}"`)
  await expect(upgradeCluster({ dataDir: fixture.dataDir, logger })).rejects.toThrow(`mv "${aside}" "${directory}"`)
})

test('Of several clusters that were set aside, the newest is named first, whatever each was set aside for.', async () => {
  const directory = join(fixture.newDataDir(), 'postgres')
  const asides = ['version-9-2026-11-29T100000', 'replaced-2026-11-29T120000', 'version-17-2026-11-29T110000']
  const [oldest, newest, older] = asides.map((name) => `${directory}.${name}`)
  for (const aside of [oldest, newest, older]) await makeVersionFile(aside ?? '', '17')
  await expect(fixture.open()).rejects.toThrow(
    new RegExp(`${newest} \\(the newest; older ones are in ${older}, ${oldest}\\).*mv "${newest}"`),
  )
})

test('Data of a newer PostgreSQL are refused with the reason.', async () => {
  await makeVersionFile(join(fixture.newDataDir(), 'postgres'), '99')
  await expect(fixture.open()).rejects.toThrow('PostgreSQL 99, which is newer than the 18 of this version')
  await expect(upgradeCluster({ dataDir: fixture.dataDir, logger })).rejects.toThrow('which is newer')
})

test('Programs of another version than the data are refused.', async () => {
  await expect(findOlderPrograms(fixture.root, '17')).rejects.toThrow('There is no program "postgres"')
})
