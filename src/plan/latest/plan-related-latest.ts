import type { Path } from '../../errors.ts'
import { allOf, always, type Condition, type Related } from '../condition.ts'
import { entriesOf } from '../filter-input.ts'
import { planLatestPer } from '../group-fields.ts'
import { insteadOfFilter } from '../instead-of-null.ts'
import { settle } from '../open-value.ts'
import type { PlanRequest, PlanWhere } from '../plan-request.ts'

/**
 * Plans `latest: {where, per, is}`: a filter of the latest related object. That some object matches both `where` and `is` follows from it,
 * and finds the few objects whose latest ones must be looked at; `some` plans that.
 */
export function planRelatedLatest(
  input: unknown,
  related: Related,
  request: PlanRequest,
  path: Path,
  planWhere: PlanWhere,
  some: (where: Condition) => Condition,
): Condition {
  const { template } = related.source
  const { where, per, is } = Object.fromEntries(entriesOf(input, request, path, insteadOfFilter))
  const among = where === undefined ? always : planWhere(where, template, request, [...path, 'where'])
  const groups = planLatestPer(settle(per), template, [...path, 'per'])
  const wanted = planWhere(is, template, request, [...path, 'is'])
  return allOf([some(allOf([among, wanted])), { kind: 'latest', ...related, where: among, per: groups, is: wanted }])
}
