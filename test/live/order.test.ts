import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseFeedCursor, printFeedCursor } from '../../src/plan/feed/feed-cursor.ts'
import type { FeedPosition } from '../../src/plan/feed/feed-position.ts'
import { findFeedEnd, readFeed } from '../../src/store/feed/read-feed.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = [
  '{ name: host, key: [name], fields: { name: string } }',
  '{ name: part, key: [name], fields: { name: string, note: string, a: { type: reference, to: host, reverse: partsOfA }, b: { type: reference, to: host, reverse: partsOfB } } }',
]

let registry: TestRegistry
let locker: pg.Client
let bystander: pg.Client
beforeAll(async () => {
  registry = await startRegistry(templates)
  locker = new pg.Client(registry.connection)
  bystander = new pg.Client(registry.connection)
  await Promise.all([locker.connect(), bystander.connect()])
  await registry.data('mutation { upsertHosts(input: [{ name: "h1" }, { name: "h2" }, { name: "h3" }]) { created } }')
})
afterAll(async () => {
  await Promise.all([locker?.end(), bystander?.end()])
  await registry?.close()
})

/** What a consumer was given: `p 2`, the key and the version. */
type Told = string[]

interface Consumer {
  readonly told: Told
  readonly step: () => Promise<void>
}

/** Reads pages of three, each from the text of a cursor, as a consumer does that starts again after each. */
async function openConsumer(): Promise<Consumer> {
  const told: Told = []
  let cursor = printFeedCursor(await findFeedEnd(registry.database.run))
  return {
    told,
    async step() {
      for (;;) {
        const at: FeedPosition = parseFeedCursor(cursor, ['after'])
        const part = await readFeed(registry.database.run, at, 3, {})
        told.push(...part.changes.map(({ key, version }) => `${JSON.parse(key)} ${version}`))
        cursor = printFeedCursor(part.end)
        if (part.isCaughtUp) return
      }
    },
  }
}

/** `pg_snapshot_xmin` of this database alone: the snapshot also has the transactions of other tests. */
const horizon = `coalesce(
  (select min(backend_xid::text::bigint) from pg_stat_activity where datname = current_database()),
  pg_snapshot_xmax(pg_current_snapshot())::text::bigint)`

/** The same by other orders, which are wrong. `next` returns the condition on what comes next, the order, and what to do with the rows. */
function openControl(next: (at: bigint) => string, order: string, column: 'sequence' | 'horizon'): Consumer {
  const told: Told = []
  let at = 0n
  return {
    told,
    async step() {
      const rows = await registry.sql(
        `select key, version, sequence::text as place from registry_change
         where template = 'part' and ${next(at)} order by ${order}`,
      )
      told.push(...rows.map(({ key, version }) => `${JSON.parse(String(key))} ${version}`))
      if (column === 'sequence') for (const row of rows) at = BigInt(String(row['place']))
      else {
        const [row] = await registry.sql(`select ${horizon} as horizon`)
        at = BigInt(String(row?.['horizon']))
      }
    },
  }
}

/** Writers that wait for a lock. */
async function waitForWaiting(count: number): Promise<void> {
  const waiting = () =>
    registry.sql(
      `select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
  await expect.poll(waiting, { timeout: 20_000 }).toEqual([{ count }])
}

function upsert(fields: string): Promise<unknown> {
  return registry.data(`mutation { upsertPart(input: { ${fields} }) { outcome } }`)
}

/** The keys whose versions did not come as 2, 3, …, with what came. */
function wrongOf(told: Told): Record<string, readonly number[]> {
  const versions = new Map<string, number[]>()
  for (const one of told) {
    const [key = '', version] = one.split(' ')
    versions.set(key, [...(versions.get(key) ?? []), Number(version)])
  }
  return Object.fromEntries([...versions].filter(([, all]) => all.some((version, i) => version !== i + 2)))
}

test('versions come in order, each once, where an order by transactions, a horizon or sequences alone fail', async () => {
  await registry.data('mutation { upsertParts(input: [{ name: "p" }, { name: "q" }, { name: "r" }]) { created } }')
  const [last] = await registry.sql('select max(sequence)::text as sequence from registry_change')
  const begin = `sequence > ${last?.['sequence']}`
  const feed = await openConsumer()
  const bySequence = openControl((at) => `${begin} and sequence > ${at}`, 'sequence', 'sequence')
  const byHorizon = openControl(
    (at) => `${begin} and transaction::text::bigint >= ${at} and transaction::text::bigint < ${horizon}`,
    'sequence',
    'horizon',
  )
  const stepAll = async () => {
    for (const consumer of [feed, bySequence, byHorizon]) await consumer.step()
  }
  await locker.query('begin')
  await locker.query(`select from registry_object where template = 'host' and key = '["h2"]' for update`)
  // It has its transaction from locking h1, and waits for h2 before it comes to the object.
  const first = upsert('name: "p", note: "late", a: "h1", b: "h2"')
  await waitForWaiting(1)
  // It has written once, and waits for h2 before it writes again.
  const long = registry.data(
    'mutation { upsertParts(input: [{ name: "q", note: "1" }, { name: "q", note: "2", b: "h2" }]) { updated } }',
  )
  await waitForWaiting(2)
  await bystander.query('begin')
  await bystander.query('select pg_current_xact_id()')
  await upsert('name: "p", note: "early"')
  await stepAll()
  await upsert('name: "r", note: "1"')
  await stepAll()
  await locker.query('commit')
  await Promise.all([first, long])
  await stepAll()
  await bystander.query('rollback')
  await stepAll()

  expect(feed.told).toHaveLength(5)
  expect(wrongOf(feed.told)).toEqual({})
  expect(wrongOf(bySequence.told)).toEqual({ q: [3] })
  expect(wrongOf(byHorizon.told)).toEqual({ p: [3, 2] })
  const byTransaction = openControl(() => begin, 'transaction, sequence', 'sequence')
  await byTransaction.step()
  expect(wrongOf(byTransaction.told)).toEqual({ p: [3, 2] })
})

test('16 writers of three objects make 1,000 versions, which a consumer that reads meanwhile is given in order', async () => {
  await registry.data('mutation { upsertParts(input: [{ name: "x" }, { name: "y" }, { name: "z" }]) { created } }')
  const feed = await openConsumer()
  let left = 1_000
  const some = Array.from({ length: 10 }, (_, i) => i)
  // Each root field is a transaction.
  const mutation = `mutation (${some.map((i) => `$part${i}: PartInput!`)}) {
    ${some.map((i) => `part${i}: upsertPart(input: $part${i}) { outcome }`).join('\n')} }`
  const write = async (writer: number) => {
    while (left > 0) {
      const parts = some.map(() => {
        const i = left--
        const hosts = i % 4 === 0 ? { a: `h${(i % 2) + 1}`, b: `h${(writer % 3) + 1}` } : {}
        return { name: 'xyz'[i % 3], note: `${writer} ${i}`, ...hosts }
      })
      await registry.data(mutation, Object.fromEntries(parts.map((part, i) => [`part${i}`, part])))
    }
  }
  let isOver = false
  const reading = (async () => {
    while (!isOver) await feed.step()
  })()
  await Promise.all(Array.from({ length: 16 }, (_, writer) => write(writer)))
  isOver = true
  await reading
  await feed.step()
  expect(feed.told).toHaveLength(1_000)
  expect(wrongOf(feed.told)).toEqual({})
}, 60_000)
