import { mapInTurns } from '../../map-in-turns.ts'
import { type Binding, openPart } from '../../plan/open-value.ts'
import type { Author, ObjectSelection, Targets, UpsertItem, UpsertPlan } from '../../plan/plan.ts'
import type { Source } from '../../plan/source.ts'
import type { Template } from '../../template/model.ts'
import { bindStatement } from '../bind-statement.ts'
import { compileReadMany } from '../compile-read.ts'
import { compileViews } from '../compile-views.ts'
import { type Compiler, createCompiler } from '../compiler.ts'
import { changeTable, lockableObjects, objectTable } from '../source.ts'
import { identifier, join, literal, type Sql, type Statement, sql, toStatement } from '../sql.ts'

/** The result of an upsert's statement, in its only row and column `value`. Nothing was written if `missing` has entries with `isNeeded`. */
export interface UpsertResult {
  readonly missing: readonly (readonly [template: string, key: string, isNeeded: boolean])[]
  readonly written: readonly WrittenObject[]
}

export interface WrittenObject {
  readonly key: string
  readonly outcome: 'CREATED' | 'UPDATED' | 'UNCHANGED'
  readonly version: number
  readonly document: Readonly<Record<string, unknown>>
  /** The views of the object as JSON texts, by name. */
  readonly views: Readonly<Record<string, string>>
}

/** The statements of a mutation: one writes objects of a template, the other reads its views of them. */
export interface UpsertStatements {
  readonly views: ReadonlyMap<string, ObjectSelection>
  /** Writes the items and returns the views, unless they are read after the write. Many items yield to the event loop in between. */
  readonly write: (plan: UpsertPlan, isShown: boolean, binding: Binding) => Promise<Statement>
  /** Reads the views of the source's objects with these keys, like `compileReadMany`. */
  readonly show: (source: Source, keys: readonly string[], binding: Binding) => Statement
}

/** Compiles each statement once for the templates that the items refer to; the items themselves are values. */
export function createUpsertStatements(
  template: Template,
  views: ReadonlyMap<string, ObjectSelection>,
): UpsertStatements {
  const compiled = new Map<string, Statement>()
  return {
    views,
    async write({ items, targets, author }, isShown, binding) {
      const name = [isShown, ...targets.map(({ source }) => source.template.name)].join(' ')
      const sources = targets.map(({ source }) => source)
      const statement =
        compiled.get(name) ?? compileUpsert({ template, targets: sources, views: isShown ? views : new Map() })
      compiled.set(name, statement)
      return bindStatement(statement, { ...binding, parts: await listParts(items, targets, author) })
    },
    show(source, keys, binding) {
      const statement = compiled.get('show') ?? compileReadMany(source, openPart(0), views)
      compiled.set('show', statement)
      return bindStatement(statement, { ...binding, parts: [keys] })
    },
  }
}

interface UpsertShape {
  readonly template: Template
  /** The objects that items refer to. */
  readonly targets: readonly Source[]
  readonly views: ReadonlyMap<string, ObjectSelection>
}

/** The indexes of the parts in a binding. */
const parts = {
  items: 0,
  actor: 1,
  run: 2,
  onBehalfOf: 3,
  allKeys: (target: number) => 4 + 3 * target,
  keys: (target: number) => 5 + 3 * target,
  keysIfCreated: (target: number) => 6 + 3 * target,
}

async function listParts(
  items: readonly UpsertItem[],
  targets: readonly Targets[],
  { actor, run, onBehalfOf }: Author,
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
    ...targets.flatMap(({ keys, keysIfCreated }) => [[...keys, ...keysIfCreated], keys, keysIfCreated]),
  ]
}

/**
 * Writes the objects and their history in one statement, each under the lock of its row:
 *
 *     with input as materialized (select $1::jsonb as items, clock_timestamp() as time),
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
 */
function compileUpsert(shape: UpsertShape): Statement {
  const compiler = createCompiler()
  const row = compiler.next()
  const views = compileViews(shape.views, row, compiler)
  const written = sql`select json_agg(json_build_object('key', ${identifier(row)}.key, 'outcome', ${identifier(row)}.outcome, 'version', ${identifier(row)}.version, 'document', ${identifier(row)}.document, 'views', ${views})) from written as ${identifier(row)}`
  return toStatement(sql`with input as materialized (select ${openPart(parts.items)}::jsonb as items, clock_timestamp() as time), ${compileTargets(shape.targets, compiler)}written as (${compileInsert(shape.template)}), change as (${compileHistory()})
select json_build_object('missing', coalesce((select json_agg(json_build_array(template, key, is_needed)) from missing), '[]'::json), 'written', coalesce((${written}), '[]'::json)) as value`)
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

function compileInsert(template: Template): Sql {
  const authorOf = (name: 'createdBy' | 'updatedBy') =>
    sql`case when item.meta ? ${literal(name)} then item.meta->>${literal(name)} else ${openPart(parts.actor)}::text end`
  // Whoever imports an author need not know on whose behalf that was; the importer's own is not it.
  const onBehalf = (name: 'createdFor' | 'updatedFor', author: 'createdBy' | 'updatedBy') =>
    sql`case when item.meta ?| array[${literal(name)}, ${literal(author)}] then item.meta->>${literal(name)} else ${openPart(parts.onBehalfOf)}::text end`
  return sql`insert into ${objectTable} as o (template, key, uuid, document, refs, version, created_at, updated_at, outcome, created_by, updated_by, created_for, updated_for)
select ${literal(template.stored)}, item.key, coalesce((item.meta->>'uuid')::uuid, gen_random_uuid()), item.value->'create', item.value->'createRefs', coalesce((item.meta->>'version')::int, 1),
  coalesce((item.meta->>'createTime')::timestamptz, item.time), coalesce((item.meta->>'updateTime')::timestamptz, item.time), 'CREATED', ${authorOf('createdBy')}, ${authorOf('updatedBy')}, ${onBehalf('createdFor', 'createdBy')}, ${onBehalf('updatedFor', 'updatedBy')}
from (select each.key, each.value, each.value->'meta' as meta, input.time + (each.value->>'index')::int * interval '1 microsecond' as time from input, jsonb_each(input.items) as each) as item
where not exists (select from missing where is_needed)
order by item.key collate "C"
on conflict (template, key) do update set (document, refs, version, updated_at, outcome, updated_by, updated_for) = (
  select merged.document, merged.refs, o.version + (o.version < 2147483647 and merged.document is distinct from o.document)::int, merged.time,
    case when merged.document is distinct from o.document then 'UPDATED' else 'UNCHANGED' end, excluded.updated_by, excluded.updated_for
  from (select (o.document - cleared.names) || (item.value->'patch') as document, (o.refs - cleared.names) || (item.value->'patchRefs') as refs,
          greatest(excluded.updated_at, o.updated_at + case when item.value->'meta' ? 'updateTime' then interval '0' else interval '1 microsecond' end) as time
        from (select (select items from input)->o.key as value) as item,
          lateral (select array(select jsonb_array_elements_text(item.value->'cleared')) as names) as cleared
        offset 0) as merged)
where o.version = coalesce(((select items from input)->o.key->>'ifVersion')::int, o.version)
returning o.*`
}

/** Adds nothing for an object that was only confirmed. */
function compileHistory(): Sql {
  return sql`insert into ${changeTable} (template, key, uuid, outcome, version, document, changed_at, changed_by, run, changed_for)
select template, key, uuid, outcome, version, document, updated_at, ${openPart(parts.actor)}::text, ${openPart(parts.run)}::text, ${openPart(parts.onBehalfOf)}::text
from written where outcome <> 'UNCHANGED' order by updated_at`
}
