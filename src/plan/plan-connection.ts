import type { Template } from '../template/model.ts'
import type { PlanContext, SelectedField } from './collect-selection.ts'
import { allOf, type Condition } from './condition.ts'
import { planLatestPer } from './group-fields.ts'
import { planWhereLatest } from './latest/plan-where-latest.ts'
import type { ConnectionEntry, ConnectionPlan } from './plan.ts'
import { planOrder } from './plan-order.ts'
import { pageSizes, planPage } from './plan-page.ts'
import { planEquality, planWhere } from './plan-where.ts'

/** A list's own arguments. A template field with such a name has no equality argument, only `where`. */
export const listArguments: ReadonlySet<string> = new Set([
  'where',
  'orderBy',
  'latestPer',
  'first',
  'after',
  'last',
  'before',
])

/** Plans a connection field, of the query or of another object; `planEntries` plans its selection. */
export function planConnection(
  template: Template,
  selected: SelectedField,
  place: 'root' | 'nested',
  context: PlanContext,
  planEntries: (template: Template, selected: SelectedField, context: PlanContext) => readonly ConnectionEntry[],
): ConnectionPlan {
  const { request, path } = context
  const source = request.source(template)
  const order = planOrder(selected.args.orderBy, template, request, [...path, 'orderBy'])
  return {
    source,
    where: planListFilter(selected.args, template, context),
    latestPer: planLatestPer(selected.args.latestPer, template, [...path, 'latestPer']),
    whereLatest: planWhereLatest(selected.args, template, context),
    order,
    page: planPage(selected.args, order, template, pageSizes[place], request, path),
    entries: planEntries(template, selected, context),
  }
}

function planListFilter(
  args: Readonly<Record<string, unknown>>,
  template: Template,
  { request, path }: PlanContext,
): Condition {
  return allOf(
    Object.entries(args).flatMap(([name, value]) => {
      const place = [...path, name]
      if (name === 'where') return [planWhere(value, template, request, place)]
      const field = listArguments.has(name) ? undefined : template.fieldByName.get(name)
      return field ? [planEquality(value, field, template, request, place)] : []
    }),
  )
}
