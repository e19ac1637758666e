import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readlink } from 'node:fs/promises'
import { relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compilePurgeTraces } from '../../src/sql/retention/compile-purge-object.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const person = (more = '') =>
  `{ name: person, plural: persons, key: [name${more === '' ? '' : ', town'}], history: { indexed: true }, fields: { name: string, mail: string, town: { type: string, default: here, required: true } } }`
const others = [
  '{ name: vote, key: [id], fields: { id: int, by: { type: reference, to: person } } }',
  '{ name: card, key: [id], fields: { id: int, of: { type: reference, to: person, onDelete: cascade } } }',
  '{ name: team, key: [name], fields: { name: string, lead: { type: reference, to: person, onDelete: unset } } }',
]

let database: TestDatabase
let registry: TestRegistry
beforeAll(async () => {
  database = await createTestDatabase()
  registry = await startRegistry([person(), ...others], { databaseUrl: database.url })
})
afterAll(async () => {
  await registry?.close()
  await database?.drop()
})

const write = (mutation: string) => registry.data(`mutation { ${mutation} }`, {}, { 'x-registry-actor': 'admin' })

/**
 * Where a text still is in the database's whole directory: names of tables and indexes, `pg_wal` for its log, else the path of a file.
 */
async function findInFiles(text: string): Promise<readonly string[]> {
  const [{ pid } = {}] = await registry.sql(`select split_part(pg_read_file('postmaster.pid'), E'\\n', 1) as pid`)
  // The server runs in its data directory.
  const directory = await readlink(`/proc/${pid}/cwd`)
  // It ends with 1 if there is none, and tells of files that have just gone.
  const { stdout } = await promisify(execFile)('grep', ['-rlaF', text, directory]).catch((error) => error)
  const paths = String(stdout).split('\n').filter(Boolean)
  const relations = await registry.sql('select relname, pg_relation_filepath(oid) as path from pg_class')
  const names = paths.map((path) => {
    const file = relative(directory, path)
    if (file.startsWith('pg_wal')) return 'pg_wal'
    return relations.find((relation) => relation.path === file)?.relname ?? file
  })
  return [...new Set(names)].sort()
}

describe('purgePerson', () => {
  test('leaves nothing of what an object was but who did it, when and why', async () => {
    const secret = `secret-${randomUUID()}`
    await write(`upsertPerson(input: { name: "${secret}", mail: "first-${secret}" }) { outcome }`)
    await write(`upsertPerson(input: { name: "${secret}", mail: "second-${secret}" }) { outcome }`)
    await write(`deletePerson(name: "${secret}") { name }`)
    await write(`upsertPerson(input: { name: "${secret}", mail: "third-${secret}" }) { outcome }`)
    const keyed = `mutation { upsertPerson(input: { name: "${secret}", mail: "fourth-${secret}" }, idempotencyKey: "k") { person { mail } } }`
    const answer = { upsertPerson: { person: { mail: `fourth-${secret}` } } }
    for (let times = 0; times < 2; times++) expect(await registry.data(keyed)).toEqual(answer)
    // PostgreSQL keeps the statistics of a table that has become empty.
    for (const mail of ['m', 'n']) await write(`upsertPerson(input: { name: "other", mail: "${mail}" }) { outcome }`)
    const tables = await registry.sql(
      `select relname from pg_class where relkind = 'r' and relname like 'registry\\_%' order by 1`,
    )
    // What autovacuum analyzes: not the table of all partitions.
    for (const { relname } of tables) await registry.sql(`analyze "${relname}"`)
    await registry.sql('checkpoint')
    expect(await findInFiles(secret)).toEqual(expect.arrayContaining(['pg_statistic', 'pg_wal', 'registry_change']))

    expect(await write(`purgePerson(name: "${secret}", reason: "a name got in", dryRun: true)`)).toEqual({
      purgePerson: true,
    })
    expect(await registry.data(keyed)).toEqual(answer)
    expect(await write(`purgePerson(name: "${secret}", reason: "a name got in")`)).toEqual({ purgePerson: true })
    // The same request again is neither done twice nor answered with what is gone.
    expect((await registry.query(keyed)).errors?.map(({ extensions }) => extensions?.code)).toEqual(['NOT_FOUND'])
    expect((await registry.data('{ persons { nodes { name } } }')).persons.nodes).toEqual([{ name: 'other' }])
    for (const { relname } of tables) {
      const rows = await registry.sql(`select from "${relname}" as r where r::text like $1`, [`%${secret}%`])
      expect([relname, rows.length]).toEqual([relname, 0])
    }
    const { nodes } = (
      await registry.data('{ administrationLog(first: 1) { nodes { action subject details actor address } } }')
    ).administrationLog
    expect(nodes).toEqual([
      {
        action: 'OBJECT_PURGED',
        subject: 'person',
        details: { uuids: [expect.any(String), expect.any(String)], versions: 6, reason: 'a name got in' },
        actor: 'admin',
        address: '127.0.0.1',
      },
    ])

    // PostgreSQL leaves the bytes where they were until something is written over them: a plain vacuum only makes room. The log of the
    // database has them until its files are recycled and written again.
    const client = new pg.Client(registry.connection)
    await client.connect()
    const findOutsideOfTheLog = async () => (await findInFiles(secret)).filter((name) => name !== 'pg_wal')
    try {
      // Whoever reads in the database meanwhile keeps former rows, and whoever writes in any database of this PostgreSQL.
      for (let attempt = 1; attempt <= 100; attempt++) {
        for (const { relname } of [...tables, { relname: 'pg_statistic' }])
          await client.query(`vacuum full "${relname}"`)
        await client.query('checkpoint')
        if ((await findOutsideOfTheLog()).length === 0) break
        await sleep(500)
      }
    } finally {
      await client.end()
    }
    expect(await findOutsideOfTheLog()).toEqual([])
    expect(await write(`purgePerson(name: "${secret}", reason: "again")`)).toEqual({ purgePerson: false })
  })

  test('takes what is kept of an object that is gone, and its key counts anew', async () => {
    await write('upsertPerson(input: { name: "gone", mail: "m" }) { outcome }')
    await write('deletePerson(name: "gone") { name }')
    expect(await write('purgePerson(name: "gone", reason: "r")')).toEqual({ purgePerson: true })
    expect(await registry.sql(`select from registry_past where key = '["gone"]'`)).toEqual([])
    const { upsertPerson } = await write('upsertPerson(input: { name: "gone" }) { person { _meta { version } } }')
    expect(upsertPerson.person._meta.version).toBe(1)
  })

  test('empties the answer of a write that ends only after it', async () => {
    await write('upsertPerson(input: { name: "late", mail: "m" }) { outcome }')
    const writer = new pg.Client(registry.connection)
    await writer.connect()
    try {
      await writer.query(
        `begin; insert into registry_idempotency (caller, key, request, sight, answer) values ('', 'late', '', '', 'm')`,
      )
      let isDone = false
      const purged = write('purgePerson(name: "late", reason: "r")').finally(() => {
        isDone = true
      })
      const waits = `select from pg_locks where not granted and relation = 'registry_idempotency'::regclass`
      while (!isDone && (await registry.sql(waits)).length === 0) await sleep(10)
      await writer.query('commit')
      expect(await purged).toEqual({ purgePerson: true })
      expect(await registry.sql(`select answer from registry_idempotency where key = 'late'`)).toEqual([
        { answer: null },
      ])
    } finally {
      await writer.end()
    }
  })

  test('finds the changes of an object by an index', async () => {
    const { text, values } = compilePurgeTraces('person', [randomUUID()], [{ template: 'person', key: '["a"]' }])
    const client = new pg.Client(registry.connection)
    await client.connect()
    try {
      await client.query(`begin; insert into registry_change (template, key, uuid, outcome, version, changed_at)
        select 'person', i::text, gen_random_uuid(), 'UPDATED', 2, now() from generate_series(1, 3000) as i; analyze registry_change`)
      const { rows } = await client.query({ text: `explain ${text}`, values: [...values] })
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
      expect(plan).toMatch(/registry_change_template_key_sequence_idx.*\n.*Index Cond: .*template = .*key = /)
      expect(plan).not.toContain('Seq Scan on registry_change')
    } finally {
      await client.end()
    }
  })

  test('treats what refers to it as a delete does', async () => {
    await write('upsertPerson(input: { name: "used", mail: "m" }) { outcome }')
    await write('upsertVote(input: { id: 1, by: "used" }) { outcome }')
    await write('upsertCard(input: { id: 1, of: "used" }) { outcome }')
    await write('upsertTeam(input: { name: "t", lead: "used" }) { outcome }')
    const refused = await registry.query('mutation { purgePerson(name: "used", reason: "r") }')
    expect(refused.errors?.[0]?.extensions).toMatchObject({
      code: 'STILL_REFERENCED',
      issues: [{ path: ['name'], code: 'STILL_REFERENCED' }],
    })
    expect(await registry.sql(`select from registry_change where key = '["used"]'`)).toHaveLength(1)
    await write('deleteVote(id: 1) { id }')
    await write('purgePerson(name: "used", reason: "r")')
    const left = await registry.data('{ cards { totalCount } teams { nodes { name lead { name } } } }')
    expect(left).toEqual({ cards: { totalCount: 0 }, teams: { nodes: [{ name: 't', lead: null }] } })
  })

  test('takes what an object was before it got another key in the same storage', async () => {
    await write('upsertPerson(input: { name: "moved", mail: "m1" }) { outcome }')
    await write('upsertPerson(input: { name: "moved", mail: "m2" }) { outcome }')
    // As a write to a storage that ends does while another one is made of it.
    await registry.sql(
      `update registry_object set key = '["elsewhere"]', document = '{"name": "elsewhere"}', version = version + 1 where key = '["moved"]'`,
    )
    await write('purgePerson(name: "elsewhere", reason: "r")')
    expect(
      await registry.sql(
        `select key from registry_past where key = '["moved"]' union all select key from registry_change where key = '["moved"]'`,
      ),
    ).toEqual([])
  })

  test('needs a reason', async () => {
    const { errors } = await registry.query('mutation { purgePerson(name: "other", reason: " ") }')
    expect(errors?.[0]?.extensions?.issues).toEqual([
      {
        path: ['reason'],
        code: 'EMPTY',
        message: 'reason is empty; say why this has to go, for those who read administrationLog',
      },
    ])
    expect((await registry.data('{ person(name: "other") { name } }')).person).toEqual({ name: 'other' })
  })

  test('reaches the storages with other keys, and the plan that named the object', async () => {
    await write('upsertPerson(input: { name: "shifted", mail: "m1" }) { outcome }')
    await write('upsertPerson(input: { name: "shifted", mail: "m2" }) { outcome }')
    const next = await startRegistry(
      [person(', town'), ...others.map((text) => text.replace(/, \w+: \{ type: reference[^}]*\}/, ''))],
      {
        databaseUrl: database.url,
        consent: 'any',
      },
    )
    try {
      const rows = () =>
        registry.sql(
          `select template from registry_object where document->>'name' = 'shifted' union all
           select template from registry_past where document->>'name' = 'shifted' union all
           select template from registry_change where key like '["shifted"%' order by template`,
        )
      expect(new Set((await rows()).map(({ template }) => template))).toEqual(new Set(['person', 'person~2']))
      const plans = `select from registry_generation where entries::text like '%shifted%'`
      expect(await registry.sql(plans)).toHaveLength(1)
      await next.data('mutation { purgePerson(name: "shifted", town: "here", reason: "r") }')
      expect(await rows()).toEqual([])
      expect(await registry.sql(plans)).toEqual([])
    } finally {
      await next.close()
    }
  })

  test('reaches the storage that is being filled for other keys, and former keys that only the log tells', async () => {
    const own = await createTestDatabase()
    const older = await startRegistry([person()], { databaseUrl: own.url })
    const left = (where: string) => older.sql(`select template, key from ${where} order by template`)
    const upsert = 'mutation { upsertPerson(input: { name: "a", mail: "m" }) { outcome } }'
    const shared = { databaseUrl: own.url, consent: 'any' }
    try {
      await older.data(upsert)
      await older.sql("alter table registry_work alter leased_to set default 'infinity'")
      const newer = await startRegistry([person(', town')], shared)
      try {
        expect(newer.generation).toBe(1)
        // What is created is written there as well; what was there before is left to the copy.
        await older.data('mutation { deletePerson(name: "a") { name } }')
        await older.data(upsert.replace('"m"', '"n"'))
        expect(await left('registry_object')).toEqual([
          { template: 'person', key: '["a"]' },
          { template: 'person~2', key: '["a","here"]' },
        ])
        await older.data('mutation { purgePerson(name: "a", reason: "r") }')
        for (const table of ['registry_object', 'registry_past', 'registry_change'])
          expect(await left(table)).toEqual([])

        await older.data(upsert)
      } finally {
        await newer.close()
      }
      await older.sql("alter table registry_work alter leased_to set default '-infinity'")
      await older.sql("update registry_work set leased_to = '-infinity'")
    } finally {
      await older.close()
    }
    const newest = await startRegistry([person(', town')], shared)
    try {
      while (newest.generation === 1) await sleep(20)
      await newest.data('mutation { upsertPerson(input: { name: "a", mail: "p" }) { outcome } }')
      await newest.sql('delete from registry_past')
      await newest.data('mutation { purgePerson(name: "a", town: "here", reason: "r") }')
      expect(
        await newest.sql('select template, key from registry_past union all select template, key from registry_change'),
      ).toEqual([])
    } finally {
      await newest.close()
      await own.drop()
    }
  })
})
