import type pg from 'pg'

/** A way of keeping the time of a confirmation: how it changes the storage that the registry has made. */
export interface Way {
  readonly title: string
  /** Statements on the partition of that name. */
  readonly prepare: (partition: string, index: string) => readonly string[]
  /** If confirmations do not go through the registry: a statement with the key as its parameter. */
  readonly confirm?: string
  /** The table to look at, if it is not the partition alone. */
  readonly table?: string
}

const beside = (apart: boolean) =>
  `create or replace function registry_confirms_apart() returns boolean language sql stable parallel safe as 'select ${apart}'`

/** As it was: each confirmation moves `updated_at`, which has an index. */
const former = (partition: string, index: string) => [
  beside(false),
  `drop index ${index}`,
  `create index ${partition}_former on ${partition} (updated_at, key)`,
  `alter table ${partition} reset (fillfactor)`,
]

const eager =
  'autovacuum_vacuum_threshold = 100, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0'

const fill = (share: number) => (partition: string) => [`alter table ${partition} set (fillfactor = ${share})`]

export const ways = {
  before: { title: 'before', prepare: former },
  'before-eager': {
    title: 'before, eager autovacuum',
    prepare: (partition, index) => [...former(partition, index), `alter table ${partition} set (${eager})`],
  },
  unindexed: {
    title: 'no index of update times',
    prepare: (partition, index) => [...former(partition, index), `drop index ${partition}_former`],
  },
  brin: {
    title: 'BRIN',
    prepare: (partition, index) => [
      ...former(partition, index),
      `drop index ${partition}_former`,
      `create index on ${partition} using brin (updated_at) with (pages_per_range = 8)`,
    ],
  },
  narrow: {
    title: 'a narrow table, indexed',
    prepare: (partition) => [
      ...narrow(partition),
      'create index registry_confirmation_at on registry_confirmation (template, confirmed_at, key)',
    ],
    confirm: confirmNarrow(),
    table: 'registry_confirmation',
  },
  'narrow-unindexed': {
    title: 'a narrow table, only its key indexed',
    prepare: narrow,
    confirm: confirmNarrow(),
    table: 'registry_confirmation',
  },
  now: { title: 'now', prepare: () => [] },
  'now-100': { title: 'now, fillfactor 100', prepare: fill(100) },
  'now-80': { title: 'now, fillfactor 80', prepare: fill(80) },
  'now-50': { title: 'now, fillfactor 50', prepare: fill(50) },
  'now-eager': {
    title: 'now, eager autovacuum',
    prepare: (partition: string) => [`alter table ${partition} set (${eager})`],
  },
} as const satisfies Readonly<Record<string, Way>>

function narrow(partition: string): string[] {
  return [
    'create table registry_confirmation (template text collate "C" not null, key text collate "C" not null, confirmed_at timestamptz(6) not null, confirmed_by text, primary key (template, key)) with (fillfactor = 50)',
    `insert into registry_confirmation select template, key, updated_at, updated_by from ${partition}`,
  ]
}

function confirmNarrow(): string {
  return `update registry_confirmation set confirmed_at = clock_timestamp(), confirmed_by = 'bench' where template = 'role' and key = any($1)`
}

export type WayName = keyof typeof ways

export interface Size {
  readonly name: string
  readonly bytes: number
}

/** The sizes of a table, its TOAST table and its indexes. */
export async function readSizes(client: pg.ClientBase, table: string): Promise<readonly Size[]> {
  const { rows } = await client.query<{ name: string; bytes: string }>(
    `select 'table' as name, pg_table_size($1::regclass) - coalesce(pg_total_relation_size(nullif(reltoastrelid, 0)), 0) as bytes from pg_class where oid = $1::regclass
     union all select 'TOAST', pg_total_relation_size(reltoastrelid) from pg_class where oid = $1::regclass and reltoastrelid <> 0
     union all select 'index ' || regexp_replace(regexp_replace(c.relname, '_[0-9a-f]+$', ''), '^ro_role_|registry_role_objects_|registry_role_', ''), pg_relation_size(c.oid)
       from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = $1::regclass`,
    [table],
  )
  return rows.map(({ name, bytes }) => ({ name, bytes: Number(bytes) }))
}
