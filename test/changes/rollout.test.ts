import { readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defaultLimits } from '../../src/limits.ts'
import { applyMigrations } from '../../src/store/migrations/apply-migrations.ts'
import { createRetention } from '../../src/store/retention/create-retention.ts'
import { databaseTime } from '../support/database-time.ts'
import { openRanges } from '../support/open-ranges.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/postgres.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

/** A database that an earlier version has left, and the statements that its server goes on sending. */
const fixture = (name: string) => readFileSync(`test/changes/fixtures/before-rollouts.${name}`, 'utf8')
const statements: Readonly<
  Record<
    'create' | 'change' | 'confirm' | 'createRole' | 'list' | 'delete',
    { readonly text: string; readonly values: readonly (string | null)[] }
  >
> = JSON.parse(fixture('json'))

let database: TestDatabase
/** The older server, which began before the newer one. */
let older: pg.Client
beforeEach(async () => {
  database = await createEmptyDatabase()
  const loader = new pg.Client(database.connection)
  await loader.connect()
  await loader.query(fixture('sql')).finally(() => loader.end())
  older = new pg.Client(database.connection)
  await older.connect()
})
afterEach(async () => {
  await older.end()
  await database.drop()
})

async function ask(name: keyof typeof statements): Promise<Record<string, unknown>> {
  const { text, values } = statements[name]
  const { rows } = await older.query(text, [...values])
  return rows[0]
}

test('a newer server opens what an earlier version has left, and each sees what the other writes', async () => {
  const newer = await startRegistry(undefined, { databaseUrl: database.url })
  try {
    const images = '{ images { nodes { name distr kernel lts _meta { version } roles { nodes { name status } } } } }'
    const [u20, u22] = [
      { name: 'u20', distr: 'ubuntu', kernel: '5.8.0-25', lts: false, _meta: { version: 2 } },
      { name: 'u22', distr: 'ubuntu', kernel: null, lts: true, _meta: { version: 1 } },
    ].map((image, i) => ({ ...image, roles: { nodes: [{ name: 'ntp', status: i === 0 }] } }))
    expect(await newer.data(images)).toEqual({ images: { nodes: [u20, u22] } })
    for (const name of ['create', 'change', 'createRole', 'confirm'] as const) await ask(name)
    const later = { name: 'later', distr: 'debian', kernel: null, lts: null, _meta: { version: 1 } }
    expect(await newer.data(images)).toEqual({
      images: {
        nodes: [
          u20,
          { ...u22, kernel: '6.1', _meta: { version: 2 } },
          { ...later, roles: { nodes: [{ name: 'sshd', status: true }] } },
        ],
      },
    })
    const latest = '{ images(orderBy: [{_meta: {updateTime: desc}}], first: 1) { nodes { name } } }'
    expect(await newer.data(latest)).toEqual({ images: { nodes: [{ name: 'u20' }] } })
    await newer.data('mutation { upsertImage(input: {name: "u22", distr: "ubuntu"}) { outcome } }')
    await newer.data('mutation { upsertImage(input: {name: "later", kernel: "6.5"}) { outcome } }')
    await ask('delete')
    const list = JSON.parse(Object.values(await ask('list'))[0] as string)
    expect(list.nodes.map(({ name, kernel }: Record<string, unknown>) => [name, kernel])).toEqual([
      ['later', '6.5'],
      ['u22', '6.1'],
      ['u20', '5.8.0-25'],
    ])
    expect(list.nodes[0]).toMatchObject({ _meta: { version: 2 }, roles: { nodes: [] } })
  } finally {
    await newer.close()
  }
})

test('what an older server replaces and deletes stays known, as of any time since a newer one opened the database', async () => {
  const newer = await startRegistry(undefined, { databaseUrl: database.url })
  try {
    const opened = await databaseTime(newer)
    const times: string[] = []
    for (const name of ['create', 'change', 'createRole', 'confirm', 'delete'] as const) {
      await ask(name)
      times.push(await databaseTime(newer))
    }
    await newer.data('mutation { upsertImage(input: {name: "u22", kernel: "6.5"}) { outcome } }')
    await newer.data('mutation { upsertRole(input: {name: "sshd", image: "later", status: true}) { outcome } }')
    const seen = []
    for (const at of [opened, ...times, await databaseTime(newer)]) {
      const { images, roles } = await newer.data(
        `{ images(at: "${at}") { nodes { name kernel _meta { version } } } roles(at: "${at}", name: "sshd") { nodes { _meta { version } } } }`,
      )
      const [of22] = images.nodes.filter(({ name }: { name: string }) => name === 'u22')
      seen.push([
        images.nodes.length,
        of22.kernel,
        of22._meta.version,
        ...roles.nodes.map((role: { _meta: { version: number } }) => role._meta.version),
      ])
    }
    expect(seen).toEqual([
      [2, null, 1],
      [3, null, 1],
      [3, '6.1', 2],
      [3, '6.1', 2, 1],
      [3, '6.1', 2, 1],
      [3, '6.1', 2],
      [3, '6.5', 3, 2],
    ])
    expect(await openRanges(newer)).toEqual([])
    const { errors } = await newer.query('{ images(at: "2026-01-01T00:00:00Z") { totalCount } }')
    expect(errors).toMatchObject([{ extensions: { code: 'HISTORY_EXPIRED' } }])
  } finally {
    await newer.close()
  }
})

test('an older server is served by the database as long as no newer one has changed its structure, and is refused from then on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'registry migrations '))
  const logger = pino({ level: 'silent' })
  try {
    const { rows } = await older.query('select migration_name as name from _prisma_migrations')
    for (const { name } of rows) await cp(join('prisma/migrations', name), join(folder, name), { recursive: true })
    const openAgain = () => applyMigrations({ connection: database.connection, logger, directory: folder })
    expect(await openAgain()).toEqual([])
    const newer = await mkdtemp(join(tmpdir(), 'registry migrations '))
    try {
      for (const name of await readdir('prisma/migrations'))
        await cp(join('prisma/migrations', name), join(newer, name), { recursive: true })
      await mkdir(join(newer, '99991231000000_next'))
      await writeFile(join(newer, '99991231000000_next', 'migration.sql'), 'create table registry_next (id int);')
      await applyMigrations({ connection: database.connection, logger, directory: newer })
    } finally {
      await rm(newer, { recursive: true })
    }
    await expect(openAgain()).rejects.toThrow(/The database has the migration \w+, which this program does not know/)
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** Everything that a round of the background does. */
async function doRound({ database: { run, transaction }, connection, model, generation }: TestRegistry): Promise<void> {
  const logger = pino({ level: 'silent' })
  const { signal } = new AbortController()
  const retention = createRetention({
    spared: 0,
    database: { run, transaction },
    ...{ connection, limits: defaultLimits, logger, signal },
  })
  retention.serve({ model, generation })
  await retention.round()
}

const codeOf = async ({ query }: TestRegistry, text: string): Promise<unknown> =>
  (await query(text)).errors?.map(({ extensions }) => extensions?.code)

test('what the log told before there was a past is told as of then, and imported times are none', async () => {
  const now = async () => {
    const { rows } = await older.query(
      `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`,
    )
    return String(rows[0]?.now)
  }
  const { text, values } = statements.create
  const imported = { name: 'imported' }
  const item = { index: 0, patch: imported, create: imported, cleared: [], patchRefs: {}, createRefs: {} }
  const meta = { updateTime: '2026-11-29T10:54:50Z', createTime: '2026-11-29T10:54:50Z' }
  const times = ['2026-11-29T10:54:50Z', '2026-11-29T10:54:57.35Z', await now()]
  // The import comes after it, whatever it says.
  await ask('change')
  await older.query(text, [JSON.stringify({ '["imported"]': { ...item, meta } }), ...values.slice(1)])
  await ask('create')
  await ask('createRole')
  times.push(await now())
  await ask('delete')
  times.push(await now())
  const newer = await startRegistry(undefined, { databaseUrl: database.url })
  try {
    const read = (at: string) =>
      `{ images(at: "${at}", orderBy: [{ name: asc }]) { nodes { name kernel roles { nodes { name } } _meta { version } } } }`
    for (const at of times) expect(await codeOf(newer, read(at))).toEqual(['HISTORY_EXPIRED'])
    await ask('createRole')
    await newer.data('mutation { upsertImage(input: { name: "u22", kernel: "6.5" }) { outcome } }')
    await doRound(newer)
    const seen = []
    for (const at of [...times, await databaseTime(newer)]) {
      const { images } = await newer.data(read(at))
      seen.push(
        images.nodes.map(
          ({
            name,
            kernel,
            roles,
            _meta,
          }: {
            name: string
            kernel: string
            roles: { nodes: { name: string }[] }
            _meta: { version: number }
          }) => [name, _meta.version, kernel, ...roles.nodes.map((role) => role.name)].join(' '),
        ),
      )
    }
    const u20 = 'u20 2 5.8.0-25 ntp'
    expect(seen).toEqual([
      ['u20 1  ntp', 'u22 1  ntp'],
      ['gone 1 ', u20, 'u22 1  ntp'],
      [u20, 'u22 1  ntp'],
      ['imported 1 ', 'later 1  sshd', u20, 'u22 2 6.1 ntp'],
      ['imported 1 ', 'later 1 ', u20, 'u22 2 6.1 ntp'],
      ['imported 1 ', 'later 1  sshd', u20, 'u22 3 6.5 ntp'],
    ])
    const diff = `{ imagesDiff(from: "${times[2]}", to: "${times[3]}") { nodes { outcome key } } }`
    expect(await newer.data(diff)).toEqual({
      imagesDiff: {
        nodes: [
          { outcome: 'CREATED', key: { name: 'imported' } },
          { outcome: 'CREATED', key: { name: 'later' } },
          { outcome: 'UPDATED', key: { name: 'u22' } },
        ],
      },
    })
    expect(await openRanges(newer)).toEqual([])
    const known = await newer.sql('select * from registry_past order by template, key, valid_to')
    await doRound(newer)
    expect(await newer.sql('select * from registry_past order by template, key, valid_to')).toEqual(known)
    expect(await codeOf(newer, read('2026-11-29T10:54:46Z'))).toEqual(['HISTORY_EXPIRED'])
  } finally {
    await newer.close()
  }
})

test('as far back as the log is whole, and no further: one line that is gone is enough', async () => {
  const [between, after] = ['2026-11-29T10:54:50Z', '2026-11-29T10:54:57.35Z']
  await ask('change')
  await older.query(`delete from registry_change where key = '["u20"]' and version = 1`)
  await older.query(`delete from registry_change where template = 'person'`)
  const newer = await startRegistry(undefined, { databaseUrl: database.url })
  try {
    await doRound(newer)
    const read = (plural: string, at: string) => codeOf(newer, `{ ${plural}(at: "${at}") { totalCount } }`)
    expect(await read('images', between)).toEqual(['HISTORY_EXPIRED'])
    expect(await newer.data(`{ images(at: "${after}") { totalCount } }`)).toEqual({ images: { totalCount: 3 } })
    expect(await newer.data(`{ roles(at: "${between}") { totalCount } }`)).toEqual({ roles: { totalCount: 2 } })
    // An object without any.
    expect(await read('people', after)).toEqual(['HISTORY_EXPIRED'])
    expect(await read('people', await databaseTime(newer))).toBeUndefined()
  } finally {
    await newer.close()
  }
})
