import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { useRegistries } from '../changes/use-registries.ts'
import { connectionOf } from '../support/postgres.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { printConnectionUrl, type TestConnection } from '../support/test-connection.ts'
import { expire } from './expire.ts'

const { start, databaseUrl } = useRegistries()

const templates = [
  '{ name: few, plural: fews, key: [name], history: { keep: 1 }, fields: { name: string, size: int } }',
  '{ name: bare, key: [name], history: false, fields: { name: string, size: int } }',
  '{ name: kept, plural: kepts, key: [name], fields: { name: string, size: int } }',
]

async function cursor(registry: TestRegistry): Promise<string> {
  return (await registry.data('{ cursor }')).cursor
}

async function read(registry: TestRegistry, after: string, more = '') {
  const query = `query ($after: String) { changes(after: $after${more}) { nodes { template version document } endCursor caughtUp } }`
  const { data, errors } = await registry.query(query, { after })
  return errors?.[0] ?? data.changes
}

async function write(registry: TestRegistry, template: string, sizes: readonly number[]): Promise<void> {
  for (const size of sizes)
    await registry.data(`mutation { upsert${template}(input: { name: "a", size: ${size} }) { outcome } }`)
}

/** What the error of an expired cursor says, and where it leads. */
async function followAdvice(registry: TestRegistry, error: unknown): Promise<unknown> {
  const { extensions, message } = error as { message: string; extensions: { code: string; cursor: string } }
  expect(extensions.code).toBe('CURSOR_EXPIRED')
  expect(message).toMatch(/Read all objects again .* go on from the cursor/)
  expect(message).toContain(extensions.cursor)
  return read(registry, extensions.cursor)
}

/**
 * What was removed long ago counts as read only by cursors from when nothing that was running then was left. Here it was a moment ago, and
 * tests beside this one may have transactions in the same PostgreSQL that have been running since.
 */
async function forgetRemoved(registry: TestRegistry): Promise<void> {
  await registry.sql('delete from registry_feed_removed')
}

const caughtUp = { nodes: [], caughtUp: true, endCursor: expect.any(String) }

let shared: TestRegistry
beforeAll(async () => {
  shared = await startRegistry(templates)
})
afterAll(() => shared?.close())

test('a cursor has expired if what came after it is not kept any more, and only for those templates', async () => {
  const registry = shared
  await write(registry, 'Few', [1])
  await write(registry, 'Kept', [1])
  const first = await cursor(registry)
  await write(registry, 'Few', [2, 3, 4])
  await write(registry, 'Kept', [2])
  const before = await read(registry, first)
  expect(before.nodes).toHaveLength(4)
  const { endCursor: inside } = await read(registry, first, ', first: 3')
  // Who follows has a moment to read.
  await expire(registry, 60_000)
  expect((await read(registry, first)).nodes).toEqual(before.nodes)
  await expire(registry)
  expect(await followAdvice(registry, await read(registry, first))).toEqual(caughtUp)
  const message = expect.stringContaining('older than the changes that are kept')
  expect(await read(registry, first, ', templates: ["few"]')).toMatchObject({ message })
  expect((await read(registry, first, ', templates: ["kept"]')).nodes).toMatchObject([{ template: 'kept', version: 2 }])
  // What was removed had been read.
  expect(await read(registry, inside)).toMatchObject({ nodes: [{ template: 'kept', version: 2 }] })
  expect(await read(registry, before.endCursor)).toEqual(caughtUp)
  // From the oldest change that is kept: what there is.
  const { changes } = await registry.data('{ changes { nodes { template version } } }')
  expect(changes.nodes).toEqual([
    { template: 'kept', version: 1 },
    { template: 'few', version: 4 },
    { template: 'kept', version: 2 },
  ])
  // After an hour, the last transaction of what was removed stands for all.
  const removed = () => registry.sql('select template, is_bound from registry_feed_removed order by number')
  expect(await removed()).toHaveLength(3)
  await registry.sql(`update registry_feed_removed set noted_at = noted_at - interval '2 hours'`)
  await expire(registry)
  expect(await removed()).toEqual([{ template: 'few', is_bound: true }])
  await followAdvice(registry, await read(registry, first))
  await forgetRemoved(registry)
})

test('without a history, the changes of a day stay in the feed, without their documents', async () => {
  const registry = shared
  const first = await cursor(registry)
  await write(registry, 'Bare', [1, 2])
  await expire(registry)
  await registry.data('mutation { deleteBare(name: "a") { name } upsertBare(input: { name: "a" }) { outcome } }')
  const query = `query ($after: String) { changes(after: $after) { nodes { outcome key version document changes { field } } } }`
  const told = { key: { name: 'a' }, document: null, changes: null }
  const { changes } = await registry.data(query, { after: first })
  expect(changes.nodes).toEqual([
    { ...told, outcome: 'CREATED', version: 1 },
    { ...told, outcome: 'UPDATED', version: 2 },
    { ...told, outcome: 'DELETED', version: 3 },
    { ...told, outcome: 'CREATED', version: 4 },
  ])
  await registry.sql(`update registry_change set changed_at = changed_at - interval '25 hours'`)
  await expire(registry)
  await followAdvice(registry, await read(registry, first))
  await forgetRemoved(registry)
})

test('what is purged leaves the feed, and no cursor expires for it', async () => {
  const registry = shared
  const first = await cursor(registry)
  await write(registry, 'Kept', [1, 2])
  const { endCursor: inside } = await read(registry, first, ', first: 1')
  await write(registry, 'Bare', [1])
  await registry.data('mutation { purgeKept(name: "a", reason: "r") }')
  for (const after of [first, inside]) expect((await read(registry, after)).nodes).toMatchObject([{ template: 'bare' }])
})

test('who began with the oldest change misses nothing that was there then', async () => {
  const registry = shared
  await write(registry, 'Few', [1, 2, 3])
  const begin = async () => (await registry.data('{ changes(first: 1) { endCursor } }')).changes.endCursor
  const begun = [await begin(), await oldest(registry)]
  for (const after of begun) expect((await read(registry, after)).nodes.length).toBeGreaterThan(2)
  await expire(registry)
  for (const after of begun) {
    await followAdvice(registry, await read(registry, after))
    expect(await read(registry, after, ', templates: ["kept"]')).toHaveProperty('nodes')
  }
  // What somebody's transaction has kept from the first round goes in another.
  const left = () => registry.sql("select from registry_change where template = 'few'")
  while ((await left()).length > 1) await expire(registry)
  // What has been removed before counts for nobody who begins now, also once it is noted in short.
  const later = await begin()
  await registry.sql(`update registry_feed_removed set noted_at = noted_at - interval '2 hours'`)
  await expire(registry)
  const rest = await read(registry, later)
  expect(rest).toHaveProperty('nodes')
  expect(rest.nodes.at(-1)).toMatchObject({ template: 'few', document: { size: 3 } })
})

test('a copy, and a database that was restored, know no cursor of before, and lose nothing that comes after', async () => {
  const registry = await start(templates)
  await write(registry, 'Kept', [1, 2])
  await write(registry, 'Few', [1, 2])
  const before = await cursor(registry)
  const { endCursor: inside } = await read(registry, await oldest(registry), ', first: 1')
  const copy = await start(templates, '', { databaseUrl: await copyOf(databaseUrl()) })
  const message = expect.stringMatching(/of another registry, or of before this one was restored/)
  for (const after of [before, inside]) expect(await read(copy, after)).toMatchObject({ message })
  await followAdvice(copy, await read(copy, before))
  // As after a restore into a cluster of its own: the ids of transactions begin again.
  await copy.sql(`update registry_change set transaction = (transaction::text::bigint + 1000000)::text::xid8;
    update registry_feed_mark set transaction = (transaction::text::bigint + 1000000)::text::xid8`)
  const restored = await start(templates, '', { databaseUrl: copy.databaseUrl })
  const now = await cursor(restored)
  expect(await read(restored, now)).toEqual(caughtUp)
  await write(restored, 'Kept', [3])
  expect((await read(restored, now)).nodes).toMatchObject([{ template: 'kept', version: 3 }])
  const { changes } = await restored.data('{ changes(templates: ["kept"]) { nodes { version } caughtUp } }')
  expect(changes).toEqual({ nodes: [{ version: 1 }, { version: 2 }, { version: 3 }], caughtUp: true })
  // The next start knows all about it.
  const again = await start(templates, '', { databaseUrl: copy.databaseUrl })
  expect((await read(again, now)).nodes).toMatchObject([{ template: 'kept', version: 3 }])
  // What came with the copy is kept no longer than the rest.
  const { endCursor: begun } = (await again.data('{ changes(first: 1) { endCursor } }')).changes
  await expire(again)
  await followAdvice(again, await read(again, begun))
  expect((await read(again, now)).nodes).toMatchObject([{ template: 'kept', version: 3 }])
})

test('a cursor of what a restore has undone has expired, also once as many transactions have come again', async () => {
  const registry = await start(templates)
  const before = await cursor(registry)
  await write(registry, 'Kept', [1, 2, 3])
  const undone = await cursor(registry)
  const [next] = await registry.sql('select min(transaction::text::bigint)::text as id from registry_change')
  // The server that starts on the restored files marks the feed in a transaction that there was before with that id.
  const restored = await start(templates)
  await registry.sql(`delete from registry_change; delete from registry_object; delete from registry_past`)
  await registry.sql(
    `update registry_feed_mark set transaction = '${next?.['id']}'::xid8 where number = (select max(number) from registry_feed_mark)`,
  )
  await followAdvice(restored, await read(restored, undone))
  expect(await read(restored, before)).toEqual(caughtUp)
})

async function oldest(registry: TestRegistry): Promise<string> {
  return (await registry.data('{ changes(first: 0) { endCursor } }')).changes.endCursor
}

const copies: TestConnection[] = []

afterAll(async () => {
  for (const { database, ...server } of copies)
    await onServer({ ...server, database: 'postgres' }, [`drop database "${database}" with (force)`])
})

/** The URL of a copy of a database. */
async function copyOf(url: string): Promise<string> {
  const connection = connectionOf(url)
  const { database } = connection
  const copy = { ...connection, database: `${database}_copy` }
  copies.push(copy)
  await onServer({ ...connection, database: 'postgres' }, [
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`,
    `create database "${copy.database}" template "${database}"`,
  ])
  return printConnectionUrl(copy)
}

async function onServer(connection: TestConnection, statements: readonly string[]): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}
