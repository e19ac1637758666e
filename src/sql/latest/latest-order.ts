import { latestByOf } from '../../plan/latest/plan-verdict.ts'
import type { Template } from '../../template/model.ts'
import { compileOrdering } from '../ordering.ts'
import { empty, identifier, type Sql, sql } from '../sql.ts'
import { documentOf } from '../stored-document.ts'
import { updateTime } from './update-time.ts'

/**
 * Orders objects from the latest to the earliest, for `order by`: by the template's `latestBy`, then by the update time, then by the key.
 * An object without a value comes before all that have one, so it is the latest only of such objects.
 *
 *     (rtrim((o1.document->>'finished_at'), 'Z') collate "C") desc nulls last, greatest(o1.updated_at, o1.confirmed_at) desc, o1.key
 */
export function compileLatestOrder(template: Template, row: string): Sql {
  return orderByLatest(compileLatestBy(template, row), row)
}

/** The same for rows that have the value of `latestBy` already. */
export function orderByLatest(latestBy: Sql | undefined, row: string): Sql {
  return sql`${latestBy ? sql`${latestBy} desc nulls last, ` : empty}${updateTime(row)} desc, ${identifier(row)}.key`
}

/** The value of `latestBy` as it orders; undefined if the template does not have it. */
export function compileLatestBy(template: Template, row: string): Sql | undefined {
  const field = latestByOf(template)
  return field && compileOrdering(field, documentOf(field, row))
}
