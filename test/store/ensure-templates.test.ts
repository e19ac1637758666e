import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { partitionName } from '../../src/sql/partition-name.ts'
import { openStore } from '../../src/store/open-store.ts'
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { recordStatements } from '../support/record-statements.ts'
import { applying, parseTexts, startRegistry, type TestRegistry } from '../support/registry.ts'

let database: TestDatabase
let client: pg.Client
beforeAll(async () => {
  database = await createTestDatabase()
  client = new pg.Client(database.connection)
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

/** Starts a registry on the database of this file and stops it again. */
async function start(templates: readonly string[], use?: (registry: TestRegistry) => Promise<void>): Promise<void> {
  const registry = await startRegistry(templates, { databaseUrl: database.url, consent: 'any' })
  try {
    await use?.(registry)
  } finally {
    await registry.close()
  }
}

/** The indexes of a template's fields: their definitions, and whether they are valid. */
async function indexesOf(template: string): Promise<string[]> {
  const { rows } = await client.query(
    `select regexp_replace(pg_get_indexdef(i.indexrelid), '(.*) INDEX .* USING (.*)', '\\1 \\2') as definition, i.indisvalid as valid
     from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = $1::regclass and c.relname like 'ro\\_%' order by 1`,
    [partitionName(template)],
  )
  return rows.map((row) => `${row.definition}${row.valid ? '' : ' invalid'}`).sort()
}

const always = [
  'CREATE btree (created_at, key)',
  "CREATE btree (date_bin('00:00:10'::interval, updated_at, '2000-01-01 00:00:00+00'::timestamp with time zone))",
  'CREATE gin (document jsonb_path_ops)',
  'CREATE gin (registry_search_words(document))',
]
const note = '((document ->> \'note\'::text)) COLLATE "C"'
const indexed = `CREATE btree (${note}, key)`
const unique = `CREATE UNIQUE btree (${note})`

test('servers that start at the same time on an empty database share the work, and each of them answers', async () => {
  const empty = await createEmptyDatabase()
  try {
    const registries = await Promise.all(
      Array.from({ length: 3 }, () => startRegistry(undefined, { databaseUrl: empty.url })),
    )
    const answers = await Promise.all(
      registries.map((registry, i) => registry.data(`mutation { upsertImage(input: {name: "i${i}"}) { outcome } }`)),
    )
    expect(answers).toEqual(Array(3).fill({ upsertImage: { outcome: 'CREATED' } }))
    expect(await registries[0]?.data('{ images { totalCount } }')).toEqual({ images: { totalCount: 3 } })
    expect(
      await registries[1]?.sql(
        "select template->>'name' as name, template->'key' as key from registry_generation, json_array_elements(model->'templates') as template",
      ),
    ).toEqual([
      { name: 'image', key: ['name'] },
      { name: 'person', key: ['first_name', 'last_name'] },
      { name: 'role', key: ['name', 'image', 'status'] },
    ])
    await Promise.all(registries.map((registry) => registry.close()))
  } finally {
    await empty.drop()
  }
})

test('a field that becomes indexed, unique or neither gains and loses its index at the next start, and no object', async () => {
  await start(['{ name: host, key: [name], fields: { name: string, note: string } }'], async (registry) => {
    await registry.data('mutation { upsertHosts(input: [{name: "a", note: "1"}, {name: "b", note: "2"}]) { created } }')
  })
  expect(await indexesOf('host')).toEqual(always)
  await start(['{ name: host, key: [name], fields: { name: string, note: { type: string, indexed: true } } }'])
  expect(await indexesOf('host')).toEqual([indexed, ...always].sort())
  await start(
    ['{ name: host, key: [name], fields: { name: string, note: { type: string, indexed: true, unique: true } } }'],
    async (registry) => {
      const answer = await registry.query('mutation { upsertHost(input: {name: "c", note: "2"}) { outcome } }')
      expect(answer.errors?.[0]?.extensions?.code).toBe('UNIQUE_CONFLICT')
    },
  )
  expect(await indexesOf('host')).toEqual([indexed, unique, ...always].sort())
  const neither = '{ name: host, description: neither, key: [name], fields: { name: string, note: string } }'
  await start([neither], async (registry) => {
    expect(await registry.data('mutation { upsertHost(input: {name: "c", note: "2"}) { outcome } }')).toEqual({
      upsertHost: { outcome: 'CREATED' },
    })
  })
  expect(await indexesOf('host')).toEqual(always)
  // Its file is gone; its objects wait for it.
  await start(['{ name: other, key: [name], fields: { name: string } }'])
  const back = '{ name: host, description: back, key: [name], fields: { name: string, note: string } }'
  await start([back], async (registry) => {
    expect(await registry.data('{ hosts { totalCount } }')).toEqual({ hosts: { totalCount: 3 } })
  })
})

test('a template that is searched no more loses its index at the next start without consent, and gets it back', async () => {
  const searched = '{ name: pump, key: [name], fields: { name: string } }'
  const find = (registry: TestRegistry) =>
    registry.data('{ search(text: "alpha") { nodes { field } } templates { name } }')
  await start([searched, '{ name: valve, key: [name], fields: { name: string } }'], async (registry) => {
    await registry.data('mutation { upsertPump(input: {name: "alpha"}) { outcome } }')
    expect((await find(registry)).search).toEqual({ nodes: [{ field: 'name' }] })
  })
  expect(await indexesOf('pump')).toEqual(always)
  const off = '{ name: pump, search: false, key: [name], fields: { name: string } }'
  await startRegistry([off], { databaseUrl: database.url, consent: 'any' }).then(async (registry) => {
    expect((await find(registry)).search).toEqual({ nodes: [] })
    expect(
      await registry.sql('select entries from registry_generation order by generation desc limit 1'),
    ).toMatchObject([
      { entries: expect.arrayContaining([expect.objectContaining({ path: 'search', effect: 'SAFE' })]) },
    ])
    await registry.close()
  })
  expect(await indexesOf('pump')).toEqual(always.filter((index) => !index.includes('registry_search_words')))
  await start([searched], async (registry) => {
    expect((await find(registry)).search).toEqual({ nodes: [{ field: 'name' }] })
  })
  expect(await indexesOf('pump')).toEqual(always)
})

test('a new unique that stored objects break, or an index that they do not fit into, stops the start with a remedy', async () => {
  await start(['{ name: car, key: [name], fields: { name: string, note: string } }'], async (registry) => {
    const long = Buffer.from(Array.from({ length: 3_000 }, (_, i) => (i * i * 31 + (i % 7) * 11) % 251)).toString(
      'base64',
    )
    await registry.data('mutation ($input: [CarInput!]!) { upsertCars(input: $input) { created } }', {
      input: [
        { name: 'a', note: 'x' },
        { name: 'b', note: 'x' },
        { name: 'c', note: long.repeat(3) },
      ],
    })
  })
  await expect(
    start(['{ name: car, key: [name], fields: { name: string, note: { type: string, indexed: true } } }']),
  ).rejects.toThrow(
    expect.objectContaining({
      name: 'ConfigError',
      message: expect.stringContaining('CONFLICTS car.fields.note: values too long for an index (1 object: "c")'),
    }),
  )
  expect(await indexesOf('car')).toEqual(always)
  await client.query("delete from registry_object where template = 'car' and key = '[\"c\"]'")
  await expect(
    start(['{ name: car, key: [name], fields: { name: string, note: { type: string, unique: true } } }']),
  ).rejects.toThrow(
    expect.objectContaining({
      name: 'ConfigError',
      message: expect.stringContaining(
        'CONFLICTS car.fields.note: unique, but several objects have "x" (2 objects: "a", "b")',
      ),
    }),
  )
  expect(await indexesOf('car')).toEqual(always)
  // Absent values are no duplicates.
  await client.query("update registry_object set document = document - 'note' where template = 'car'")
  await start(['{ name: car, key: [name], fields: { name: string, note: { type: string, unique: true } } }'])
  expect(await indexesOf('car')).toEqual([unique, ...always].sort())
})

test('an index that a crash left invalid is built again', async () => {
  const templates = [
    '{ name: crashed, key: [name], fields: { name: string, note: { type: string, indexed: true, unique: true } } }',
  ]
  await start(templates)
  const whole = await indexesOf('crashed')
  await client.query(
    "update pg_index set indisvalid = false where indrelid = $1::regclass and indexrelid::regclass::text like '%note%'",
    [partitionName('crashed')],
  )
  expect(await indexesOf('crashed')).toEqual([`${indexed} invalid`, `${unique} invalid`, ...always].sort())
  await start(templates)
  expect(await indexesOf('crashed')).toEqual(whole)
  expect(whole).toEqual([indexed, unique, ...always].sort())
})

test('PostgreSQL keeps statistics of what a field orders by, and spends no time on the words of search, whoever built the index', async () => {
  const templates = ['{ name: analyzed, key: [name], fields: { name: string, note: { type: string, indexed: true } } }']
  const indexes = 'select indexrelid from pg_index where indrelid = $1::regclass'
  const analyzedIndexes = async () => {
    // PostgreSQL keeps those of before; and earlier versions see a setting in new sessions alone.
    await client.query(`delete from pg_statistic where starelid in (${indexes})`, [partitionName('analyzed')])
    const other = new pg.Client(database.connection)
    await other.connect()
    await other.query(`analyze ${partitionName('analyzed')}`)
    await other.end()
    const { rows } = await client.query(
      `select s.tablename as name from pg_stats s join pg_class c on c.relname = s.tablename
       join pg_index i on i.indexrelid = c.oid where i.indrelid = $1::regclass order by 1`,
      [partitionName('analyzed')],
    )
    return rows.map(({ name }) => /_(note|updated|search)_/.exec(name)?.[1])
  }
  await start(templates, async (registry) => {
    const input = Array.from({ length: 20 }, (_, i) => `{name: "a${i}", note: "note ${i}"}`)
    await registry.data(`mutation { upsertAnalyzeds(input: [${input}]) { created } }`)
  })
  expect(await analyzedIndexes()).toEqual(['note', 'updated'])
  const { rows } = await client.query(
    `select found.indexrelid::regclass::text as name from (${indexes}) as found where found.indexrelid::regclass::text like '%_search_%'`,
    [partitionName('analyzed')],
  )
  await client.query(`alter index ${rows[0]?.name} alter column 1 set statistics -1`)
  expect(await analyzedIndexes()).toEqual(['note', 'search', 'updated'])
  await start(templates)
  expect(await analyzedIndexes()).toEqual(['note', 'updated'])
})

test('names may have any length, be words of SQL, or be names that PostgreSQL gives to its own indexes', async () => {
  const long = `long_${'x'.repeat(40)}`
  const names = [
    'order',
    'table',
    'a',
    'a_pkey',
    'pkey',
    'uuid_template_key',
    'objects',
    'registry',
    `${long}_a`,
    `${long}_b`,
    long,
  ]
  // As the shortened name of another one would be.
  names.push(
    partitionName(`${long}_a`)
      .replace(/^registry_/, '')
      .replace(/_objects$/, ''),
  )
  expect(new Set(names.map(partitionName)).size).toBe(names.length)
  const field = `Select_${'y'.repeat(45)}`
  const templates = names.map(
    (name, i) =>
      `{ name: ${name}, plural: many_${i}, key: [${field}, user], fields: { ${field}: string, user: { type: string, indexed: true }, ${field}_a: { type: string, unique: true }, ${field}_b: { type: string, unique: true } } }`,
  )
  await start(templates, async (registry) => {
    for (const template of registry.model.templates) {
      const { data, errors } = await registry.query(
        `mutation ($input: [${template.typeName}Input!]!) { upsert${template.pluralName[0]?.toUpperCase()}${template.pluralName.slice(1)}(input: $input) { created } }`,
        {
          input: [
            { [field]: 'a', user: 'u', [`${field}_a`]: '1', [`${field}_b`]: '1' },
            { [field]: 'b', user: 'u', [`${field}_a`]: '2', [`${field}_b`]: '2' },
          ],
        },
      )
      expect([template.name, errors, Object.values(data)]).toEqual([template.name, undefined, [{ created: 2 }]])
    }
  })
  await start(templates)
  const { rows } = await client.query(
    "select max(octet_length(relname)) as longest from pg_class where relnamespace = 'public'::regnamespace",
  )
  expect(rows).toEqual([{ longest: 63 }])
})

test('60 templates are created at the first start, and found at the second with fewer statements than there are templates', async () => {
  const templates = Array.from(
    { length: 60 },
    (_, i) =>
      `{ name: many${i}, plural: lots${i}, key: [name], fields: { name: string, a: { type: string, indexed: true }, b: { type: int, unique: true } } }`,
  )
  await start(templates)
  const statements = await recordStatements(() => start(templates))
  expect(statements.length).toBeLessThan(templates.length)
  const { rows } = await client.query(
    "select count(*)::int from pg_class where relname like 'registry\\_many%\\_objects'",
  )
  expect(rows).toEqual([{ count: 60 }])
})

test('a server that waits for another one to finish can be stopped', async () => {
  await client.query('select pg_advisory_lock(7305124662)')
  try {
    const store = openStore({ connection: { connectionString: database.url } }, pino({ level: 'silent' }))
    const prepared = store
      .prepare(applying(parseTexts(['{ name: late, key: [name], fields: { name: string } }'])))
      .then(
        () => 'prepared',
        (error: Error) => error.name,
      )
    const waiting = await Promise.race([
      prepared,
      new Promise((resolve) => setTimeout(() => resolve('waiting'), 1_500)),
    ])
    await store.close()
    expect([waiting, await prepared]).toEqual(['waiting', 'AbortError'])
  } finally {
    await client.query('select pg_advisory_unlock(7305124662)')
  }
})
