import type { Template } from '../../template/model.ts'
import { digest } from '../digest.ts'
import { referenceForm } from '../references.ts'
import { compileLock, type SharedLock } from '../session/compile-lock.ts'
import { changeTable, pastTable } from '../source.ts'
import { identifier, integer, literal, type Sql, type Statement, sql, toStatement } from '../sql.ts'

/** The prefix of the indexes of the past; those that no template needs any more are dropped. */
const prefix = 'rp_'

/**
 * With how many former versions a storage gets indexes of the past for its references, and with how few it loses them again. All templates
 * share the table of the past, and each version that is written there pays for all of its indexes: 5 ms for the 1,000 of 500 templates,
 * few of which would be used.
 */
export const worthIndexing = { from: 250, until: 100 }

/**
 * The indexes of a storage's past: for each reference, by which reverse sides are found as of a time, and, if the template asks for it, for
 * equality on any field, as the present has one. Where no past is kept, none can be asked for.
 */
export function pastIndexesOf({ stored, fields, isPastIndexed, keptPast }: Template): readonly StorageIndex[] {
  if (keptPast.kind === 'none') return []
  const define = (method: Sql, isAskedFor: boolean) => ({ ...definePastIndex(stored, method), stored, isAskedFor })
  return [
    ...(isPastIndexed
      ? [
          define(sql`gin (document jsonb_path_ops)`, true),
          define(sql`btree (created_at, key, valid_to, valid_from)`, true),
        ]
      : []),
    ...fields.flatMap((field) => (field.reference ? [define(referenceForm(field).pastIndex(field), false)] : [])),
  ]
}

interface PastIndex {
  readonly name: string
  readonly create: string
}

/** An index of one storage's past. */
export interface StorageIndex extends PastIndex {
  readonly stored: string
  /** Whether the template asks for it, so that it is there however little has been kept. */
  readonly isAskedFor: boolean
}

function definePastIndex(stored: string, method: Sql): PastIndex {
  const on = sql`on ${pastTable} using ${method} where template = ${literal(stored)}`
  const name = `${prefix}${stored.slice(0, 24)}_${digest(on.text)}`
  return { name, create: sql`create index concurrently ${identifier(name)} ${on}`.text }
}

/**
 * Those of these storages that keep so many former versions: rows of `stored`. Reads no more than that of each, by an index, the latest first: the
 * earliest are those that go.
 */
export function compileKeepAtLeast(storages: readonly string[], count: number): Statement {
  return toStatement(
    sql`select s.stored from unnest(${storages}::text[]) as s (stored) where exists (select from ${pastTable} as p where p.template = s.stored order by p.valid_to desc offset ${integer(count - 1)})`,
  )
}

/** An arbitrary number, the same in every registry server: one of them at a time builds indexes of the past. */
const indexLock = 7_305_124_663

export function compileLockPastIndexes(): SharedLock {
  return compileLock(indexLock)
}

/** Gives the planner statistics of new indexes of references. Without them it would guess that each is to one of 200 targets. Blocks nobody. */
export const analyzePast = sql`analyze ${pastTable}`.text

/** A row if nothing is kept. Analyzed then, the past would be planned for as something empty, which it is not for long. */
export function compileIsPastEmpty(): Statement {
  return toStatement(sql`select 1 where not exists (select from ${pastTable})`)
}

/** An index of all templates' changes or past. Migrations make it where nothing is in its table yet. */
interface SharedIndex extends PastIndex {
  /** The index that it makes superfluous. */
  readonly former?: string
}

/** By which is found what has changed between two times, what a snapshot does not see, and what was at a time. */
export const sharedIndexes: readonly SharedIndex[] = [
  toSharedIndex('registry_change_template_changed_at_idx', sql`${changeTable} (template, changed_at)`),
  toSharedIndex('registry_change_transaction_idx', sql`${changeTable} (transaction)`),
  {
    ...toSharedIndex(
      'registry_past_template_valid_to_valid_from_idx',
      sql`${pastTable} (template, valid_to, valid_from)`,
    ),
    former: 'registry_past_template_valid_to_idx',
  },
]

function toSharedIndex(name: string, on: Sql): SharedIndex {
  return { name, create: sql`create index concurrently ${identifier(name)} on ${on}`.text }
}

/** Whether an index is there: a row of `is_valid`. */
export function compileFindIndex(name: string): Statement {
  return toStatement(sql`select i.indisvalid as is_valid from pg_index as i where i.indexrelid = to_regclass(${name})`)
}

/** The indexes of the past that there are: rows of `name` and `is_valid`. */
export function compilePastIndexes(): Statement {
  return toStatement(
    sql`select c.relname as name, i.indisvalid as is_valid from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = ${literal(pastTable.text)}::regclass and starts_with(c.relname, ${prefix})`,
  )
}
