import { mapInTurns } from '../../map-in-turns.ts'
import { type Binding, openPart } from '../../plan/open-value.ts'
import type { Author, ObjectSelection, Targets, UpsertItem, UpsertPlan } from '../../plan/plan.ts'
import { documentView } from '../../plan/plan-payload.ts'
import type { Source } from '../../plan/source.ts'
import type { Template } from '../../template/model.ts'
import { bindStatement } from '../bind-statement.ts'
import { compileReadMany } from '../compile-read.ts'
import { compileViews } from '../compile-views.ts'
import { type Compiler, createCompiler } from '../compiler.ts'
import { slotOf, updateSlot, updateTime } from '../latest/update-time.ts'
import { changeTable, lockableObjects, objectTable } from '../source.ts'
import { empty, identifier, join, literal, type Sql, type Statement, sql, toStatement } from '../sql.ts'
import { filledDocument } from '../stored-document.ts'
import { compileChangeInPlace } from './compile-change.ts'
import { compileMerge, compileOverwrite, hasMerges } from './compile-merge.ts'
import { isOther } from './compile-unkept.ts'
import { laterThan, nextVersion } from './next-version.ts'

/** The result of an upsert's statement, in its only row and column `value`. Nothing was written if `missing` has entries with `isNeeded`. */
export interface UpsertResult {
  readonly missing: readonly (readonly [template: string, key: string, isNeeded: boolean])[]
  /** When it wrote, as the next statement of the same write takes it. */
  readonly time: string
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
    async write(
      { items, targets, author, overwrites = false, tellsDocuments = false, time, isOfMany },
      isShown,
      binding,
    ) {
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
        })
      compiled.set(name, statement)
      return bindStatement(statement, { ...binding, parts: await listParts(items, targets, author, time) })
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
}

/** The indexes of the parts in a binding. */
const parts = {
  items: 0,
  actor: 1,
  run: 2,
  onBehalfOf: 3,
  time: 4,
  allKeys: (target: number) => 5 + 3 * target,
  keys: (target: number) => 6 + 3 * target,
  keysIfCreated: (target: number) => 7 + 3 * target,
}

async function listParts(
  items: readonly UpsertItem[],
  targets: readonly Targets[],
  { actor, run, onBehalfOf }: Author,
  time: string | undefined,
): Promise<unknown[]> {
  const byKey = await mapInTurns(
    items,
    ({ key, targets: _, isComplete: __, ...item }) => `${JSON.stringify(key)}:${JSON.stringify(item)}`,
  )
  return [
    `{${byKey.join(',')}}`,
    actor ?? null,
    run ?? null,
    onBehalfOf ?? null,
    time ?? null,
    ...targets.flatMap(({ keys, keysIfCreated }) => [[...keys, ...keysIfCreated], keys, keysIfCreated]),
  ]
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
 * What is only confirmed keeps its document byte for byte, and `updated_at` as long as it can (`latest/update-time.ts`), so that no index
 * of the row has to follow (PostgreSQL's heap-only tuples). An object that has not been filled is compared as it reads.
 */
function compileUpsert(shape: UpsertShape): Statement {
  const compiler = createCompiler()
  const row = compiler.next()
  const views = compileViews(shape.views, row, compiler)
  const document = shape.hasDocuments ? sql`, 'document', ${identifier(row)}.document` : empty
  const written = sql`select json_agg(json_build_object('key', ${identifier(row)}.key, 'outcome', ${identifier(row)}.outcome, 'version', ${identifier(row)}.version${document}, 'views', ${views})) from written as ${identifier(row)}`
  return toStatement(sql`with input as materialized (select ${openPart(parts.items)}::jsonb as items, coalesce(${openPart(parts.time)}::timestamptz, clock_timestamp()) as time), ${compileTargets(shape.targets, compiler)}written as (${compileInsert(shape)}), change as (${compileHistory()})
select json_build_object('missing', coalesce((select json_agg(json_build_array(template, key, is_needed)) from missing), '[]'::json), 'time', (select time::text from input), 'written', coalesce((${written}), '[]'::json)) as value`)
}

function compileTargets(targets: readonly Source[], compiler: Compiler): Sql {
  const locked = targets.map(
    (source, i) =>
      sql`${identifier(`target${i}`)} as materialized (select key from ${lockableObjects(source, compiler)} and key = any(${openPart(parts.allKeys(i))}::text[]) order by key for key share), `,
  )
  const missing = targets.map(
    (source, i) =>
      sql`select ${literal(source.template.name)} as template, wanted.key, wanted.is_needed from (select unnest(${openPart(parts.keys(i))}::text[]) as key, true as is_needed union all select unnest(${openPart(parts.keysIfCreated(i))}::text[]), false) as wanted where not exists (select from ${identifier(`target${i}`)} as found where found.key = wanted.key)`,
  )
  const none = sql`select ''::text as template, ''::text as key, true as is_needed where false`
  return sql`${join([...locked, sql`missing as materialized (${join(missing.length > 0 ? missing : [none], ' union all ')}), `], '')}`
}

function compileInsert({ template, isChanging, isKeeping, isMerging, isOfMany }: UpsertShape): Sql {
  const authorOf = (name: 'createdBy' | 'updatedBy') =>
    sql`case when item.meta ? ${literal(name)} then item.meta->>${literal(name)} else ${openPart(parts.actor)}::text end`
  // Whoever imports an author need not know on whose behalf that was; the importer's own is not it.
  const onBehalf = (name: 'createdFor' | 'updatedFor', author: 'createdBy' | 'updatedBy') =>
    sql`case when item.meta ?| array[${literal(name)}, ${literal(author)}] then item.meta->>${literal(name)} else ${openPart(parts.onBehalfOf)}::text end`
  const given = isMerging && hasMerges(template) ? compileMerge(template) : compileOverwrite(template)
  const merged = isChanging ? compileChangeInPlace(template, given) : given
  return sql`insert into ${objectTable} as o (template, key, uuid, document, refs, version, created_at, updated_at, changed_at, outcome, created_by, updated_by, created_for, updated_for)
select ${literal(template.stored)}, item.key, coalesce((item.meta->>'uuid')::uuid, gen_random_uuid()), item.value->'create', item.value->'createRefs', greatest((item.meta->>'version')::int, ${nextVersion(sql`former.version`)}, 1),
  coalesce((item.meta->>'createTime')::timestamptz, item.time), coalesce((item.meta->>'updateTime')::timestamptz, item.time), ${laterThan(sql`former.changed_at`, sql`item.time`)}, 'CREATED', ${authorOf('createdBy')}, ${authorOf('updatedBy')}, ${onBehalf('createdFor', 'createdBy')}, ${onBehalf('updatedFor', 'updatedBy')}
from (select each.key, each.value, each.value->'meta' as meta, input.time + (each.value->>'index')::int * interval '1 microsecond' as time from input, jsonb_each(input.items) as each) as item
  left join lateral (${isOfMany ? compileLastOfMany(template) : compileLast(template)}) as former on true
where not exists (select from missing where is_needed)
order by item.key collate "C"
on conflict (template, key) do update set (document, refs, version, updated_at, confirmed_at, changed_at, outcome, updated_by, updated_for) = (
  select case when written.is_changed then merged.document else o.document end, case when written.is_changed or merged.refs is distinct from o.refs then merged.refs else o.refs end,
    case when written.is_changed then ${nextVersion(sql`o.version`)} else o.version end, case when written.is_apart then o.updated_at else merged.time end, case when written.is_apart then merged.time end,
    case when written.is_changed then ${laterThan(sql`o.changed_at`, sql`excluded.changed_at`)} else o.changed_at end, case when written.is_changed then 'UPDATED' else 'UNCHANGED' end, excluded.updated_by, excluded.updated_for
  from (select ${merged.document} as document, ${merged.refs} as refs,
          greatest(excluded.updated_at, ${updateTime('o')} + case when item.value->'meta' ? 'updateTime' then interval '0' else interval '1 microsecond' end) as time
        from (select (select items from input)->o.key as value) as item,
          lateral (select array(select jsonb_array_elements_text(item.value->'cleared')) as names) as cleared${merged.from}
        offset 0) as merged,
    lateral (select merged.document is distinct from ${filledDocument(template, 'o')} as is_changed) as changed,
    lateral (select changed.is_changed, not changed.is_changed and ${slotOf(sql`merged.time`)} = ${updateSlot('o')} and registry_confirms_apart() as is_apart offset 0) as written)
where o.version = coalesce(((select items from input)->o.key->>'ifVersion')::int, o.version)${isKeeping ? keepsValues(template) : empty}
returning o.*`
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
function compileHistory(): Sql {
  return sql`insert into ${changeTable} (template, key, uuid, outcome, version, changed_at, changed_by, run, changed_for)
select template, key, uuid, outcome, version, changed_at, ${openPart(parts.actor)}::text, ${openPart(parts.run)}::text, ${openPart(parts.onBehalfOf)}::text
from written where outcome <> 'UNCHANGED' order by updated_at`
}
