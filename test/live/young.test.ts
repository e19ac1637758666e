import pg from 'pg'
import { expect, test } from 'vitest'
import { follow } from '../support/follow.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { startRegistry } from '../support/registry.ts'

const rounds = 64
const batch = 100

test('what grows from nothing is soon read by its indexes, whatever it was when statements were planned', async () => {
  const database = await createTestDatabase()
  const registry = await startRegistry(['name: note\nkey: [name]\nfields: { name: string, size: int }'], {
    databaseUrl: database.url,
  })
  const changed = 'subscription { notesChanged { kind note { name } before changes { field } } }'
  const stream = await follow(registry.url, changed)
  const write = 'mutation ($input: [NoteInput!]!) { upsertNotes(input: $input) { created } }'
  for (let round = 0; round < rounds; round++) {
    const input = Array.from({ length: batch }, (_, i) => ({ name: `n${i}`, size: round }))
    await registry.data(write, { input })
    for (const _ of input) await stream.next()
  }
  stream.close()
  // Sessions tell what they have read when they end.
  await registry.close()
  const client = new pg.Client(database.connection)
  await client.connect()
  const { rows } = await client.query(
    "select sum(seq_tup_read)::int as read from pg_stat_user_tables where relname in ('registry_past', 'registry_change')",
  )
  await client.end()
  await database.drop()
  // Read whole each time, it would be the sum of all rounds.
  const all = (batch * rounds * rounds) / 2
  expect(rows[0].read).toBeLessThan(all / 4)
})
