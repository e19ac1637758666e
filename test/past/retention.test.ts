import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { defaultLimits } from '../../src/limits.ts'
import { createMetrics } from '../../src/metrics/create-metrics.ts'
import { compileKeepAtLeast } from '../../src/sql/retention/past-index.ts'
import { openStore } from '../../src/store/open-store.ts'
import { createRetention, type Retention } from '../../src/store/retention/create-retention.ts'
import { parseMetrics } from '../metrics/parse-metrics.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { applying, parseTexts, startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = [
  'name: daily\nkey: [name]\nhistory: { days: 90, indexed: true }\nfields: { name: string, size: int }',
  'name: few\nplural: fews\nkey: [name]\nhistory: { keep: 3 }\nfields: { name: string, size: int }',
  'name: bare\nkey: [name]\nhistory: false\nfields: { name: string, size: int }',
  'name: build\nkey: [name]\nlatestBy: number\nretain: { last: 2, per: [branch] }\nfields: { name: string, branch: string, number: int }',
  'name: report\nkey: [name]\nlatestBy: day\nretain: { days: 30 }\nfields: { name: string, day: date }',
  'name: release\nkey: [name]\nfields: { name: string, build: { type: reference, to: build } }',
  'name: log\nkey: [name]\nfields: { name: string, build: { type: reference, to: build, onDelete: cascade } }',
  'name: note\nkey: [name]\nfields: { name: string, build: { type: reference, to: build, onDelete: unset } }',
  'name: proof\nkey: [name]\nfields: { name: string, log: { type: reference, to: log } }',
]

let database: TestDatabase
let registry: TestRegistry
let server: Server
beforeAll(async () => {
  database = await createTestDatabase()
  registry = await startRegistry(templates, { databaseUrl: database.url })
  server = createServer()
})
afterAll(async () => {
  await registry?.close()
  await database?.drop()
})

interface Server extends Retention {
  readonly stop: AbortController
  readonly metrics: ReturnType<typeof createMetrics>
}

/** A server, as far as it removes what is not kept. `before` is awaited before each statement of its transactions. */
function createServer(before: (text: string) => Promise<void> = async () => undefined): Server {
  const stop = new AbortController()
  const metrics = createMetrics('1')
  const { run, transaction } = registry.database
  const retention = createRetention({
    spared: 0,
    database: {
      run,
      transaction: (work, end) =>
        transaction(
          (own) =>
            work(async (statement) => {
              await before(statement.text)
              return own(statement)
            }),
          end,
        ),
    },
    connection: registry.connection,
    limits: defaultLimits,
    logger: pino({ level: 'silent' }),
    signal: stop.signal,
    metrics,
    restOfLooks: 0,
  })
  const { model, generation } = registry
  retention.serve({ model, generation })
  return { ...retention, stop, metrics }
}

/** A round of a server that remembers nothing, after the others are gone. */
async function roundOfAnother(before?: (text: string) => Promise<void>): Promise<void> {
  await registry.sql('delete from registry_lease')
  await createServer(before).round()
}

/** Does something once, before the first statement with such a text. */
function once(text: string, work: () => Promise<unknown>) {
  let isDone = false
  return async (statement: string) => {
    if (isDone || !statement.includes(text)) return
    isDone = true
    await work()
  }
}

/** Makes all that has happened to a template so many days older. No trigger takes it for a write. */
async function age(template: string, days: number): Promise<void> {
  const earlier = (...columns: string[]) => columns.map((one) => `${one} = ${one} - interval '${days} days'`).join(', ')
  await registry.sql(`set session_replication_role = replica;
    update registry_past set ${earlier('created_at', 'valid_from', 'valid_to')} where template = '${template}';
    update registry_change set ${earlier('changed_at')} where template = '${template}';
    update registry_object set ${earlier('created_at', 'updated_at', 'confirmed_at', 'changed_at')} where template = '${template}'`)
}

async function time(shift = '0 days'): Promise<string> {
  const [row] = await registry.sql(
    `select to_char((clock_timestamp() - $1::interval) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as time`,
    [shift],
  )
  return String(row?.time)
}

const write = (mutation: string) => registry.data(`mutation { ${mutation} }`, {}, { 'x-registry-actor': 'ci' })
/** The versions that are kept of what objects were, and of what changed them. */
async function kept(template: string) {
  const past = await registry.sql('select key, version from registry_past where template = $1 order by key, version', [
    template,
  ])
  const log = await registry.sql(
    'select key, version, outcome from registry_change where template = $1 order by key, version',
    [template],
  )
  const name = (key: unknown) => (JSON.parse(String(key)) as string[])[0]
  return {
    past: past.map(({ key, version }) => `${name(key)}${version}`),
    log: log.map(({ key, version, outcome }) => `${name(key)}${version}${outcome === 'DELETED' ? '-' : ''}`),
  }
}

const carried = (from: TestRegistry, template: string) =>
  from.sql('select carried_to is null as is_carried from registry_history where template = $1', [template])

/** As after the migration that keeps the past, and with something that is in the way. */
async function hinder(at: TestRegistry, template: string): Promise<void> {
  await at.sql(`insert into registry_history (template, since, carried_to) values ('${template}', now(), 0)
      on conflict (template) do update set carried_to = 0;
    create function hinder() returns trigger language plpgsql as $$ begin raise 'hindered'; end $$;
    create trigger hinder before update on registry_history for each row
      when (old.carried_to is not null and new.carried_to is null) execute function hinder()`)
}

async function at(query: string, when: string, from = registry) {
  const { data, errors } = await from.query(`query ($at: DateTime!) { ${query} }`, { at: when })
  return errors?.[0]?.extensions?.code ?? data
}

describe('history', () => {
  test('{ days } removes what was replaced or deleted before, and answers of then are refused, not wrong', async () => {
    await write('upsertDaily(input: { name: "a", size: 1 }) { outcome }')
    const first = await time()
    await write('upsertDailies(input: [{ name: "a", size: 2 }, { name: "b", size: 1 }]) { updated }')
    await write('upsertDaily(input: { name: "a", size: 3 }) { outcome }')
    await write('deleteDaily(name: "b") { name }')
    await age('daily', 100)
    await write('upsertDaily(input: { name: "a", size: 4 }) { outcome }')
    const hundredDaysAgo = new Date(Date.parse(first) - 100 * 86_400_000).toISOString()
    expect(await at('daily(name: "a", at: $at) { size }', hundredDaysAgo)).toEqual({ daily: { size: 1 } })
    expect(await kept('daily')).toEqual({ past: ['a1', 'a2', 'a3', 'b1'], log: ['a1', 'a2', 'a3', 'a4', 'b1', 'b2-'] })

    await server.round()
    expect(await kept('daily')).toEqual({ past: ['a3'], log: ['a3', 'a4'] })
    expect(await at('daily(name: "a", at: $at) { size }', hundredDaysAgo)).toBe('HISTORY_EXPIRED')
    expect(await at('daily(name: "a", at: $at) { size }', await time('99 days'))).toEqual({ daily: { size: 3 } })
    expect(await at('daily(name: "a", at: $at) { size }', await time())).toEqual({ daily: { size: 4 } })
    expect(
      parseMetrics(await server.metrics.print()).valueOf('registry_removed_total', {
        template: 'daily',
        kind: 'version',
      }),
    ).toBe(3)
  })

  test('without the time from which on the past is known, the same removal makes answers wrong', async () => {
    await write('upsertDaily(input: { name: "c", size: 1 }) { outcome }')
    const first = await time()
    await write('upsertDaily(input: { name: "c", size: 2 }) { outcome }')
    expect(await at('daily(name: "c", at: $at) { size }', first)).toEqual({ daily: { size: 1 } })
    await registry.sql(`delete from registry_past where key = '["c"]'`)
    expect(await at('daily(name: "c", at: $at) { size }', first)).toEqual({ daily: null })
  })

  test('{ keep } counts the versions of each object, the present one and a deletion too', async () => {
    const times = []
    for (const size of [1, 2, 3, 4, 5]) {
      await write(`upsertFews(input: [{ name: "a", size: ${size} }, { name: "b", size: ${size} }]) { created }`)
      times.push(await time())
    }
    await write('deleteFew(name: "b") { name }')
    await write('upsertFew(input: { name: "c", size: 1 }) { outcome }')
    await server.round()
    expect(await kept('few')).toEqual({
      past: ['a3', 'a4', 'b4', 'b5'],
      log: ['a3', 'a4', 'a5', 'b4', 'b5', 'b6-', 'c1'],
    })
    const sizes = 'fews(at: $at) { nodes { name size } }'
    expect(await at(sizes, times[2] ?? '')).toBe('HISTORY_EXPIRED')
    expect(await at(sizes, times[3] ?? '')).toEqual({
      fews: {
        nodes: [
          { name: 'a', size: 4 },
          { name: 'b', size: 4 },
        ],
      },
    })
    // What has been looked through is not looked through again, and what is new is.
    await write('upsertFew(input: { name: "a", size: 6 }) { outcome }')
    await server.round()
    expect((await kept('few')).past).toEqual(['a4', 'a5', 'b4', 'b5'])
  })

  test('what has changed since a time is told in full, or not at all', async () => {
    const change = async (mutation: string) => {
      await write(mutation)
      return time()
    }
    await change('upsertFew(input: { name: "z", size: 1 }) { outcome }')
    await change('deleteFew(name: "z") { name }')
    await change('upsertFew(input: { name: "z", size: 2 }) { outcome }')
    await change('deleteFew(name: "z") { name }')
    await change('upsertFew(input: { name: "z", size: 3 }) { outcome }')
    await change('deleteFew(name: "z") { name }')
    const [{ oldest } = { oldest: undefined }] = await registry.sql(
      `select min(sequence)::int as oldest from registry_change where template = 'few' and key = '["z"]'`,
    )
    await server.round()
    const [row] = await registry.sql(
      `select min(sequence)::int > $1 as has_gone, (select since from registry_history where template = 'few') < min(changed_at) as is_known
       from registry_change where template = 'few' and key = '["z"]'`,
      [oldest],
    )
    expect(row).toEqual({ has_gone: true, is_known: true })
    const [removed] = await registry.sql(
      `select count(*)::int as versions from registry_past where template = 'few' and key = '["z"]'`,
    )
    expect(removed).toEqual({ versions: 2 })
  })

  test('what the log tells of the time before cannot be carried over, and what is too old goes all the same', async () => {
    for (const size of [1, 2, 3, 4, 5]) await write(`upsertFew(input: { name: "hindered", size: ${size} }) { outcome }`)
    await hinder(registry, 'proof')
    try {
      await roundOfAnother()
      expect(await carried(registry, 'proof')).toEqual([{ is_carried: false }])
      expect((await kept('few')).past.filter((one) => one.startsWith('hindered'))).toEqual(['hindered3', 'hindered4'])
    } finally {
      await registry.sql(
        `drop trigger hinder on registry_history; drop function hinder; delete from registry_lease; delete from registry_history where template = 'proof'`,
      )
    }
  })

  test('false keeps nothing but, for a day, who changed what', async () => {
    await write('upsertBare(input: { name: "a", size: 1 }) { outcome }')
    await write('upsertBare(input: { name: "a", size: 2 }) { outcome }')
    await write('upsertBare(input: { name: "b", size: 1 }) { outcome }')
    await write('deleteBare(name: "b") { name }')
    const refusal = { extensions: { code: 'HISTORY_EXPIRED' } }
    expect((await registry.query('{ bares(at: "now-1s") { totalCount } }')).errors).toMatchObject([refusal])
    await server.round()
    expect(await kept('bare')).toEqual({ past: [], log: ['a1', 'a2', 'b1', 'b2-'] })
    expect(
      await registry.data(
        '{ bare(name: "a") { _history { totalCount nodes { version } } } bareHistory(name: "b") { totalCount } }',
      ),
    ).toEqual({
      bare: { _history: { totalCount: 0, nodes: [] } },
      bareHistory: { totalCount: 0 },
    })
    const { errors } = await registry.query('{ bares(at: "now-1s") { totalCount } }')
    expect(errors?.[0]).toMatchObject({
      message: 'Nothing is kept of what bare was (history: false); leave out at.',
      extensions: { code: 'HISTORY_EXPIRED' },
    })
    for (const times of ['from: "now-1s"', 'from: "now-2s", to: "now-1s"']) {
      const refused = await registry.query(`{ baresDiff(${times}) { totalCount } }`)
      expect(refused.errors?.[0]).toMatchObject({
        message: 'Nothing is kept of what bare was (history: false), so there is nothing to compare.',
        extensions: { code: 'HISTORY_EXPIRED' },
      })
    }
    await age('bare', 2)
    await server.round()
    expect(await kept('bare')).toEqual({ past: [], log: ['a2'] })
    await write('upsertBare(input: { name: "a", size: 3 }) { outcome }')
    await age('bare', 2)
    await server.round()
    expect(await kept('bare')).toEqual({ past: [], log: ['a3'] })
  })

  const pastIndexes = async () => {
    const indexes = await registry.sql("select indexdef from pg_indexes where indexname like 'rp\\_%'")
    return indexes.map(({ indexdef }) => String(indexdef).replace(/^.* USING /, '')).sort()
  }
  const asked = [
    "btree (created_at, key, valid_to, valid_from) WHERE (template = 'daily'::text)",
    "gin (document jsonb_path_ops) WHERE (template = 'daily'::text)",
  ]

  test('an index on the past is there as long as it is asked for, and serves filters', async () => {
    expect(await pastIndexes()).toEqual(asked)
    await registry.sql(`insert into registry_past (template, key, uuid, document, refs, version, created_at, valid_from, valid_to)
      select 'daily', i::text, gen_random_uuid(), jsonb_build_object('size', i), '{}', 1, now(), now(), now() from generate_series(1000, 4000) as i;
      analyze registry_past`)
    const filter = `template = 'daily' and document @> '{"size": 3000}'`
    const plan = await registry.sql(`explain select from registry_past where ${filter}`)
    expect(JSON.stringify(plan)).toContain('rp_daily')
  })

  describe('an index for a reference, which every write pays for', () => {
    const ofReference =
      "btree (((refs ->> 'log'::text)) COLLATE \"C\", valid_to, valid_from) WHERE (template = 'proof'::text)"
    const grown = [...asked, ofReference].sort()
    const keep = (count: number, template = 'proof') =>
      registry.sql(`insert into registry_past (template, key, uuid, document, refs, version, created_at, valid_from, valid_to)
        select '${template}', i::text, gen_random_uuid(), '{}', jsonb_build_object('log', i::text), 1, now(), now(), now() from generate_series(1, ${count}) as i`)
    const keepAll = async (count: number) => {
      await registry.sql("delete from registry_past where template = 'proof'")
      await keep(count)
    }
    const restart = async () => {
      const next = await startRegistry(templates, { databaseUrl: database.url })
      await next.close()
    }
    const without = async () => {
      await keepAll(0)
      await server.round()
      expect(await pastIndexes()).toEqual(asked)
    }
    afterAll(without)

    test('is built from 250 former versions on, and goes with less than 100', async () => {
      await without()
      await keepAll(249)
      await server.round()
      expect(await pastIndexes()).toEqual(asked)
      await keep(1)
      await server.round()
      expect(await pastIndexes()).toEqual(grown)
      await keepAll(100)
      await server.round()
      expect(await pastIndexes()).toEqual(grown)
      await keepAll(99)
      await server.round()
      expect(await pastIndexes()).toEqual(asked)
    })

    test('is built by one server at a time; no round, start or end of a server waits for it', async () => {
      await without()
      await keepAll(250)
      const [first, second, third] = [createServer(), createServer(), createServer()]
      const reader = new pg.Client(registry.connection)
      await reader.connect()
      const building = () =>
        registry.sql(
          "select from pg_stat_activity where datname = current_database() and query like 'create index concurrently%' and state = 'active'",
        )
      let round: Promise<void> | undefined
      try {
        // A dump, for instance: building an index waits for its snapshot.
        await reader.query('begin isolation level repeatable read; select from registry_past limit 1')
        await keep(1)
        round = first.round()
        await expect.poll(building, { timeout: 20_000 }).toHaveLength(1)
        await second.round()
        await restart()
        expect(await building()).toHaveLength(1)
        first.stop.abort()
        await round
      } finally {
        await reader.end()
        first.stop.abort()
        await round
      }
      await expect.poll(building, { timeout: 20_000 }).toEqual([])
      await third.round()
      expect(await pastIndexes()).toEqual(grown)
      const invalid = await registry.sql('select from pg_index where not indisvalid')
      expect(invalid).toEqual([])
    })

    test('is looked for by an index of the past', async () => {
      await keepAll(300)
      const { text, values } = compileKeepAtLeast(['proof', 'log', 'note'], 250)
      const explained = await registry.sql(`explain (format json) ${text}`, [...values])
      expect(JSON.stringify(explained)).toContain('registry_past_template_valid_to_valid_from_idx')
      expect(JSON.stringify(explained)).not.toContain('Seq Scan')
      expect(await registry.sql(text, [...values])).toEqual([{ stored: 'proof' }])
    })
  })

  test.each(['not there', 'left behind by an interrupted build'])(
    'the index of times replaces the former one where it is %s',
    async (state) => {
      const [past, former] = ['registry_past_template_valid_to_valid_from_idx', 'registry_past_template_valid_to_idx']
      const indexes = () =>
        registry.sql(`select c.relname as name, i.indisvalid as valid from pg_index as i join pg_class as c on c.oid = i.indexrelid
        where i.indrelid = 'registry_past'::regclass and c.relname like '%valid\\_to\\_%' and c.relname not like '%key%' order by 1`)
      expect(await indexes()).toEqual([{ name: past, valid: true }])
      await registry.sql(`create index ${former} on registry_past (template, valid_to)`)
      await registry.sql(
        state === 'not there'
          ? `drop index ${past}`
          : `update pg_index set indisvalid = false where indexrelid = '${past}'::regclass`,
      )
      const next = await startRegistry(templates, { databaseUrl: database.url })
      try {
        await expect.poll(indexes, { timeout: 20_000 }).toEqual([{ name: past, valid: true }])
      } finally {
        await next.close()
      }
    },
  )

  test('a past that gets an index is analyzed, so that the planner knows how many refer to the same object', async () => {
    // PostgreSQL would do so by itself at some time.
    await registry.sql('alter table registry_past set (autovacuum_enabled = false)')
    await registry.sql(`insert into registry_past (template, key, uuid, document, refs, version, created_at, valid_from, valid_to)
      select 'log', i::text, gen_random_uuid(), '{}', jsonb_build_object('build', (i / 5)::text), 1, now(), now(), now() from generate_series(1, 1000) as i`)
    for (const { name } of await registry.sql(
      "select indexname as name from pg_indexes where indexname like 'rp\\_log%'",
    ))
      await registry.sql(`drop index ${name}`)
    const next = await startRegistry(templates, { databaseUrl: database.url })
    try {
      const known = () => registry.sql("select from pg_stats where tablename like 'rp\\_log%' limit 1")
      await expect.poll(known, { timeout: 20_000 }).toHaveLength(1)
    } finally {
      await next.close()
      await registry.sql(
        "delete from registry_past where template = 'log'; alter table registry_past reset (autovacuum_enabled)",
      )
    }
  })
})

describe('retain', () => {
  afterEach(() =>
    registry.sql(
      `set session_replication_role = replica; delete from registry_object; delete from registry_change; delete from registry_past`,
    ),
  )

  const builds = (...numbers: (number | null)[]) =>
    write(
      `upsertBuilds(input: [${numbers.map((number, i) => `{ name: "b${i}", branch: "main", number: ${number} }`).join(', ')}, { name: "x", branch: "dev", number: 0 }]) { created }`,
    )
  const names = async (plural: string) =>
    (await registry.data(`{ ${plural} { nodes { name } } }`))[plural].nodes.map(({ name }: { name: string }) => name)

  test('{ last, per } deletes all but the latest of each group, by the actor registry', async () => {
    await builds(5, 1, null, 4, 3)
    await roundOfAnother()
    expect(await names('builds')).toEqual(['b0', 'b3', 'x'])
    expect(
      await registry.sql(
        `select key, outcome, version, changed_by from registry_change where outcome = 'DELETED' and template = 'build' order by key`,
      ),
    ).toEqual(
      ['b1', 'b2', 'b4'].map((name) => ({
        key: `["${name}"]`,
        outcome: 'DELETED',
        version: 2,
        changed_by: 'registry',
      })),
    )
    expect((await kept('build')).past).toEqual(['b11', 'b21', 'b41'])
    await write('upsertBuild(input: { name: "new", branch: "main", number: 9 }) { outcome }')
    await roundOfAnother()
    expect(await names('builds')).toEqual(['b0', 'x', 'new'])
  })

  test('what others refer to stays, unless they go with it or let go of it', async () => {
    await builds(9, 8, 1, 2, 3)
    await write('upsertRelease(input: { name: "r", build: "b2" }) { outcome }')
    await write('upsertLogs(input: [{ name: "l3", build: "b3" }, { name: "l4", build: "b4" }]) { created }')
    await write('upsertNotes(input: [{ name: "n3", build: "b3" }, { name: "n4", build: "b4" }]) { created }')
    // b4 cannot go, since l4 would go with it, and p refers to that.
    await write('upsertProof(input: { name: "p", log: "l4" }) { outcome }')
    await roundOfAnother()
    expect(await names('builds')).toEqual(['b0', 'b1', 'b2', 'b4', 'x'])
    expect(await names('logs')).toEqual(['l4'])
    expect((await registry.data('{ notes { nodes { name build { name } } } }')).notes.nodes).toEqual([
      { name: 'n3', build: null },
      { name: 'n4', build: { name: 'b4' } },
    ])
    await write('deleteRelease(name: "r") { name }')
    await write('deleteProof(name: "p") { name }')
    await roundOfAnother()
    expect(await names('builds')).toEqual(['b0', 'b1', 'x'])
  })

  test('{ days } goes by latestBy, and by the update time where there is none', async () => {
    const day = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
    const reports = (...input: string[]) => write(`upsertReports(input: [${input.join(', ')}]) { created }`)
    await reports('{ name: "confirmed" }', '{ name: "old" }')
    await age('report', 40)
    await reports(
      '{ name: "confirmed" }',
      '{ name: "new" }',
      `{ name: "late", day: "${day(40)}" }`,
      `{ name: "early", day: "${day(20)}" }`,
    )
    await roundOfAnother()
    expect((await names('reports')).sort()).toEqual(['confirmed', 'early', 'new'])
  })

  test('more objects than fit into a batch go in one round', async () => {
    await registry.data('mutation ($input: [ReportInput!]!) { upsertReports(input: $input) { created } }', {
      input: Array.from({ length: 1_100 }, (_, i) => ({ name: `r${i}`, day: '2020-01-01' })),
    })
    await roundOfAnother()
    expect(await names('reports')).toEqual([])
  })

  test('a query says beforehand what would go, and what others keep, also by another rule', async () => {
    await builds(9, 8, 1, 2, 3)
    await write('upsertRelease(input: { name: "r", build: "b2" }) { outcome }')
    const ask = async (given: string) =>
      (await registry.data(`{ retention(${given}) { objects keptByReferences keys } }`)).retention
    expect(await ask('template: "build"')).toEqual({
      objects: 2,
      keptByReferences: 1,
      keys: [{ name: 'b3' }, { name: 'b4' }],
    })
    expect(await ask('template: "build", last: 1, per: ["branch", "name"]')).toEqual({
      objects: 0,
      keptByReferences: 0,
      keys: [],
    })
    expect(await ask('template: "release", days: 1')).toEqual({ objects: 0, keptByReferences: 0, keys: [] })
    await age('release', 2)
    expect(await ask('template: "release", days: 1, first: 0')).toEqual({ objects: 1, keptByReferences: 0, keys: [] })
    await roundOfAnother()
    expect(await names('builds')).toEqual(['b0', 'b1', 'b2', 'x'])
  })

  test.each([
    ['template: "biuld"', 'there is no template "biuld". Did you mean "build"?'],
    ['template: "release"', 'release retains all objects; give days, or last and per, to see what a rule would delete'],
    ['template: "build", last: 3', 'give either days, or last and per'],
    ['template: "build", days: 3, per: ["name"]', 'give either days, or last and per'],
    ['template: "build", days: 0', 'days is 0; it must lie between 1 and 36500'],
    ['template: "build", last: 0, per: ["name"]', 'last is 0; at least 1 must stay'],
    [
      'template: "build", last: 1, per: ["x"]',
      '"x" is no field of build that makes groups; there are name, branch, number',
    ],
    ['template: "build", first: 1001', 'first is 1001; it must lie between 0 and 1000'],
  ])('the query refuses %s', async (given, message) => {
    const { errors } = await registry.query(`{ retention(${given}) { objects } }`)
    expect(errors?.[0]?.extensions?.issues).toMatchObject([{ code: 'RETENTION', message }])
  })

  test('the query is stopped like any other that takes too long', async () => {
    const impatient = await startRegistry(templates, {
      databaseUrl: database.url,
      limits: { statementMilliseconds: 2_000 },
    })
    const blocker = new pg.Client(registry.connection)
    await blocker.connect()
    try {
      await blocker.query('begin; lock table registry_object in access exclusive mode')
      const { errors } = await impatient.query('{ retention(template: "build") { objects } }')
      expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['TIMEOUT'])
    } finally {
      await blocker.end()
      await impatient.close()
    }
  })

  test('an object that somebody works on waits for the next round, and nobody waits for it', async () => {
    await builds(9, 8, 2, 1)
    const writer = new pg.Client(registry.connection)
    await writer.connect()
    try {
      await writer.query(`begin; select from registry_object where template = 'build' and key = '["b2"]' for update`)
      await roundOfAnother()
      expect(await names('builds')).toEqual(['b0', 'b1', 'b2', 'x'])
    } finally {
      await writer.end()
    }
    await roundOfAnother()
    expect(await names('builds')).toEqual(['b0', 'b1', 'x'])
  })

  test.each([
    ['deleted', 'deleteBuild(name: "b0") { name }', ['b1', 'b2', 'x']],
    [
      'moved to another group',
      'upsertBuild(input: { name: "b0", branch: "dev" }) { outcome }',
      ['b0', 'b1', 'b2', 'x'],
    ],
    ['written', 'upsertBuild(input: { name: "b0", number: 10 }) { outcome }', ['b0', 'b1', 'x']],
  ])('what comes among the last because one of them was %s since the look stays', async (_title, mutation, left) => {
    await builds(9, 8, 2)
    await roundOfAnother(once('for update of o skip locked', () => write(mutation)))
    expect(await names('builds')).toEqual(left)
  })

  test.each([
    ['others refer to', 'release'],
    ['others refer to that goes with it', 'proof'],
  ])('what %s is looked for again, by the same server', async (_title, referrer) => {
    const remembering = createServer()
    await registry.sql('delete from registry_lease')
    await builds(9, 8, 1)
    await write('upsertLog(input: { name: "l", build: "b2" }) { outcome }')
    if (referrer === 'release') await write('upsertRelease(input: { name: "r", build: "b2" }) { outcome }')
    else await write('upsertProof(input: { name: "r", log: "l" }) { outcome }')
    await remembering.round()
    expect(await names('builds')).toEqual(['b0', 'b1', 'b2', 'x'])
    await write(referrer === 'release' ? 'deleteRelease(name: "r") { name }' : 'deleteProof(name: "r") { name }')
    await remembering.round()
    expect(await names('builds')).toEqual(['b0', 'b1', 'x'])
  })
})

describe('of several servers', () => {
  test('one at a time removes; another goes on when that is dead, or gives the work back', async () => {
    const [first, second] = [createServer(), createServer()]
    await registry.sql('delete from registry_lease')
    const old = '{ name: "old", day: "2020-01-01" }'
    const isThere = async () => (await registry.data('{ report(name: "old") { name } }')).report !== null
    await write(`upsertReport(input: ${old}) { outcome }`)
    await Promise.all([first.round(), second.round()])
    expect(await isThere()).toBe(false)

    const [dead] = await registry.sql('update registry_lease set holder = gen_random_uuid() returning holder')
    await write(`upsertReport(input: ${old}) { outcome }`)
    await first.round()
    await second.round()
    expect(await isThere()).toBe(true)
    await registry.sql("update registry_lease set leased_to = now() - interval '1 second'")
    await second.round()
    expect(await isThere()).toBe(false)
    expect(await registry.sql('select from registry_lease where holder <> $1', [dead?.holder])).toHaveLength(1)

    second.stop.abort()
    await second.work()
    expect(await registry.sql('select from registry_lease')).toEqual([])
  })

  test('each does so by itself until it is closed', async () => {
    await registry.sql('delete from registry_lease')
    const store = openStore({ connection: { connectionString: database.url }, pause: 20 }, pino({ level: 'silent' }))
    try {
      await store.prepare(applying(parseTexts(templates)))
      await write('upsertReport(input: { name: "old", day: "2020-01-01" }) { outcome }')
      while ((await registry.data('{ report(name: "old") { name } }')).report) await sleep(10)
    } finally {
      await store.close()
    }
    expect(await registry.sql('select from registry_lease')).toEqual([])
  })

  test('one with older templates removes nothing', async () => {
    const older = createServer()
    older.serve({ model: registry.model, generation: registry.generation - 1 })
    await write('upsertReport(input: { name: "older", day: "2020-01-01" }) { outcome }')
    await older.round()
    expect((await registry.data('{ report(name: "older") { name } }')).report).toEqual({ name: 'older' })
  })

  test('one ends its round as soon as newer templates have been applied', async () => {
    await write('upsertReport(input: { name: "midway", day: "2020-01-01" }) { outcome }')
    const apply = () =>
      registry.sql(
        `insert into registry_generation (generation, files, digest, model, entries, planned_at, applied_at)
         select generation + 1, files, digest, model, entries, now(), now() from registry_generation where generation = $1`,
        [registry.generation],
      )
    try {
      await roundOfAnother(once('skip locked', apply))
      expect((await registry.data('{ report(name: "midway") { name } }')).report).toEqual({ name: 'midway' })
    } finally {
      await registry.sql('delete from registry_generation where generation > $1', [registry.generation])
    }
    await roundOfAnother()
    expect((await registry.data('{ report(name: "midway") { name } }')).report).toBeNull()
  })
})

test('with history again, the past is known from then on, and its index goes with the wish for it', async () => {
  await write('upsertBare(input: { name: "again", size: 1 }) { outcome }')
  await roundOfAnother()
  const withAll = templates.map((text) => text.replace(/^history: .*\n/m, ''))
  const next = await startRegistry(withAll, { databaseUrl: database.url, consent: 'any' })
  try {
    const retention = createRetention({
      spared: 0,
      database: next.database,
      connection: next.connection,
      limits: defaultLimits,
      logger: pino({ level: 'silent' }),
      signal: new AbortController().signal,
    })
    const before = await time()
    await registry.sql('delete from registry_lease')
    retention.serve({ model: next.model, generation: next.generation })
    await retention.round()
    const after = await time()
    await next.data('mutation { upsertBare(input: { name: "again", size: 2 }) { outcome } }')
    await retention.round()
    expect(await at('bare(name: "again", at: $at) { size }', before, next)).toBe('HISTORY_EXPIRED')
    expect(await at('bare(name: "again", at: $at) { size }', after, next)).toEqual({ bare: { size: 1 } })
    expect(
      await registry.sql("select from pg_indexes where indexname like 'rp\\_%' and indexdef like '%gin%'"),
    ).toEqual([])
  } finally {
    await next.close()
  }
})

test('what the log tells of the time before is carried over as soon as it can be, also where all is kept', async () => {
  const own = await createTestDatabase()
  const all = await startRegistry(['name: kept\nplural: kepts\nkey: [name]\nfields: { name: string }'], {
    databaseUrl: own.url,
  })
  try {
    const logged: string[] = []
    const logger = pino({ level: 'warn' }, { write: (line: string) => logged.push(JSON.parse(line).msg) })
    const { signal } = new AbortController()
    const { database, connection, model, generation } = all
    const retention = createRetention({ database, connection, limits: defaultLimits, logger, signal })
    retention.serve({ model, generation })
    await hinder(all, 'kept')
    await retention.round()
    expect(logged).toEqual(['former versions could not be carried over; it is tried again'])
    expect(await carried(all, 'kept')).toEqual([{ is_carried: false }])
    await all.sql('drop trigger hinder on registry_history')
    await retention.round()
    expect(await carried(all, 'kept')).toEqual([{ is_carried: true }])
  } finally {
    await all.close()
    await own.drop()
  }
})
