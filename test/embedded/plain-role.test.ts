import { expect, test } from 'vitest'
import type { EmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts'
import { startRegistry } from '../support/registry.ts'
import { printConnectionUrl } from '../support/test-connection.ts'
import { query, useEmbeddedPostgres } from './embedded-fixture.ts'

const fixture = useEmbeddedPostgres()

const image = 'name: image\nkey: [name]\nfields: { name: string, distr: { type: string, indexed: true }, size: int }\n'
const role = 'name: role\nkey: [name, image]\nfields: { name: string, image: { type: reference, to: image } }\n'

/** Everything in the registry's database that still is the superuser's. */
const ownedBySuperuser = `
  select relname::text from pg_class where relowner = 'registry'::regrole and oid >= 16384 and relnamespace <> 'pg_toast'::regnamespace
  union all select proname::text from pg_proc where proowner = 'registry'::regrole and oid >= 16384
  union all select typname::text from pg_type where typowner = 'registry'::regrole and oid >= 16384
  union all select nspname::text from pg_namespace where nspowner = 'registry'::regrole and oid >= 16384
  union all select datname::text from pg_database where datdba = 'registry'::regrole and datname = current_database()`

test('The registry runs as a role that owns its database and has no other rights.', async () => {
  const { connection } = await fixture.open(fixture.newDataDir())
  expect(
    await query(
      connection,
      `select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, pg_has_role(rolname, 'pg_database_owner', 'usage'),
         (select count(*)::int from pg_auth_members where member = pg_roles.oid)
       from pg_roles where rolname = current_user`,
    ),
  ).toEqual([[false, false, false, false, false, true, 0]])
})

/** What reaches beyond the registry's database. */
const beyond = [
  `copy (select 1) to program 'cat'`,
  `copy (select 1) to '/dev/null'`,
  `select pg_read_file('PG_VERSION')`,
  `select lo_import('/etc/hostname')`,
  `select rolpassword from pg_authid`,
  `set session_replication_role = replica`,
  `alter system set work_mem = '5MB'`,
  `create role other superuser`,
  `create database other`,
  `create function f() returns int language c as 'libc', 'getpid'`,
  `set role registry`,
  // From here on, it is one.
  `alter role registry_server superuser`,
]

test('What reaches beyond the database is refused to that role, and not to the superuser.', async () => {
  const { connection, superuser } = await fixture.open(fixture.newDataDir())
  const codeOf = (statement: string, as: typeof connection): Promise<unknown> =>
    query(as, statement).then(
      () => undefined,
      ({ code }) => code,
    )
  for (const statement of beyond) {
    const isRefused = [await codeOf(statement, connection), await codeOf(statement, superuser)].map(
      (code) => code === '42501',
    )
    expect([statement, ...isRefused]).toEqual([statement, true, false])
  }
})

/** A folder as earlier versions made it: without the role, with all that the registry needs made by the superuser. */
async function makeOldFolder(): Promise<void> {
  const { superuser, stop } = await fixture.open(fixture.newDataDir())
  const elsewhere = { ...superuser, database: 'postgres' }
  await query(elsewhere, 'drop database registry')
  await query(elsewhere, 'create database registry template template0')
  await query(elsewhere, 'drop role registry_server')
  const registry = await startRegistry([image, role], { databaseUrl: printConnectionUrl(superuser) })
  await registry.data(
    'mutation { upsertImage(input: { name: "a", distr: "d" }) { outcome } upsertRole(input: { name: "r", image: "a" }) { outcome } }',
  )
  await registry.close()
  // What operators add for themselves.
  for (const statement of [
    'create schema reports',
    `create view reports.names as select 1 as one`,
    `create materialized view reports.kept as select 2 as two`,
    `create type reports.mood as enum ('good', 'bad')`,
    `create type reports.pair as (a int, b int)`,
    `create domain reports.positive as int check (value > 0)`,
    `create sequence reports.numbers`,
    `create table reports.notes (id int generated always as identity, other serial, mood reports.mood)`,
    `create procedure reports.nothing() language sql as 'select 1'`,
    `create aggregate reports.total(int) (sfunc = int4pl, stype = int)`,
  ])
    await query(superuser, statement)
  expect((await query(superuser, ownedBySuperuser)).length).toBeGreaterThan(50)
  await stop()
}

/** Reads what is there, writes it, and changes the templates: a new one, and another index. */
async function useRegistry({ connection }: EmbeddedPostgres): Promise<unknown> {
  const changed = image.replace('size: int', 'size: { type: int, indexed: true }')
  const host = 'name: host\nkey: [name]\nfields: { name: string, image: { type: reference, to: image } }\n'
  const registry = await startRegistry([changed, role, host], { databaseUrl: printConnectionUrl(connection) })
  await registry.data('mutation { upsertHost(input: { name: "h", image: "a" }) { outcome } }')
  await registry.data('mutation { upsertImage(input: { name: "a", distr: "e", size: 1 }) { outcome } }')
  const data = await registry.data(
    '{ image(name: "a") { distr size roles { nodes { name } } hosts { nodes { name } } _meta { version } } }',
  )
  await registry.close()
  return data
}

test('A folder of an earlier version is taken over with all that is in it, and goes on.', async () => {
  await makeOldFolder()
  const postgres = await fixture.open()
  expect(await query(postgres.superuser, ownedBySuperuser)).toEqual([])
  expect(await useRegistry(postgres)).toEqual({
    image: {
      distr: 'e',
      size: 1,
      roles: { nodes: [{ name: 'r' }] },
      hosts: { nodes: [{ name: 'h' }] },
      _meta: { version: 2 },
    },
  })
  expect(await query(postgres.connection, 'insert into reports.notes default values returning id, other')).toEqual([
    [1, 1],
  ])
})

test('A take-over that was interrupted is completed, and an earlier version may come in between.', async () => {
  await makeOldFolder()
  const first = await fixture.open()
  await query(first.superuser, 'alter table registry_object owner to registry')
  await query(first.superuser, 'create table later (n int)')
  await query({ ...first.superuser, database: 'postgres' }, 'alter database registry owner to registry')
  await query(first.superuser, `alter role registry_server with superuser password 'guess'`)
  await first.stop()
  const second = await fixture.open()
  expect(await query(second.superuser, ownedBySuperuser)).toEqual([])
  expect(await query(second.connection, `select current_user, current_setting('is_superuser')`)).toEqual([
    ['registry_server', 'off'],
  ])
})
