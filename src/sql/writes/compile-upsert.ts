import { type Binding, openPart } from '../../plan/open-value.ts'
import type { ObjectSelection, UpsertPlan } from '../../plan/plan.ts'
import { documentView } from '../../plan/plan-payload.ts'
import type { Source } from '../../plan/source.ts'
import type { Template } from '../../template/model.ts'
import { bindStatement } from '../bind-statement.ts'
import { compileReadMany } from '../compile-read.ts'
import { compileViews } from '../compile-views.ts'
import { type Compiler, createCompiler } from '../compiler.ts'
import { slotOf, updateSlot, updateTime } from '../latest/update-time.ts'
import { changeTable, lockableObjects, partitionOf } from '../source.ts'
import { empty, identifier, join, literal, type Sql, type Statement, sql, toStatement } from '../sql.ts'
import { filledDocument } from '../stored-document.ts'
import { compileChangeInPlace } from './compile-change.ts'
import { compileMerge, compileOverwrite, hasMerges, type Merged, type Patch } from './compile-merge.ts'
import { isOther } from './compile-unkept.ts'
import { aMoment, createdAlone, createdTogether } from './created-rows.ts'
import { laterThan, nextVersion } from './next-version.ts'
import { findOnly, listParts, upsertParts as parts } from './upsert-parts.ts'

/** The result of an upsert's statement. Nothing was written if `missing` has entries with `isNeeded`. */
export interface UpsertResult {
  readonly missing: readonly (readonly [template: string, key: string, isNeeded: boolean])[]
  /** When it wrote, as the next statement of the same write takes it; undefined if there can be none. */
  readonly time: string | undefined
  readonly written: readonly WrittenObject[]
}

export interface WrittenObject {
  readonly key: string
  readonly outcome: 'CREATED' | 'UPDATED' | 'UNCHANGED'
  readonly version: number
  /** Only if values change in place, or the plan asks for it. */
  readonly document?: Readonly<Record<string, unknown>>
  /** The views of the object as JSON texts, by name. */
  readonly views: Readonly<Record<string, string>>
  /** Those of what it was before, if changes are shown and it was there for the caller. */
  readonly former?: Readonly<Record<string, string>> | undefined
}

/** The statements of a mutation: one writes objects of a template, the other reads its views of them. */
export interface UpsertStatements {
  readonly views: ReadonlyMap<string, ObjectSelection>
  /** Writes the items and returns the views, unless they are read after the write. Many items yield to the event loop in between. */
  readonly write: (plan: UpsertPlan, isShown: boolean, binding: Binding) => Promise<Statement>
  /** Reads the views of the source's objects with these keys, like `compileReadMany`. */
  readonly show: (source: Source, keys: readonly string[], binding: Binding) => Statement
  /** Reads what the objects are before a write whose changes are shown; undefined if they are not. */
  readonly showFormer: ((source: Source, keys: readonly string[], binding: Binding) => Statement) | undefined
}

/** Compiles each statement once for the templates that the items refer to; the items themselves are values. */
export function createUpsertStatements(
  template: Template,
  views: ReadonlyMap<string, ObjectSelection>,
): UpsertStatements {
  const compiled = new Map<string, Statement>()
  const read = (name: string, shown: UpsertStatements['views']): UpsertStatements['show'] => {
    return (source, keys, binding) => {
      const statement = compiled.get(name) ?? compileReadMany(source, openPart(0), shown)
      compiled.set(name, statement)
      return bindStatement(statement, { ...binding, parts: [keys] })
    }
  }
  const document = views.get(documentView)
  return {
    views,
    async write(plan, isShown, binding) {
      const { items, targets, overwrites = false, tellsDocuments = false, isOfMany } = plan
      const only = findOnly(plan)
      const isChanging = items.some(({ change }) => change)
      const isKeeping = items.some(({ keep }) => keep)
      const hasDocuments = isChanging || tellsDocuments
      const name = [
        isShown,
        isChanging,
        isKeeping,
        hasDocuments,
        overwrites,
        isOfMany,
        only !== undefined,
        ...targets.map(({ source }) => source.template.name),
      ].join(' ')
      const sources = targets.map(({ source }) => source)
      const statement =
        compiled.get(name) ??
        compileUpsert({
          template,
          targets: sources,
          views: isShown ? views : new Map(),
          isMerging: !overwrites,
          isChanging,
          isKeeping,
          hasDocuments,
          isOfMany,
          isOnly: only !== undefined,
        })
      compiled.set(name, statement)
      return bindStatement(statement, { ...binding, parts: await listParts(plan, only) })
    },
    show: read('show', views),
    showFormer: document && read('show former', new Map([[documentView, document]])),
  }
}

interface UpsertShape {
  readonly template: Template
  /** The objects that items refer to. */
  readonly targets: readonly Source[]
  readonly views: ReadonlyMap<string, ObjectSelection>
  /** The result has the documents. */
  readonly hasDocuments: boolean
  /** Some items change values in place. */
  readonly isChanging: boolean
  /** Some items may only keep some values. */
  readonly isKeeping: boolean
  /** Values are kept by the `merge` of their fields. */
  readonly isMerging: boolean
  /** The request writes more objects than one. */
  readonly isOfMany: boolean
  /** There is one item, of which only the key and the values are needed. */
  readonly isOnly: boolean
}

/** The result in the only row of an upsert's statement. */
export function readUpsertResult(row: Readonly<Record<string, unknown>> = {}): UpsertResult {
  if (row['value']) return row['value'] as UpsertResult
  const written = row['outcome'] ? [row as unknown as WrittenObject] : []
  return { missing: (row['missing'] ?? []) as UpsertResult['missing'], time: undefined, written }
}

/**
 * Writes the objects and their changes in one statement, each under the lock of its row; a trigger keeps what they were. An object that
 * is created again goes on counting its versions; a trigger has the transaction repeated if a deletion came in between.
 *
 *     with input as materialized (select $1::jsonb as items, coalesce($2::timestamptz, clock_timestamp()) as time),
 *          target0 as materialized (select … from registry_object where template = 'image' and key = any($1) order by key for key share),
 *          missing as materialized (…),
 *          written as (insert into registry_object … on conflict (template, key) do update set … returning o.*),
 *          change as (insert into registry_change … select … from written where outcome <> 'UNCHANGED')
 *     select json_build_object('missing', …, 'written', …) as value
 *
 * The times keep the caller's order: they are a microsecond apart. The rows are written in the order of their keys, and
 * targets are locked in the order of theirs, so that overlapping batches wait for each other instead of deadlocking.
 * `for key share` keeps a target from being deleted before this commits. The items are one JSON parameter,
 * a map from key to item, in which an existing row finds its patch. Imported metadata (`meta`) replaces what
 * this write would set; an imported update time never makes the stored one earlier.
 *
 * An item that is written alone and has nothing but values takes a fourth less of PostgreSQL's time: each of its values is a parameter, and
 * the result is columns.
 *
 *     with written as (insert … select … from (select $1::text as key, $2::jsonb as document, …, clock_timestamp() as time) as item …), change as (…)
 *     select o1.key, o1.outcome, o1.version, … as views from written as o1
 *
 * What is only confirmed keeps its document byte for byte, and `updated_at` as long as it can (`latest/update-time.ts`), so that no index
 * of the row has to follow (PostgreSQL's heap-only tuples). An object that has not been filled is compared as it reads.
 */
function compileUpsert(shape: UpsertShape): Statement {
  const { isOnly, targets } = shape
  const compiler = createCompiler()
  const row = compiler.next()
  const o = identifier(row)
  const views = compileViews(shape.views, row, compiler)
  const input = isOnly
    ? empty
    : sql`input as materialized (select ${parts.items} as items, coalesce(${parts.time}, clock_timestamp()) as time), `
  const missing =
    targets.length > 0
      ? sql`(select json_agg(json_build_array(template, key, is_needed)) from missing)`
      : sql`null::json`
  const written = sql`with ${input}${compileTargets(targets, compiler)}written as (${compileInsert(shape)}), change as (${compileHistory(shape)})`
  if (isOnly) {
    const from =
      targets.length > 0
        ? sql`(select ${missing} as missing) as found left join written as ${o} on true`
        : sql`written as ${o}`
    const found = targets.length > 0 ? sql`found.missing, ` : empty
    return toStatement(sql`${written}
select ${found}${o}.key, ${o}.outcome, ${o}.version, ${views} as views from ${from}`)
  }
  const document = shape.hasDocuments ? sql`, 'document', ${o}.document` : empty
  const objects = sql`select json_agg(json_build_object('key', ${o}.key, 'outcome', ${o}.outcome, 'version', ${o}.version${document}, 'views', ${views})) from written as ${o}`
  return toStatement(sql`${written}
select json_build_object('missing', coalesce(${missing}, '[]'), 'time', (select time::text from input), 'written', coalesce((${objects}), '[]')) as value`)
}

/** Locks the objects that items refer to, and finds out which are missing; nothing if they refer to none. */
function compileTargets(targets: readonly Source[], compiler: Compiler): Sql {
  if (targets.length === 0) return empty
  const locked = targets.map(
    (source, i) =>
      sql`${identifier(`target${i}`)} as materialized (select key from ${lockableObjects(source, compiler)} and key = any(${parts.allKeys(i)}) order by key for key share), `,
  )
  const missing = targets.map(
    (source, i) =>
      sql`select ${literal(source.template.name)} as template, wanted.key, wanted.is_needed from (select unnest(${parts.keys(i)}) as key, true as is_needed union all select unnest(${parts.keysIfCreated(i)}), false) as wanted where not exists (select from ${identifier(`target${i}`)} as found where found.key = wanted.key)`,
  )
  return sql`${join(locked, '')}missing as materialized (${join(missing, ' union all ')}), `
}

function compileInsert(shape: UpsertShape): Sql {
  const { template, targets, isKeeping, isOfMany, isOnly } = shape
  const created = isOnly ? createdAlone : createdTogether
  const merged = compileMerged(shape)
  const step = isOnly ? aMoment : sql`case when item.value->'meta' ? 'updateTime' then interval '0' else ${aMoment} end`
  const condition = sql`where o.version = coalesce(((select items from input)->o.key->>'ifVersion')::int, o.version)${isKeeping ? keepsValues(template) : empty}
`
  return sql`insert into ${partitionOf(template.stored)} as o (template, key, uuid, document, refs, version, created_at, updated_at, changed_at, outcome, created_by, updated_by, created_for, updated_for)
select ${literal(template.stored)}, item.key, ${created.uuid}, item.document, item.refs, greatest(${created.version}, ${nextVersion(sql`former.version`)}, 1),
  ${created.createTime}, ${created.updateTime}, ${laterThan(sql`former.changed_at`, sql`item.time`)}, 'CREATED', ${created.authors}
from (${created.items}) as item
  left join lateral (${isOfMany ? compileLastOfMany(template) : compileLast(template)}) as former on true
${targets.length > 0 ? sql`where not exists (select from missing where is_needed)` : empty}
${isOnly ? empty : sql`order by item.key collate "C"`}
on conflict (template, key) do update set (document, refs, version, updated_at, confirmed_at, changed_at, outcome, updated_by, updated_for) = (
  select case when written.is_changed then merged.document else o.document end, case when written.is_changed or merged.refs is distinct from o.refs then merged.refs else o.refs end,
    case when written.is_changed then ${nextVersion(sql`o.version`)} else o.version end, case when written.is_apart then o.updated_at else merged.time end, case when written.is_apart then merged.time end,
    case when written.is_changed then ${laterThan(sql`o.changed_at`, sql`excluded.changed_at`)} else o.changed_at end, case when written.is_changed then 'UPDATED' else 'UNCHANGED' end, excluded.updated_by, excluded.updated_for
  from (select ${merged.document} as document, ${merged.refs} as refs, greatest(excluded.updated_at, ${updateTime('o')} + ${step}) as time
        from ${merged.from}
        offset 0) as merged,
    lateral (select merged.document is distinct from ${filledDocument(template, 'o')} as is_changed) as changed,
    lateral (select changed.is_changed, not changed.is_changed and ${slotOf(sql`merged.time`)} = ${updateSlot('o')} and registry_confirms_apart() as is_apart offset 0) as written)
${isOnly ? empty : condition}returning o.*`
}

/** What the row `o` becomes; `from` begins without a comma. */
function compileMerged({ template, isChanging, isMerging, isOnly }: UpsertShape): Merged {
  const patch: Patch = isOnly
    ? { document: sql`patch.document`, refs: sql`patch.refs`, clear: (values) => values }
    : {
        document: sql`(item.value->'patch')`,
        refs: sql`(item.value->'patchRefs')`,
        clear: (values) => sql`(${values} - cleared.names)`,
      }
  const from = isOnly
    ? sql`(select ${parts.one.patch} as document, ${parts.one.patchRefs} as refs) as patch`
    : sql`(select (select items from input)->o.key as value) as item, lateral (select array(select jsonb_array_elements_text(item.value->'cleared')) as names) as cleared`
  const given = isMerging && hasMerges(template) ? compileMerge(template, patch) : compileOverwrite(template, patch)
  const merged = isChanging ? compileChangeInPlace(template, given) : given
  return { ...merged, from: sql`${from}${merged.from}` }
}

/** Whether the row `o` has the values that its item may only keep. */
function keepsValues(template: Template): Sql {
  return sql` and not exists (select from jsonb_each((select items from input)->o.key->'keep') as kept where ${isOther(template, 'o')})`
}

/** What the last change of an item's key has left. */
function compileLast({ stored }: Template): Sql {
  return sql`select version, case when document is null or outcome = 'DELETED' then changed_at end as changed_at from ${changeTable} where template = ${literal(stored)} and key = item.key order by sequence desc limit 1`
}

/**
 * The same, where PostgreSQL might read the log once for each of many: it keeps the plan that it has made when the log was short. The call
 * takes some microseconds more.
 */
function compileLastOfMany({ stored }: Template): Sql {
  return sql`select version, case when is_narrow or outcome = 'DELETED' then changed_at end as changed_at from registry_last_change(${literal(stored)}, item.key)`
}

/** Adds nothing for an object that was only confirmed. */
function compileHistory({ isOnly }: UpsertShape): Sql {
  // Who wrote one item alone stands in its row.
  const [actor, principal] = isOnly ? [sql`updated_by`, sql`updated_for`] : [parts.actor, parts.onBehalfOf]
  return sql`insert into ${changeTable} (template, key, uuid, outcome, version, changed_at, changed_by, run, changed_for)
select template, key, uuid, outcome, version, changed_at, ${actor}, ${parts.run}, ${principal}
from written where outcome <> 'UNCHANGED'${isOnly ? empty : sql` order by updated_at`}`
}
