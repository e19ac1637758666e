import { assertNever } from '../../errors.ts'
import {
  type HistoryPlan,
  pastCursors,
  type VersionEntry,
  type VersionSource,
  type VersionValue,
} from '../../plan/past/history-plan.ts'
import { seesAll } from '../../plan/source.ts'
import { metaTextOf } from '../columns.ts'
import type { Compiler } from '../compiler.ts'
import { jsonObject, jsonOf, jsonOfConstant, jsonOfJsonb, jsonOfNumber } from '../json-text.ts'
import { changesOf } from '../source.ts'
import { empty, identifier, literal, type Sql, sql } from '../sql.ts'
import { compileFieldChanges } from './compile-field-changes.ts'
import { compilePastPage } from './compile-past-page.ts'
import { cursorText } from './cursor-text.ts'
import { judgedVersion } from './judged-version.ts'
import { namedVersion } from './named-document.ts'
import { versionBefore, versionOf } from './version-document.ts'

/** Whose versions they are: those of the object with that uuid, or of all objects that have had the key. */
export interface Versioned {
  readonly key: Sql
  readonly uuid?: Sql
}

/**
 * The page and the totals of versions, as one JSON text. The changes are the versions; their documents are looked up for those of the
 * page alone, unless the caller's rights depend on them.
 *
 *     (select '{"nodes":' || … from (select c.*, row_number() over (…) as position from (select * from registry_change where …) as c where true and (c.version, c.sequence) < ($1, $2)
 *        order by c.version desc, c.sequence desc limit 21) as o2 left join lateral (…) as o3 on true having true)
 */
export function compileHistory(plan: HistoryPlan, of: Versioned, compiler: Compiler): Sql {
  const row = compiler.next()
  const own = compiler.next()
  const order = sql`c.version desc, c.sequence desc`
  const behind = plan.after
    ? sql` and (c.version, c.sequence) < (${plan.after[0]}::int, ${plan.after[1]}::bigint)`
    : empty
  const needsDocument = plan.entries.some(
    (entry) => entry.kind === 'nodes' && entry.entries.some(({ kind }) => kind === 'document' || kind === 'changes'),
  )
  const documents = needsDocument
    ? sql` left join lateral (${versionOf(plan, row, of.key)}) as ${identifier(own)} on true`
    : empty
  return compilePastPage({
    entries: plan.entries,
    size: plan.size,
    isContinued: plan.after !== undefined,
    rows: (limit) =>
      sql`(select c.*, row_number() over (order by ${order}) as position from ${toldChanges(plan, of, compiler)}${behind} order by ${order} ${limit}) as ${identifier(row)}${documents}`,
    count: () => sql`(select count(*) from ${toldChanges(plan, of, compiler)})`,
    cursor: cursorText([
      literal(pastCursors.versions),
      sql`${identifier(row)}.version::text`,
      sql`${identifier(row)}.sequence::text`,
    ]),
    node: (entries) =>
      jsonObject(entries.map((entry) => [entry.key, compileVersion(entry, plan, { row, own, key: of.key }, compiler)])),
    row: identifier(row),
  })
}

/**
 * The changes, as `c`, whose versions the caller may read, up to an `and` that can be extended. If that depends on values, then on those of
 * the version; and of an object that the caller may not read in its newest version, there is none.
 */
export function toldChanges(plan: VersionSource, { key, uuid }: Versioned, compiler: Compiler): Sql {
  const { source } = plan
  const until = source.at ? sql` and c.changed_at <= ${source.at}::timestamptz` : empty
  const kept = source.template.keptPast.kind === 'none' ? sql` and false` : empty
  const changes = sql`${changesOf(source.template, key, uuid)}${until}${kept}`
  if (seesAll(source)) return changes
  const version = compiler.next()
  const judged = judgedVersion(plan, version, compiler)
  const isTold = sql`coalesce(${identifier(version)}.document is not null and ${judged.isVisible}, false)`
  // Whether the object itself may be read has been decided where it is selected.
  const newest = uuid
    ? sql`true`
    : sql`first_value(${isTold}) over (partition by c.uuid order by c.version desc, c.sequence desc)`
  const told = sql`select c.*, ${isTold} as is_told, ${newest} as is_readable from (select c.* from ${changes}) as c left join lateral (${versionOf(plan, 'c', key)}) as ${identifier(version)} on true${judged.from}`
  return sql`(${told}) as c where c.is_told and c.is_readable`
}

interface VersionRow {
  /** The alias of the change. */
  readonly row: string
  /** The alias of the version's document. */
  readonly own: string
  readonly key: Sql
}

function compileVersion(entry: VersionEntry, plan: HistoryPlan, at: VersionRow, compiler: Compiler): Sql {
  const { template } = plan.source
  switch (entry.kind) {
    case 'typename':
      return jsonOfConstant(entry.name)
    case 'value':
      return compileValue(entry.name, identifier(at.row))
    case 'document':
      return jsonOfJsonb(namedVersion(plan.document, template, at.own))
    case 'changes': {
      const outcome = sql`${identifier(at.row)}.outcome`
      const own = namedVersion(plan.document, template, at.own)
      const before = sql`case ${outcome} when 'CREATED' then '{}' when 'DELETED' then ${own} else ${compileBefore(plan, at, compiler)} end`
      const after = sql`case ${outcome} when 'DELETED' then '{}' else ${own} end`
      return compileFieldChanges(entry.entries, before, after, template)
    }
    default:
      return assertNever(entry)
  }
}

/** The document of the version before; an empty one if the caller may not read that. */
function compileBefore(plan: HistoryPlan, { row, key }: VersionRow, compiler: Compiler): Sql {
  const { source, document } = plan
  const before = compiler.next()
  const named = namedVersion(document, source.template, before)
  const found = sql`(${versionBefore(plan, row, key)}) as ${identifier(before)}`
  if (seesAll(source)) return sql`(select ${named} from ${found})`
  const judged = judgedVersion(plan, before, compiler)
  return sql`(select case when ${judged.isVisible} then ${named} else '{}' end from ${found}${judged.from})`
}

function compileValue(name: VersionValue, row: Sql): Sql {
  switch (name) {
    case 'outcome':
      return jsonOf(sql`${row}.outcome`)
    case 'version':
      return jsonOfNumber(sql`${row}.version`)
    case 'time':
      return jsonOf(metaTextOf('updateTime', sql`${row}.changed_at`))
    case 'actor':
      return jsonOf(sql`${row}.changed_by`)
    case 'onBehalfOf':
      return jsonOf(sql`${row}.changed_for`)
    case 'run':
      return jsonOf(sql`${row}.run`)
    default:
      return assertNever(name)
  }
}
