import type { SeenSource } from '../../plan/feed/seen-source.ts'
import { seesAll } from '../../plan/source.ts'
import { createCompiler } from '../compiler.ts'
import { judgedVersion } from '../past/judged-version.ts'
import { namedVersion } from '../past/named-document.ts'
import { toldKey, toldVersionOf, versionBefore } from '../past/version-document.ts'
import { changesWithSequences } from '../source.ts'
import { empty, identifier, type Sql, type Statement, sql, toStatement } from '../sql.ts'

/**
 * What the caller may read of changes of one template: rows of `sequence`; `document`, which the change made, or deleted, and `former`, that
 * before an update, both with the names of their fields, and null if they are not kept; and `sees` and `saw`, whether the caller may read
 * these. What is not kept cannot be judged, and is not seen by a caller who may not read all objects.
 *
 *     select c.sequence::text, … from (select * from registry_change where sequence = any($1)) as c
 *       left join lateral (…) as o1 on true left join lateral (…) as o2 on c.outcome = 'UPDATED'
 *
 * @param withFormer whether the document before is wanted although the caller may read all objects
 */
export function compileSeenChanges(plan: SeenSource, sequences: readonly string[], withFormer: boolean): Statement {
  const compiler = createCompiler()
  const { source, document } = plan
  const isOpen = seesAll(source)
  const side = (kept: typeof toldVersionOf, on: Sql) => {
    const row = compiler.next()
    const judged = isOpen ? { from: empty, isVisible: sql`true` } : judgedVersion(plan, row, compiler)
    const isKept = sql`${identifier(row)}.document is not null`
    return {
      from: sql` left join lateral (${kept(plan, 'c', toldKey(plan, 'c'))}) as ${identifier(row)} on ${on}${judged.from}`,
      document: sql`case when ${isKept} then ${namedVersion(document, source.template, row)} end`,
      isSeen: isOpen ? sql`true` : sql`(${isKept} and coalesce(${judged.isVisible}, false))`,
    }
  }
  const own = side(toldVersionOf, sql`true`)
  const former = withFormer || !isOpen ? side(versionBefore, sql`c.outcome = 'UPDATED'`) : undefined
  return toStatement(
    sql`select c.sequence::text as sequence, ${own.document} as document, ${own.isSeen} as sees, ${former?.document ?? sql`null::jsonb`} as former, ${former?.isSeen ?? sql`true`} as saw from (${changesWithSequences(sql`${[...sequences]}::bigint[]`)}) as c${own.from}${former?.from ?? empty}`,
  )
}
