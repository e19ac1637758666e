import { openPart } from '../../plan/open-value.ts'
import type { VersionSource } from '../../plan/past/history-plan.ts'
import { createCompiler } from '../compiler.ts'
import { judgedVersion } from '../past/judged-version.ts'
import { toldVersionOf, versionBefore } from '../past/version-document.ts'
import { changesWithSequences } from '../source.ts'
import { identifier, type Sql, type Statement, sql, toStatement } from '../sql.ts'

/**
 * What `compileChanged` judges changes by, whoever follows: the version that a change made, and for an update the one before, in step with the
 * template. Part 0 of the binding has the places of the changes in the log, part 1 the attributes that are wanted. A version that is not kept
 * is null.
 *
 *     select c.sequence::text as sequence, (select coalesce(jsonb_object_agg(…), '{}') from jsonb_each(o1.document) as e (name, value)
 *       where e.name = any($2)) as document, … from (select * from registry_change where sequence = any($1)) as c left join lateral (…) as o1 on true …
 */
export function compileJudgedVersions(plan: VersionSource): Statement {
  const compiler = createCompiler()
  const side = (find: typeof toldVersionOf, on: Sql) => {
    const version = compiler.next()
    const judged = judgedVersion(plan, version, compiler)
    const row = identifier(judged.row)
    const part = (column: Sql) =>
      sql`case when ${identifier(version)}.document is not null then (select coalesce(jsonb_object_agg(e.name, e.value), '{}') from jsonb_each(${row}.${column}) as e (name, value) where e.name = any(${openPart(1)}::text[])) end`
    return {
      from: sql` left join lateral (${find(plan, 'c', sql`c.key`)}) as ${identifier(version)} on ${on}${judged.from}`,
      document: part(sql`document`),
      refs: part(sql`refs`),
    }
  }
  const own = side(toldVersionOf, sql`true`)
  const former = side(versionBefore, sql`c.outcome = 'UPDATED'`)
  const columns = sql`c.sequence::text as sequence, ${own.document} as document, ${own.refs} as refs, ${former.document} as former, ${former.refs} as former_refs`
  return toStatement(
    sql`select ${columns} from (${changesWithSequences(sql`${openPart(0)}::bigint[]`)}) as c${own.from}${former.from}`,
  )
}
