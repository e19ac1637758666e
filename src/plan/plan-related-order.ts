import type { Path } from '../errors.ts'
import type { Template } from '../template/model.ts'
import { referrerOf } from '../template/template-of.ts'
import { always } from './condition.ts'
import type { Direction, OrderTerm } from './plan.ts'
import type { PlanRequest } from './plan-request.ts'
import { planWhere } from './plan-where.ts'

/** Plans `{roles: {count: desc, where: {…}}}`: the order by how many objects refer here, or by how many of them match. */
export function planRelatedOrder(
  input: unknown,
  name: string,
  template: Template,
  join: number,
  request: PlanRequest,
  path: Path,
): OrderTerm {
  const { from, field } = referrerOf(request.model, template, name)
  const { count, where } = input as Readonly<Record<string, unknown>>
  return {
    kind: 'related',
    name,
    source: request.source(from),
    field,
    where: where === undefined ? always : planWhere(where, from, request, [...path, 'where']),
    join,
    direction: count as Direction,
  }
}
