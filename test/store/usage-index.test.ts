import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { compileCountCreated } from '../../src/sql/writes/compile-usage.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Template } from '../../src/template/model.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { applying, parseTexts } from '../support/registry.ts'

const model = parseTexts([
  'name: image\nkey: [name]\nfields: { name: string }',
  'name: host\nkey: [name]\nfields: { name: string }',
])

test('objects that are counted for limits have an index, as long as a role limits them', async () => {
  const database = await createTestDatabase()
  const sql = async (text: string, values: readonly unknown[] = []) => {
    const client = new pg.Client({ ...database.connection, options: '-c enable_seqscan=off' })
    await client.connect()
    try {
      return (await client.query(text, [...values])).rows
    } finally {
      await client.end()
    }
  }
  const explain = (text: string, values: readonly unknown[]) => sql(`explain (format json) ${text}`, values)
  const list = async () =>
    (
      await sql(`select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid
        where indisvalid and starts_with(c.relname, 'rc_') order by 1`)
    ).map(({ name }) => name)
  /** Starts with limits for these templates, until the indexes are those. */
  const start = async (names: readonly string[], expected: readonly unknown[]) => {
    const store = openStore({ connection: { connectionString: database.url } }, pino({ level: 'silent' }))
    const limited = () => model.templates.filter(({ name }: Template) => names.includes(name))
    await store.prepare({ ...applying(model), limited })
    await expect.poll(list, { timeout: 60_000, interval: 50 }).toEqual(expected)
    await store.close()
  }
  const imageTemplate = model.templates.find(({ name }) => name === 'image') as Template
  const [image, host] = ['image', 'host'].map((name) => expect.stringMatching(`^rc_${name}_`))
  await start(['image'], [image])
  // One that is there stays as it is; one that was left half built is built again.
  await sql("update pg_index set indisvalid = false where indexrelid::regclass::text like 'rc_%'")
  await start(['image', 'host'], [host, image])
  // No name is too long for them, and they serve the count of a caller, and of those without a name.
  const names = ['ci', randomBytes(6_000).toString('base64')]
  for (const [i, name] of [...names, null].entries())
    await sql(
      "insert into registry_object (template, key, uuid, document, refs, version, created_at, updated_at, outcome, created_by) values ('image', $1, gen_random_uuid(), '{}', '{}', 1, now(), now(), 'CREATED', $2)",
      [i, name],
    )
  for (const name of [...names, undefined]) {
    const { text, values } = compileCountCreated(imageTemplate, name, 10)
    expect(await sql(text, values)).toEqual([{ count: 1 }])
    expect(JSON.stringify(await explain(text, values))).toMatch(/"Index Name":"rc_image_/)
  }
  await start(['host'], [host])
  await start([], [])
  await database.drop()
})
