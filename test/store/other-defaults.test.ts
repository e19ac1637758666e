import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { withOwnConnection } from '../../src/store/own-connection.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { startRegistry } from '../support/registry.ts'
import { runOnServer } from '../support/run-on-server.ts'

const undo: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

/** What an administrator may give a database, or a user, for other programs. */
const otherDefaults = {
  standard_conforming_strings: 'off',
  default_transaction_isolation: 'serializable',
  datestyle: 'German, DMY',
  intervalstyle: 'sql_standard',
  timezone: 'Asia/Kolkata',
  extra_float_digits: '-15',
  bytea_output: 'escape',
  array_nulls: 'off',
  transform_null_equals: 'on',
  quote_all_identifiers: 'on',
  gin_fuzzy_search_limit: '1',
  default_text_search_config: 'german',
  client_min_messages: 'debug1',
}

async function createOddDatabase(settings: Readonly<Record<string, string>>): Promise<TestDatabase> {
  const database = await createTestDatabase()
  undo.push(() => database.drop())
  const { connection } = database
  for (const [name, value] of Object.entries(settings))
    await runOnServer(
      connection,
      `alter database ${connection.database} set ${name} = ${value.includes(',') ? value : `'${value}'`}`,
    )
  return database
}

const before = `
name: probe
key: [name]
fields:
  name: string
  ratio: float
  count: int
  moment: datetime
  took: duration
  release: version
  text: string
  number: string
  day: string
`

/** Of the same objects: other types, and another key. */
const after = before
  .replace('key: [name]', 'key: [name, release]')
  .replace('number: string', 'number: float')
  .replace('day: string', 'day: datetime')
  .replace('moment: datetime', 'moment: string')

/** What a registry does with texts, patterns, numbers and times, before and after a change of templates. */
async function useRegistry(databaseUrl: string): Promise<unknown> {
  const first = await startRegistry([before], { databaseUrl })
  const input = Array.from({ length: 20 }, (_, i) => ({
    name: `a\\${i}`,
    ratio: 0.1 + 0.2 + i,
    moment: `2026-02-0${1 + (i % 9)}T03:04:05.678Z`,
    took: `P1DT${i}H2M`,
    release: `1.${i}`,
    text: 'the\\same words',
    number: `${i}.25e3`,
    day: `2026-02-0${1 + (i % 9)}T03:04:05+05:30`,
  }))
  try {
    await first.data('mutation ($input: [ProbeInput!]!) { upsertProbes(input: $input) { created } }', { input })
    const increment =
      'mutation { upsertProbe(input: {name: "n", number: "1", release: "0.1"}, change: {count: {increment: 1}, ratio: {increment: 0.1}}) { outcome } }'
    await Promise.all(Array.from({ length: 8 }, () => first.data(increment)))
  } finally {
    await first.close()
  }
  const second = await startRegistry([after], { databaseUrl, consent: 'any' })
  try {
    return await second.data(`{
      all: probes(orderBy: {name: asc}) { totalCount nodes { name ratio count moment took release text number day } }
      found: probes(where: {text: {matches: "^the\\\\\\\\same\\\\b"}}) { totalCount }
      contained: probes(where: {name: {contains: "\\\\1"}, release: {gte: "1.5"}}) { totalCount }
      searched: search(text: "words", first: 50) { nodes { __typename } }
      days: probes { groupBy(by: [], buckets: {day: DAY}) { key { day } count } }
      sums: probes { aggregate { sum { ratio took } avg { ratio number } } }
    }`)
  } finally {
    await second.close()
  }
}

test('whatever defaults the administrator of a database has given it, a registry answers the same', async () => {
  const [usual, odd] = [await createOddDatabase({}), await createOddDatabase(otherDefaults)]
  const expected = await useRegistry(usual.url)
  expect(expected).toMatchObject({ all: { totalCount: 21 }, found: { totalCount: 20 } })
  expect(await useRegistry(odd.url)).toEqual(expected)
})

test('connections that wait for long are ended by no limit of the database', async () => {
  const { url } = await createOddDatabase({ idle_session_timeout: '60s' })
  const store = openStore({ connection: { connectionString: url } }, pino({ level: 'silent' }))
  undo.push(() => store.close())
  const show = { text: "select current_setting('idle_session_timeout') as idle", values: [] }
  expect(await store.database.run(show)).toEqual([{ idle: '0' }])
})

test('what takes long has no limit of the database, nor one that only newer PostgreSQLs have', async () => {
  const names = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout']
  const known = names.map((name) => `select from pg_settings where name = '${name}'`)
  const { connection } = await createOddDatabase({})
  const limited = await withOwnConnection(connection, async (client) => {
    const counts = await Promise.all(known.map(async (text) => (await client.query(text)).rowCount))
    return names.filter((_, i) => counts[i] === 1)
  })
  const odd = await createOddDatabase(Object.fromEntries(limited.map((name) => [name, '60s'])))
  const found = await withOwnConnection(odd.connection, (client) =>
    client.query('select name, setting from pg_settings where name = any($1)', [names]),
  )
  expect(Object.fromEntries(found.rows.map(({ name, setting }) => [name, setting]))).toEqual(
    Object.fromEntries(limited.map((name) => [name, '0'])),
  )
})
