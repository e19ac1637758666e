import pg from 'pg'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../support/postgres.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { runOnServer } from '../support/run-on-server.ts'
import { type TestConnection, withTimeLimits } from '../support/test-connection.ts'

// With the statistics of a few rows, PostgreSQL reads whole tables rather than look something up, and keeps such plans for as long as a
// connection lives. What it does for each object of a large request, it must do by an index whatever the statistics are.

const templates = [
  `{ name: node, key: [name], fields: { name: string, size: int, code: { type: string, unique: true } } }`,
  `{ name: job, key: [name], fields: { name: string, node: { type: reference, to: node, reverse: jobs, onDelete: cascade }, others: { type: [reference], to: node, reverse: otherJobs, onDelete: unset } } }`,
]

/** So many objects a request: if each is compared with all others, PostgreSQL reads millions of rows. */
const many = 500
/** What all requests of a case may read of a table or by an index: some rows for each object. */
const most = 50 * many

const names = Array.from({ length: many }, (_, i) => `n${i}`)

type Act = (registry: TestRegistry) => Promise<unknown>

function upsertNodes(registry: TestRegistry, input: object[], mode = 'ATOMIC') {
  const mutation =
    'mutation ($input: [NodeInput!]!, $mode: UpsertMode) { upsertNodes(input: $input, mode: $mode) { failed } }'
  return registry.data(mutation, { input, mode })
}

function upsertJobs(registry: TestRegistry, input: object[]) {
  return registry.data('mutation ($input: [JobInput!]!) { upsertJobs(input: $input) { failed } }', { input })
}

const writeNodes =
  (size: number): Act =>
  (registry) =>
    upsertNodes(
      registry,
      names.map((name) => ({ name, size, code: name })),
    )

/** As the first cannot be written, each is written alone. */
const writeEach: Act = (registry) =>
  upsertNodes(registry, [{ name: 'n', code: 'a' }, ...names.map((name) => ({ name, code: name }))], 'INDEPENDENT')

const writeJobs: Act = (registry) =>
  upsertJobs(
    registry,
    names.map((name) => ({ name, node: name, others: [name] })),
  )

const deleteNodes: Act = (registry) => registry.data('mutation { deleteNodes(where: { name: { startsWith: "n" } }) }')

const readFeed: Act = (registry) =>
  registry.data('{ changes(first: 1000) { nodes { document changes { field before after } } } }')

const readHistory: Act = (registry) =>
  registry.data('{ nodes(first: 1000) { nodes { _history(first: 2) { nodes { document changes { field } } } } } }')

const cases: Readonly<Record<string, readonly Act[]>> = {
  'creates objects': [writeNodes(1)],
  'changes objects': [writeNodes(1), writeNodes(2)],
  'writes objects one by one': [writeEach],
  'confirms objects and then changes them': [writeNodes(1), writeNodes(1), writeNodes(2)],
  'creates objects that refer to others': [writeNodes(1), writeJobs],
  'deletes objects and creates them again': [writeNodes(1), deleteNodes, writeNodes(1), deleteNodes],
  'deletes objects that others refer to': [writeNodes(1), writeJobs, deleteNodes],
  'reads the feed': [writeNodes(1), readFeed],
  'reads the history of objects': [writeNodes(1), writeNodes(2), readHistory],
}

test.each(Object.entries(cases))('a request that %s reads no table once for each object', async (_, acts) => {
  const database = await createTestDatabase()
  const { connection, url } = database
  try {
    const databaseUrl = withTimeLimits(url, { statement_timeout: 600_000, query_timeout: 600_000 })
    const registry = await startRegistry(templates, { databaseUrl })
    try {
      await makeYoung(registry, connection)
      for (const act of acts) await act(registry)
    } finally {
      // Connections report what they have read when they end.
      await registry.close()
    }
    expect(await listMuchRead(connection)).toEqual([])
  } finally {
    await database.drop()
  }
})

/** Few objects, statistics of these, as a purge takes them too, and plans that are kept. */
async function makeYoung(registry: TestRegistry, connection: TestConnection): Promise<void> {
  for (let round = 0; round < 8; round += 1) {
    const name = `b${round}`
    await upsertNodes(registry, [
      { name: 'a', size: round, code: 'a' },
      { name, code: name },
    ])
    await upsertJobs(registry, [
      { name: 'a', node: 'a', others: ['a'] },
      { name, node: name },
    ])
    if (round > 4) await registry.data(`mutation { deleteNode(name: "${name}") { name } }`)
    if (round < 2) await runOnServer(connection, 'analyze')
  }
}

async function listMuchRead(connection: TestConnection): Promise<unknown[]> {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    const { rows } = await client.query(
      `select * from (
         select relname as name, seq_tup_read::int as rows from pg_stat_user_tables
         union all select indexrelname, idx_tup_read::int from pg_stat_user_indexes) as read
       where rows > $1 order by rows desc`,
      [most],
    )
    return rows
  } finally {
    await client.end()
  }
}
