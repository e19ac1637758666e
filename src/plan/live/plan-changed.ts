import type { Template } from '../../template/model.ts'
import { changesFieldOf, ownEventFieldOf } from '../../template/names/argument-names.ts'
import { addReach, reachOfView } from '../assert-reach.ts'
import { assertType, below, planFields } from '../collect-selection.ts'
import { withoutKeys } from '../condition.ts'
import { planDocument } from '../past/plan-document.ts'
import { planFieldChanges, versionSource } from '../past/plan-history.ts'
import { contextOf, objectTypeOf, type RootField } from '../plan-read.ts'
import type { PlanRequest } from '../plan-request.ts'
import { planObjectSelection } from '../plan-selection.ts'
import { planWhere } from '../plan-where.ts'
import { sourceUnderAnyKey } from '../source.ts'
import type { ChangedEntry, ChangedPlan } from './changed-plan.ts'

/** `rolesChanged(where:, after:)`. */
export function planChanged(
  template: Template,
  { where }: Readonly<Record<string, unknown>>,
  field: RootField,
  request: PlanRequest,
): ChangedPlan {
  const context = contextOf(field, request)
  const own = (name: 'kind' | 'cursor' | 'before') => [ownEventFieldOf(template, name), name] as const
  const names = new Map([own('kind'), own('cursor'), own('before')])
  const entries = planFields(objectTypeOf(field), field.fieldNodes, context, (selected): ChangedEntry => {
    const { key, name, nodes } = selected
    const kind = names.get(name)
    if (kind) return { kind, key }
    const inner = below(context, key)
    if (name === changesFieldOf(template)) return { kind: 'changes', key, entries: planFieldChanges(selected, inner) }
    const selection = planObjectSelection(template, assertType(selected), nodes, inner)
    addReach(reachOfView(selection), request)
    return { kind: 'object', key, selection }
  })
  return {
    ...versionSource(sourceUnderAnyKey(request.source(template)), request.model),
    document: planDocument(template, request.model),
    where: where === undefined ? undefined : withoutKeys(planWhere(where, template, request, ['where'])),
    entries,
  }
}
