import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createClient } from '../../src/client/create-client.ts'
import { createMetrics } from '../../src/metrics/create-metrics.ts'
import { listBlocks } from '../docs/list-blocks.ts'
import { parseMetrics } from '../metrics/parse-metrics.ts'
import { createDatabaseProxy } from '../store/database-proxy.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { type Primary, type Standby, startPrimary, startStandby } from '../support/standby.ts'
import { parseConnectionUrl } from '../support/test-connection.ts'

let primary: Primary
let standbys: readonly Standby[] = []
let registry: TestRegistry
beforeAll(async () => {
  primary = await startPrimary()
  standbys = await Promise.all([startStandby(primary), startStandby(primary)])
  registry = await start()
  await registry.data(write, { name: 'always' })
})
afterAll(async () => {
  await registry?.close()
  for (const standby of standbys) await standby.stop()
  await primary?.stop()
})

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})
let name = ''
let named = 0
beforeEach(() => {
  name = `image-${++named}`
})

const write = 'mutation ($name: String!) { upsertImage(input: {name: $name}) { outcome } }'
const read = 'query ($name: String!) { image(name: $name) { name } }'

function start(options: Parameters<typeof startRegistry>[1] = {}, templates?: readonly string[]) {
  return startRegistry(templates, {
    databaseUrl: primary.url,
    replicaUrls: standbys.map(({ url }) => url),
    ...options,
  })
}

/** A registry that is closed after the test. */
async function startAnother(...given: Parameters<typeof start>): Promise<TestRegistry> {
  const another = await start(...given)
  stops.push(another.close)
  return another
}

async function send(query: string, headers: Readonly<Record<string, string>> = {}, variables = { name }) {
  const response = await fetch(registry.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  })
  return { body: await response.json(), header: response.headers.get('x-registry-position') }
}

/** Writes an object, and returns the headers of a read that is to see it. */
async function writeOne(variables = { name }): Promise<Readonly<Record<string, string>>> {
  const { header } = await send(write, {}, variables)
  return { 'x-registry-position': header ?? '' }
}

const found = () => ({ data: { image: { name } } })
const missing = { data: { image: null } }

/** From now on until the end of the test, these standbys replay nothing. */
async function pause(paused: readonly Standby[]): Promise<void> {
  for (const { sql } of paused) {
    await sql('select pg_wal_replay_pause()')
    stops.push(() => resume([{ sql }]))
    await until(async () => (await sql('select pg_get_wal_replay_pause_state() as state'))[0]?.['state'] === 'paused')
  }
}

async function resume(paused: readonly Pick<Standby, 'sql'>[]): Promise<void> {
  for (const { sql } of paused) await sql('select pg_wal_replay_resume()')
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await sleep(5)
}

/** How many of the standby's connections have answered a read of an image last. */
async function countReads({ sql }: Standby): Promise<number> {
  const [row] = await sql(
    "select count(*)::int as reads from pg_stat_activity where application_name = 'registry-store' and query like '%registry_image_objects%'",
  )
  return row?.['reads']
}

test('the feed, and all that is read with a cursor of it, come from the primary', async () => {
  await pause(standbys)
  const { cursor } = await registry.data('{ cursor }')
  await registry.data(write, { name })
  const inReplica = await registry.data(read, { name })
  expect(inReplica).toEqual(missing.data)
  const withCursor = 'query ($name: String!) { image(name: $name) { name } cursor }'
  expect(await registry.data(withCursor, { name })).toEqual({ image: { name }, cursor: expect.any(String) })
  const { changes } = await registry.data(
    'query ($cursor: String) { changes(after: $cursor) { nodes { document } caughtUp } }',
    { cursor },
  )
  expect(changes).toEqual({ nodes: [{ document: { name } }], caughtUp: true })
})

test('an answer to a write carries its position, whichever way it takes, and one to a read carries none', async () => {
  const form = /^[0-9a-f]{12}-[0-9a-f]{16}$/
  const through = [await send(write), await send(write), await send(write)]
  for (const { body, header } of through) {
    expect(header).toMatch(form)
    expect(body).toEqual({
      extensions: { position: header },
      data: { upsertImage: { outcome: expect.stringMatching('D$') } },
    })
  }
  const refused = await send('mutation { upsertImage(input: {name: "x", distr: "y"}, ifVersion: 7) { outcome } }')
  expect(refused.body).toMatchObject({ errors: [{}], extensions: { position: refused.header } })
  expect(await send('{ image(name: "x") { name } }')).toEqual({ body: missing, header: null })
  const positions = [...through, refused].map(({ header }) => header)
  expect(positions).toEqual([...positions].sort())
})

test('a read sees the write whose position it brings, and replicas share such reads', async () => {
  const stale: string[] = []
  const writeAndRead = async (from: number) => {
    for (let i = from; i < from + 30; i++) {
      const variables = { name: `many-${i}` }
      const { body } = await send(read, await writeOne(variables), variables)
      if (body.data?.image?.name !== variables.name) stale.push(variables.name)
    }
  }
  await Promise.all(Array.from({ length: 10 }, (_, i) => writeAndRead(i * 30)))
  expect(stale).toEqual([])
  for (const standby of standbys) expect(await countReads(standby)).toBeGreaterThan(0)
})

test.each([
  [undefined, 'prepared'],
  [false, 'unprepared'],
])('with DATABASE_PREPARED %s, reads of a replica are %s, and counted', async (prepared, form) => {
  const metrics = createMetrics('1.2.3')
  const one = standbys.slice(0, 1).map(({ url }) => url)
  const another = await startAnother({ metrics, replicaUrls: one, ...(prepared !== undefined && { prepared }) })
  const ask = () => another.data('{ images { totalCount } }')
  const countsOf = async () => {
    const answer = await fetch(new URL('/metrics', another.url))
    const told = parseMetrics(await answer.text())
    return ['prepared', 'unprepared'].map(
      (one) => told.valueOf('registry_database_statements_total', { form: one }) ?? 0,
    )
  }
  await ask()
  const before = await countsOf()
  for (let i = 0; i < 100; i++) await ask()
  const grown = (await countsOf()).map((count, i) => count - (before[i] ?? 0))
  // Few are new to their connection, and few are others than these.
  expect(grown.map((count) => count > 50)).toEqual([form === 'prepared', form === 'unprepared'])
})

test('while replicas are late, a read with a position is answered by the primary, and one without by a replica', async () => {
  await pause(standbys)
  const position = await writeOne()
  expect((await send(read)).body).toEqual(missing)
  expect((await send(read, position)).body).toEqual(found())
  expect((await send(`${read} # through Yoga`, position)).body).toEqual(found())
  await resume(standbys)
  await until(async () => (await send(read)).body.data.image !== null)
})

test('the statement in docs/replicas.md tells of each standby how far behind it is', async () => {
  const blocks = listBlocks(readFileSync('docs/replicas.md', 'utf8')).filter(({ language }) => language === 'sql')
  const client = new pg.Client(primary.connection)
  await client.connect()
  try {
    const results = await Promise.all(blocks.map(({ text }) => client.query(text)))
    expect(results.map(({ rows }) => rows.map(({ state }) => state))).toEqual([standbys.map(() => 'streaming')])
  } finally {
    await client.end()
  }
})

test('one late replica keeps no read from seeing its write', async () => {
  const [late] = standbys
  await pause(late ? [late] : [])
  for (let i = 0; i < 10; i++) expect((await send(read, await writeOne())).body).toEqual(found())
})

test('positions that cannot be compared are answered by the primary', async () => {
  await pause(standbys)
  const { 'x-registry-position': own = '' } = await writeOne()
  const others = ['unknown', 'a', `0123456789ab-${own.slice(13)}`, `${own},`, `${own}, 0123456789ab-0000000000000001`]
  for (const position of others)
    expect((await send(read, { 'x-registry-position': position })).body, position).toEqual(found())
})

test('the typed client sees its own writes', async () => {
  await pause(standbys)
  const client = createClient({ url: registry.url })
  await client.request(write, { name })
  expect(await client.request(read, { name })).toEqual(found().data)
  expect(await createClient({ url: registry.url }).request(read, { name })).toEqual(missing.data)
})

test('a replica that is away or hangs takes nothing down, is said, and comes back', async () => {
  const lines: string[] = []
  const proxy = await createDatabaseProxy(parseConnectionUrl(standbys[0]?.url ?? ''))
  stops.push(proxy.close)
  const another = await startAnother({
    replicaUrls: [proxy.url],
    replicaTimes: { longestLook: 300, longestPause: 100 },
    logger: pino({ level: 'info' }, { write: (line: string) => void lines.push(line) }),
  })
  const ask = async () =>
    expect(await another.query(read, { name: 'always' })).toEqual({ data: { image: { name: 'always' } } })
  const isUsed = () => another.usedReplicas().length === 1
  await ask()
  await proxy.cut()
  for (let i = 0; i < 20; i++) await ask()
  await until(() => !isUsed())
  await ask()
  await proxy.restore()
  await until(isUsed)
  await ask()
  proxy.hang()
  await Promise.all(Array.from({ length: 20 }, ask))
  expect(isUsed()).toBe(false)
  await proxy.restore()
  await until(isUsed)
  await ask()
  const said = lines.map((line) => JSON.parse(line)).filter((line) => 'replica' in line)
  expect(new Set(said.map(({ msg }) => msg))).toEqual(
    new Set([
      'a replica does not answer reads; others, or the primary, answer them',
      'the replica answers reads again',
    ]),
  )
  expect(said.every(({ replica }) => /^registry_server@127\.0\.0\.1:\d+\/registry$/.test(replica))).toBe(true)
})

test('what is no standby is left out', async () => {
  const lines: string[] = []
  const another = await startAnother({
    replicaUrls: [primary.url],
    awaitsReplicas: false,
    logger: pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }),
  })
  await until(() => lines.length > 0)
  expect(lines.map((line) => JSON.parse(line).code)).toEqual(['NO_STANDBY'])
  expect(another.usedReplicas()).toEqual([])
  expect(await another.data(read, { name: 'always' })).toEqual({ image: { name: 'always' } })
})

test('a replica answers for changed templates only when it has replayed the change', async () => {
  const host = (size: string) => `{ name: host, key: [name], fields: { name: string, size: ${size} } }`
  const older = await startAnother({ consent: 'any' }, [host('string')])
  await older.data('mutation { upsertHost(input: {name: "a", size: "5"}) { outcome } }')
  const sizes = '{ hosts { nodes { size } } }'
  await until(async () => (await older.data(sizes)).hosts.nodes.length === 1)
  await pause(standbys)
  const newer = await startAnother({ awaitsReplicas: false, consent: 'any' }, [host('int')])
  expect(newer.usedReplicas()).toEqual([])
  expect(await newer.data(sizes)).toEqual({ hosts: { nodes: [{ size: 5 }] } })
  expect(await older.data(sizes)).toEqual({ hosts: { nodes: [{ size: '5' }] } })
  await resume(standbys)
  await until(() => newer.usedReplicas().length === standbys.length)
  expect(await newer.data(sizes)).toEqual({ hosts: { nodes: [{ size: 5 }] } })
})

test('after a failover, a replica that follows is used, and one that does not is left out, however long its log is', async () => {
  const [promoted, follower] = standbys
  if (!promoted || !follower) throw new Error('there are two')
  const left = await startStandby(primary)
  stops.push(left.stop)
  const { 'x-registry-position': former = '' } = await writeOne()
  // The one that is to be promoted has all that the other one has.
  await follow(follower)
  await follow(promoted)
  await promoted.sql('select pg_promote()')
  const client = new pg.Client(primary.connection)
  await client.connect()
  await client.query("select pg_logical_emit_message(false, 'much', repeat('much', 1000000), true)")
  await client.end()
  await follow(follower, promoted)

  const replicaUrls = [left, follower].map(({ url }) => url)
  const successor = await startAnother({ databaseUrl: promoted.url, replicaUrls, awaitsReplicas: false })
  await until(() => successor.usedReplicas().length > 0)
  const variables = { name: 'of the other timeline' }
  const { position = '' } = (await successor.query(write, variables)).extensions ?? {}
  const [mark, digits = ''] = position.split('-')
  expect(mark).not.toBe(former.split('-')[0])
  const isLonger = `select pg_last_wal_replay_lsn() - '0/0' > x'${digits}'::bigint as longer`
  await until(async () => (await left.sql(isLonger))[0]?.['longer'] === true)
  expect(successor.usedReplicas()).toEqual([expect.stringContaining(parseConnectionUrl(follower.url).host)])
  for (const headers of [{ 'x-registry-position': position }, { 'x-registry-position': `${former}, ${position}` }])
    expect(await successor.data(read, variables, headers)).toEqual({ image: variables })
})

/** Has a standby replay the log of that server, or of none. */
async function follow({ sql }: Standby, leader?: Standby): Promise<void> {
  const { host, port, user, password } = leader?.connection ?? {}
  const from = leader ? `host=${host} port=${port} user=${user} password=${password}` : ''
  await sql(`alter system set primary_conninfo = '${from}'`)
  await sql('select pg_reload_conf()')
  const isFollowing = "select count(*) = 1 as is from pg_stat_wal_receiver where status = 'streaming'"
  await until(async () => (await sql(isFollowing))[0]?.['is'] === (leader !== undefined))
}
