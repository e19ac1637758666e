import type pg from 'pg'
import { ConfigError } from '../../errors.ts'
import type { TemplatePlan } from '../../template/changes/template-plan.ts'
import type { DeclaredModel } from '../../template/load-templates.ts'
import { digestFiles, loadGenerations } from '../changes/generations.ts'
import { planChanges } from '../changes/plan-changes.ts'
import { createClient, withHosts } from '../hosts/open-client.ts'
import { listMissingMigrations } from '../migrations/apply-migrations.ts'
import { loadMigrations, migrationsDirectory } from '../migrations/load-migrations.ts'
import { runOn } from '../own-connection.ts'
import type { PoolerKind } from '../pooler/find-pooler.ts'
import { poolingOf } from '../pooler/pooler-client.ts'

/** What a database is like, as the registry's user sees it. */
export interface Examination extends Facts {
  /** What lies between the connection and PostgreSQL. */
  readonly pooler: PoolerKind
  /** How far its clock is ahead of this machine's, and how exactly that is known, in milliseconds. */
  readonly clock: { readonly ahead: number; readonly exactTo: number }
  /** The names of the migrations that are to be applied; a sentence if that is impossible. */
  readonly migrations: readonly string[] | string
  /** What the templates would do; undefined if none were given, or none have been applied yet. */
  readonly templates: TemplatesState | undefined
}

export type TemplatesState =
  | { readonly kind: 'same' }
  /** They were applied before, and others since. */
  | { readonly kind: 'older'; readonly plan: TemplatePlan }
  | { readonly kind: 'new'; readonly plan: TemplatePlan }

interface Facts {
  readonly version: string
  readonly major: number
  readonly encoding: string
  readonly collation: string
  /** Whether the collation of the operating system has changed since the database was made. */
  readonly hasOtherCollation: boolean
  readonly user: string
  readonly database: string
  readonly bytes: number
  readonly isStandby: boolean
  readonly isReadOnly: boolean
  /** Where tables are made; null if `search_path` names no schema that is there. */
  readonly schema: string | null
  /** Whether the user may create tables there. */
  readonly mayCreate: boolean
  /** The registry's tables that the user may not write, or does not own. */
  readonly foreignTables: readonly string[]
  readonly connections: { readonly most: number; readonly used: number; readonly mostOfUser: number }
}

/** How long connecting, and each statement, may take, in milliseconds. */
const patience = { connect: 4_000, statement: 60_000 }

/**
 * Looks at a database in one transaction that only reads. Throws the connection's or PostgreSQL's error.
 *
 * @param files templates to compare with those that were applied last
 */
export async function examineDatabase(connection: pg.PoolConfig, files?: DeclaredModel): Promise<Examination> {
  const client = createClient(
    withHosts({
      ...connection,
      connectionTimeoutMillis: patience.connect,
      query_timeout: patience.statement,
      application_name: 'registry doctor',
    }),
  )
  try {
    await client.connect()
    const session = await askSession(client)
    await client.query('begin isolation level repeatable read read only')
    const facts = await askFacts(client)
    const migrations = await askMigrations(client)
    const isComplete = Array.isArray(migrations) && migrations.length === 0
    const templates = files && isComplete ? await compareTemplates(client, files) : undefined
    await client.query('rollback')
    return { ...facts, ...session, migrations, templates }
  } finally {
    void client.end().catch(() => undefined)
  }
}

async function askSession(client: pg.Client): Promise<Pick<Examination, 'pooler' | 'clock' | 'isReadOnly'>> {
  const sent = Date.now()
  const { rows } = await client.query<{ now: number; readonly: boolean }>(
    `select extract(epoch from clock_timestamp())::float8 * 1000 as now,
       current_setting('transaction_read_only') = 'on' as readonly`,
  )
  const received = Date.now()
  const [{ now, readonly } = { now: 0, readonly: false }] = rows
  return {
    pooler: poolingOf(client).kind,
    clock: { ahead: Math.round(now - (sent + received) / 2), exactTo: Math.ceil((received - sent) / 2) },
    isReadOnly: readonly,
  }
}

async function askFacts(client: pg.Client): Promise<Facts> {
  const { rows } = await client.query<Facts & { most: number; used: number; ofUser: number }>(`
    select current_setting('server_version') as version, current_setting('server_version_num')::int / 10000 as major,
      current_setting('server_encoding') as encoding, d.datcollate as collation,
      coalesce(d.datcollversion <> pg_database_collation_actual_version(d.oid), false) as "hasOtherCollation",
      current_user as "user", current_schema() as schema, d.datname as database, pg_database_size(d.oid)::float8 as bytes,
      pg_is_in_recovery() as "isStandby", coalesce(has_schema_privilege(current_schema(), 'create'), false) as "mayCreate",
      array(select c.relname::text from pg_class c
        where c.relnamespace = (select oid from pg_namespace where nspname = current_schema()) and c.relkind in ('r', 'p') and starts_with(c.relname, 'registry_')
          and not (pg_has_role(c.relowner, 'usage') and has_table_privilege(c.oid, 'insert') and has_table_privilege(c.oid, 'update'))
        order by 1 limit 5) as "foreignTables",
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true), '0')::int as most,
      (select count(*)::int from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()) as used,
      (select min(most) from (values (nullif(r.rolconnlimit, -1)), (nullif(d.datconnlimit, -1))) as limits (most)) as "ofUser"
    from pg_database d join pg_roles r on r.rolname = current_user where d.datname = current_database()`)
  const [row] = rows
  if (!row) throw new Error('the database does not know itself')
  const { most, used, ofUser, ...facts } = row
  return { ...facts, connections: { most, used, mostOfUser: ofUser ?? most } }
}

async function askMigrations(client: pg.Client): Promise<readonly string[] | string> {
  try {
    const missing = await listMissingMigrations(client, await loadMigrations(migrationsDirectory))
    return missing.map(({ name }) => name)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}

async function compareTemplates(client: pg.Client, files: DeclaredModel): Promise<TemplatesState | undefined> {
  const run = runOn(client)
  const [last, ...earlier] = await loadGenerations(run)
  if (!last) return undefined
  const digest = digestFiles(files.model)
  if (last.files === digest) return { kind: 'same' }
  const { plan } = await planChanges(run, last, files)
  return { kind: earlier.some((one) => one.files === digest && one.isApplied) ? 'older' : 'new', plan }
}
