import { createHmac } from 'node:crypto'
import pg from 'pg'
import type { PostgresConnection } from './connect-to-postmaster.ts'

/**
 * The role of all statements that requests cause. It owns the registry's database and nothing else: it cannot read files, run programs,
 * change settings of the server, or see other databases' data.
 */
const plainRole = 'registry_server'

/** The connection of the plain role, made of the superuser's. Its password is derived, so that it is the same at each start. */
export function toPlainConnection(superuser: PostgresConnection, database: string): PostgresConnection {
  const password = createHmac('sha256', superuser.password).update(plainRole).digest('base64url')
  return { ...superuser, user: plainRole, password, database }
}

/**
 * Makes sure that the plain role and its database are there, and that the role owns the database and all that the superuser has in it:
 * earlier versions ran every statement as the superuser. An interrupted change of owners is completed by the next start.
 *
 * @param client a session of the superuser in another database
 */
export async function preparePlainRole(
  client: pg.Client,
  { superuser, plain }: { readonly superuser: PostgresConnection; readonly plain: PostgresConnection },
): Promise<void> {
  const { rowCount: roles } = await client.query('select from pg_roles where rolname = $1', [plainRole])
  if (roles === 0) await client.query('create role registry_server')
  await client.query(
    `alter role registry_server with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls
       password ${client.escapeLiteral(plain.password)}`,
  )
  const { rowCount: databases } = await client.query('select from pg_database where datname = $1', [plain.database])
  if (databases === 0) {
    await client.query(
      `create database ${client.escapeIdentifier(plain.database)} template template0 owner registry_server`,
    )
    return
  }
  await client.query(`alter database ${client.escapeIdentifier(plain.database)} owner to registry_server`)
  const inside = new pg.Client({ ...superuser, database: plain.database })
  inside.on('error', () => undefined)
  await inside.connect()
  try {
    const { rows } = await inside.query<{ statement: string }>(changesOfOwner)
    for (const { statement } of rows) await inside.query(statement)
  } finally {
    await inside.end()
  }
}

/**
 * The statements that give what the superuser owns to the plain role. `reassign owned` refuses the first superuser of a cluster. What an
 * extension or another object brings along (a table's indexes, sequences and row type) follows it.
 */
const changesOfOwner = `
  with own as (
    select 'pg_namespace'::regclass as class, oid, 1 as rank, format('alter schema %I', nspname) as change
    from pg_namespace where nspowner = current_user::regrole
    union all
    select 'pg_class'::regclass, oid, 2, format('alter %s %s', case relkind when 'S' then 'sequence' when 'v' then 'view'
      when 'm' then 'materialized view' else 'table' end, oid::regclass)
    from pg_class where relowner = current_user::regrole and relkind in ('r', 'p', 'S', 'v', 'm')
    union all
    select 'pg_type'::regclass, oid, 2, format('alter type %s', oid::regtype)
    from pg_type where typowner = current_user::regrole
      and (typtype in ('e', 'd', 'r') or (typtype = 'c' and (select relkind from pg_class where oid = typrelid) = 'c'))
    union all
    select 'pg_proc'::regclass, oid, 2, format('alter routine %s', oid::regprocedure)
    from pg_proc where proowner = current_user::regrole
  )
  select change || ' owner to registry_server' as statement
  from own
  where oid >= 16384
    and not exists (select from pg_depend d
      where d.classid = own.class and d.objid = own.oid and d.objsubid = 0 and d.deptype in ('e', 'a', 'i')
        and not (d.deptype = 'a' and own.change like 'alter table%'))
  order by rank, oid`
