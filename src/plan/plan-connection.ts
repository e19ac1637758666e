import type { Template } from '../template/model.ts'
import { allOf, type Condition } from './condition.ts'
import { planLatestPer } from './group-fields.ts'
import type { ConnectionPlan } from './plan.ts'
import { planOrder } from './plan-order.ts'
import { pageSizes, planPage } from './plan-page.ts'
import { type PlanContext, planConnectionEntries, type SelectedField } from './plan-selection.ts'
import { planEquality, planWhere } from './plan-where.ts'

/** A list's own arguments; a template field of such a name has no equality argument, only `where`. */
export const listArguments: ReadonlySet<string> = new Set([
  'where',
  'orderBy',
  'latestPer',
  'first',
  'after',
  'last',
  'before',
])

/** A connection field, of the query or of another object. */
export function planConnection(
  template: Template,
  selected: SelectedField,
  place: 'root' | 'nested',
  context: PlanContext,
): ConnectionPlan {
  const { path } = context
  const order = planOrder(selected.args.orderBy, template, context.model, [...path, 'orderBy'])
  return {
    template,
    where: planListFilter(selected.args, template, context),
    latestPer: planLatestPer(selected.args.latestPer, template, [...path, 'latestPer']),
    order,
    page: planPage(selected.args, order, template, pageSizes[place], context.model, path),
    entries: planConnectionEntries(template, selected, context),
  }
}

function planListFilter(
  args: Readonly<Record<string, unknown>>,
  template: Template,
  { model, path }: PlanContext,
): Condition {
  return allOf(
    Object.entries(args).flatMap(([name, value]) => {
      const place = [...path, name]
      if (name === 'where') return [planWhere(value, template, model, place)]
      const field = listArguments.has(name) ? undefined : template.fieldByName.get(name)
      return field ? [planEquality(value, field, template, model, place)] : []
    }),
  )
}
