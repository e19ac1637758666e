import type { Path } from '../../errors.ts'
import { always, type Condition, type Related } from '../condition.ts'
import { entriesOf } from '../filter-input.ts'
import { planLatestPer } from '../group-fields.ts'
import { insteadOfFilter } from '../instead-of-null.ts'
import { settle } from '../open-value.ts'
import type { PlanRequest, PlanWhere } from '../plan-request.ts'

/** Plans `latest: {where, per, is}`: a filter of the latest related object. */
export function planRelatedLatest(
  input: unknown,
  related: Related,
  request: PlanRequest,
  path: Path,
  planWhere: PlanWhere,
): Condition {
  const { template } = related.source
  const { where, per, is } = Object.fromEntries(entriesOf(input, request, path, insteadOfFilter))
  return {
    kind: 'latest',
    ...related,
    where: where === undefined ? always : planWhere(where, template, request, [...path, 'where']),
    per: planLatestPer(settle(per), template, [...path, 'per']),
    is: planWhere(is, template, request, [...path, 'is']),
  }
}
