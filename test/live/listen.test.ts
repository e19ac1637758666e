import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createFeedReader } from '../../src/store/feed/create-feed-reader.ts'
import { createWake } from '../../src/store/feed/create-wake.ts'
import type { Feed, FeedPart } from '../../src/store/feed/feed.ts'
import { findFeedEnd, readFeed } from '../../src/store/feed/read-feed.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

/** On a busy machine, things take their time. */
const poll = <Value>(find: () => Value) => expect.poll(find, { timeout: 20_000 })

const templates = ['{ name: image, key: [name], fields: { name: string, size: int } }']

const logged: string[] = []
const logger = pino({ level: 'warn' }, { write: (line: string) => logged.push(JSON.parse(line).msg) })

let database: TestDatabase
let writer: TestRegistry
let other: TestRegistry
beforeAll(async () => {
  database = await createTestDatabase()
  writer = await startRegistry(templates, { databaseUrl: database.url, logger })
  other = await startRegistry(templates, { databaseUrl: database.url, logger })
})
afterAll(async () => {
  await other?.close()
  await writer?.close()
  await database?.drop()
})

function write(size: number, name = 'a'): Promise<unknown> {
  return writer.data(`mutation { upsertImage(input: { name: "${name}", size: ${size} }) { outcome } }`)
}

/** What a listener is told, as keys and versions. */
function collect(): { readonly told: string[]; readonly onChanges: (part: FeedPart) => void } {
  const told: string[] = []
  return {
    told,
    onChanges: ({ changes }) => void told.push(...changes.map(({ key, version }) => `${key} ${version}`)),
  }
}

test('what lies before a listener and what it is told fit together, however many write meanwhile', async () => {
  const begin = await writer.feed.position()
  let size = 0
  let isOver = false
  const writing = Array.from({ length: 4 }, async (_, i) => {
    while (!isOver) await write(++size, `w${i}`)
  })
  onTestFinished(() => {
    isOver = true
  })
  const joined = await Promise.all(
    [writer.feed, other.feed, other.feed].map(async (feed: Feed) => {
      await poll(() => size).toBeGreaterThan(20)
      const { told, onChanges } = collect()
      const { position, stop } = await feed.listen({ onChanges })
      const before: string[] = []
      for (let at = begin; ; ) {
        const part = await feed.read(at, 7, { until: position })
        before.push(...part.changes.map(({ key, version }) => `${key} ${version}`))
        at = part.end
        if (part.isCaughtUp) return { before, told, stop }
      }
    }),
  )
  const sizeThen = size
  await poll(() => size).toBeGreaterThan(sizeThen + 20)
  isOver = true
  await Promise.all(writing)
  const all: string[] = []
  for (let at = begin; ; ) {
    const part = await readFeed(writer.database.run, at, 1_000, {})
    all.push(...part.changes.map(({ key, version }) => `${key} ${version}`))
    at = part.end
    if (part.isCaughtUp) break
  }
  for (const { before, told, stop } of joined) {
    await poll(() => before.length + told.length).toBe(all.length)
    stop()
    // Between objects, the order depends on where batches end.
    for (const name of ['w0', 'w1', 'w2', 'w3']) {
      const own = (list: readonly string[]) => list.filter((one) => one.includes(name))
      expect([...own(before), ...own(told)]).toEqual(own(all))
    }
  }
})

test('a listener that throws, and one that rejects, harm nobody else', async () => {
  const good = collect()
  const following = [
    await writer.feed.listen({
      onChanges() {
        throw new Error('thrown')
      },
    }),
    await writer.feed.listen({ onChanges: () => Promise.reject(new Error('rejected')) }),
    await writer.feed.listen(good),
  ]
  logged.length = 0
  await write(1, 'harmless')
  await write(2, 'harmless')
  await poll(() => good.told).toEqual(['["harmless"] 1', '["harmless"] 2'])
  expect(new Set(logged)).toEqual(new Set(['a listener of the feed of changes failed']))
  for (const { stop } of following) stop()
  // Who has stopped is told nothing more.
  const last = collect()
  const { stop } = await writer.feed.listen(last)
  await write(3, 'harmless')
  await poll(() => last.told).toEqual(['["harmless"] 3'])
  expect(good.told).toHaveLength(2)
  stop()
})

test('servers are notified of a write once it is committed, and none of its transactions waits for that', async () => {
  const client = new pg.Client(writer.connection)
  await client.connect()
  const senders = new Set<number>()
  client.on('notification', ({ processId }) => senders.add(processId))
  await client.query('listen registry_feed')
  await write(1, 'notified')
  await poll(() => senders.size).toBeGreaterThan(0)
  const sessions = await writer.sql(
    `select pid from pg_stat_activity where application_name = 'registry-store feed' and datname = current_database()`,
  )
  expect(sessions.map(({ pid }) => pid)).toEqual(expect.arrayContaining([...senders]))
  await client.end()
})

test('a reader that closes, and one to whom nobody listens, leave the rest unread', async () => {
  for (const end of ['close', 'stop'] as const) {
    const run = writer.database.run
    const wake = createWake(writer.connection, logger)
    const reader = createFeedReader({
      read: (after) => readFeed(run, after, 1, {}),
      position: () => findFeedEnd(run),
      ...{ wake, logger },
    })
    const told: string[] = []
    const ends = { close: () => void reader.close(), stop: () => following.stop() }
    const following = await reader.listen({
      onChanges({ changes }) {
        told.push(...changes.map(({ key }) => key))
        ends[end]()
      },
    })
    await writer.data(
      `mutation { upsertImages(input: [{ name: "${end}1" }, { name: "${end}2" }, { name: "${end}3" }]) { created } }`,
    )
    wake.now()
    await poll(() => told).toHaveLength(1)
    await reader.close()
    await wake.close()
    expect(told).toHaveLength(1)
  }
})

test('a listener is told when its registry was restored', async () => {
  const ended: unknown[] = []
  const { stop } = await other.feed.listen({ ...collect(), onEnd: (error) => void ended.push(error) })
  await writer.sql(`update registry_feed_mark set id = 'abc' || number`)
  await poll(() => ended).toMatchObject([{ extensions: { code: 'CURSOR_EXPIRED' } }])
  stop()
  const again = collect()
  const following = await other.feed.listen(again)
  await write(1, 'again')
  await poll(() => again.told).toEqual(['["again"] 1'])
  following.stop()
})
