import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { applyMigrations } from '../../src/store/migrations/apply-migrations.ts'
import { createEmptyDatabase } from '../support/postgres.ts'
import { startRegistry } from '../support/registry.ts'

/** The last migration before templates had generations. */
const last = '20261128120000_duration'

test('a registry from before templates had generations goes on, also where values may be of a former type', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'registry migrations '))
  const database = await createEmptyDatabase()
  const client = new pg.Client(database.connection)
  try {
    for (const name of await readdir('prisma/migrations'))
      if (name <= last) await cp(join('prisma/migrations', name), join(folder, name), { recursive: true })
    await client.connect()
    const logger = pino({ level: 'silent' })
    await applyMigrations({ connection: database.connection, logger, directory: folder })
    const field = (name: string, type: string) => ({
      name,
      type,
      list: false,
      required: false,
      isKey: false,
      unique: false,
      indexed: false,
      constraints: {},
      values: [],
      members: [],
    })
    const definition = {
      name: 'host',
      typeName: 'Host',
      fieldName: 'host',
      pluralName: 'hosts',
      key: ['name'],
      fields: [{ ...field('name', 'string'), required: true, isKey: true }, field('size', 'int'), field('port', 'int')],
      additionalFields: false,
      reverseFields: [],
    }
    await client.query(
      'insert into registry_template (name, definition, compiled_at, changed_fields) values ($1, $2, now(), $3)',
      ['host', definition, ['size']],
    )
    await client.query("create table registry_host_objects partition of registry_object for values in ('host')")
    await client.query(`insert into registry_object (template, key, uuid, document, refs, version, created_at, updated_at, outcome)
      select 'host', jsonb_build_array(name)::text, gen_random_uuid(), document || jsonb_build_object('name', name), '{}', 1, now(), now(), 'CREATED'
      from (values ('a', '{"size": 5, "port": 22}'::jsonb), ('b', '{"size": "large"}'), ('c', '{"size": "7"}')) as given (name, document)`)
    const template = '{ name: host, key: [name], fields: { name: string, size: int, port: int } }'
    await expect(startRegistry([template], { databaseUrl: database.url })).rejects.toThrow(
      'CONVERTS host.fields.size: json → int (3 objects: "a", "b", "c")',
    )
    const registry = await startRegistry([template], { databaseUrl: database.url, consent: 'any' })
    try {
      const answer = await registry.query('{ hosts(orderBy: [{name: asc}]) { nodes { name size port } } }')
      expect(answer.data.hosts.nodes).toEqual([
        { name: 'a', size: 5, port: 22 },
        { name: 'b', size: null, port: null },
        { name: 'c', size: 7, port: null },
      ])
      expect(answer.errors).toMatchObject([
        { path: ['hosts', 'nodes', 1, 'size'], extensions: { code: 'UNFIT_OBJECT' } },
      ])
    } finally {
      await registry.close()
    }
  } finally {
    await client.end()
    await database.drop()
    await rm(folder, { recursive: true, force: true })
  }
})
