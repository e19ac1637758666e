import { assertNever } from '../../errors.ts'
import type { ChangedEntry, ChangedPlan } from '../../plan/live/changed-plan.ts'
import { openPart } from '../../plan/open-value.ts'
import { seesAll } from '../../plan/source.ts'
import { type Compiler, createCompiler } from '../compiler.ts'
import { jsonOf, jsonOfConstant, jsonOfJsonb } from '../json-text.ts'
import { compileFieldChanges } from '../past/compile-field-changes.ts'
import { judgedVersion } from '../past/judged-version.ts'
import { namedVersion } from '../past/named-document.ts'
import { toldKey, toldVersionOf, versionBefore } from '../past/version-document.ts'
import { changesWithSequences } from '../source.ts'
import { empty, identifier, join, type Sql, type Statement, sql, toStatement } from '../sql.ts'

/**
 * What a subscription tells of changes of its template, whose places in the log are part 0 of the binding: rows of `sequence`, and for each entry
 * of the plan but the cursor a JSON text `e0`, `e1`, …; none for a change of which it tells nothing. Both versions are judged by their
 * documents in step with the template; one that is not kept neither matches nor can be seen by a caller who may not read all.
 *
 *     select c.sequence::text as sequence, to_json(k.kind)::text as e0, …
 *     from (select * from registry_change where sequence = any($1)) as c left join lateral (…) as o1 on true
 *       left join lateral (…) as o2 on c.outcome = 'UPDATED' cross join lateral (select case c.outcome when 'CREATED' then … end as kind) as k
 *     where k.kind is not null
 */
export function compileChanged(plan: ChangedPlan): Statement {
  const compiler = createCompiler()
  const own = compileSide(plan, toldVersionOf, sql`true`, compiler)
  const former = compileSide(plan, versionBefore, sql`c.outcome = 'UPDATED'`, compiler)
  const updated = sql`case when ${own.isSeen} and ${former.isSeen} then case when ${own.matches} and ${former.matches} then 'UPDATED' when ${own.matches} then 'ENTERED' when ${former.matches} then 'LEFT' end when ${own.isSeen} and ${own.matches} then 'CREATED' when ${former.isSeen} and ${former.matches} then 'DELETED' end`
  const kind = sql`case when c.outcome = 'UPDATED' then ${updated} when ${own.isSeen} and ${own.matches} then c.outcome end`
  const columns = plan.entries.flatMap((entry, i) => {
    const column = entry.kind === 'cursor' ? undefined : compileEntry(entry, plan, { own, former }, compiler)
    return column ? [sql`, ${column} as ${identifier(`e${i}`)}`] : []
  })
  const from = sql`(${changesWithSequences(sql`${openPart(0)}::bigint[]`)}) as c${own.from}${former.from} cross join lateral (select ${kind} as kind) as k`
  const told = columns.length > 0 ? join(columns, '') : empty
  return toStatement(sql`select c.sequence::text as sequence${told} from ${from} where k.kind is not null`)
}

/** The version that a change has made, or the one before. */
interface Side {
  readonly from: Sql
  /** The alias of the version in step with the template. */
  readonly row: string
  readonly isKept: Sql
  readonly isSeen: Sql
  readonly matches: Sql
  /** As `_document`. */
  readonly document: Sql
}

function compileSide(plan: ChangedPlan, find: typeof toldVersionOf, on: Sql, compiler: Compiler): Side {
  const { source, where } = plan
  const version = compiler.next()
  const judged = judgedVersion(plan, version, compiler)
  const isKept = sql`${identifier(version)}.document is not null`
  return {
    from: sql` left join lateral (${find(plan, 'c', toldKey(plan, 'c'))}) as ${identifier(version)} on ${on}${judged.from}`,
    row: judged.row,
    isKept,
    isSeen: seesAll(source) ? sql`true` : sql`(${isKept} and coalesce(${judged.isVisible}, false))`,
    matches: where ? sql`(${isKept} and coalesce(${compiler.condition(where, judged.row)}, false))` : sql`true`,
    document: namedVersion(plan.document, source.template, version),
  }
}

function compileEntry(
  entry: Exclude<ChangedEntry, { kind: 'cursor' }>,
  plan: ChangedPlan,
  { own, former }: { readonly own: Side; readonly former: Side },
  compiler: Compiler,
): Sql {
  const before = sql`case when c.outcome = 'DELETED' then ${own.document} else ${former.document} end`
  switch (entry.kind) {
    case 'typename':
      return jsonOfConstant(entry.name)
    case 'kind':
      return jsonOf(sql`k.kind`)
    case 'object':
      return sql`case when k.kind <> 'DELETED' and ${own.isKept} then ${compiler.object(entry.selection, own.row)} else 'null' end`
    case 'before':
      return jsonOfJsonb(sql`case when k.kind <> 'CREATED' then ${before} end`)
    case 'changes':
      return compileFieldChanges(
        entry.entries,
        sql`case when k.kind = 'CREATED' then '{}' else ${before} end`,
        sql`case when k.kind = 'DELETED' then '{}' else ${own.document} end`,
        plan.source.template,
      )
    default:
      return assertNever(entry)
  }
}
