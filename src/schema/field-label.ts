import { assertNever } from '../errors.ts'
import type { LabelsOf } from '../metrics/metric-table.ts'
import type { ConnectionEntry, ReadPlan } from '../plan/plan.ts'
import type { RootAction } from './root-action.ts'

/** What the metrics and the traces call a root field: its template, if it has a single one, and its kind. */
export type FieldLabel = LabelsOf<'fieldDuration'> & { readonly kind: FieldKind }

/** `count` are connections without objects: counts, groups and aggregates. */
export type FieldKind = 'read' | 'list' | 'count' | 'matrix' | 'search' | 'await' | 'upsert' | 'delete' | 'other'

/** Labels a planned read. */
export function labelRead(plan: ReadPlan): FieldLabel {
  // It takes as long as it waits.
  if (plan.kind === 'matrix' && plan.awaited) return { template: plan.matrix.source.template.name, kind: 'await' }
  switch (plan.kind) {
    case 'object':
      return { template: plan.selection.source.template.name, kind: 'read' }
    case 'connection': {
      const { source, entries } = plan.connection
      return { template: source.template.name, kind: entries.some(showsObjects) ? 'list' : 'count' }
    }
    case 'uuid':
      return { template: '', kind: 'read' }
    case 'matrix':
      return { template: plan.matrix.source.template.name, kind: 'matrix' }
    case 'search':
      return { template: '', kind: 'search' }
    case 'history':
      return { template: plan.history.source.template.name, kind: 'read' }
    case 'diff':
      return { template: plan.diff.later.source.template.name, kind: 'list' }
    case 'enough':
      return { template: plan.enough.source.template.name, kind: 'await' }
    default:
      return assertNever(plan)
  }
}

/** Labels a root field that is not planned. */
export function labelAction(action: Exclude<RootAction, { kind: 'read' | 'subscribe' }>): FieldLabel {
  return action.kind === 'write'
    ? { template: action.template.name, kind: action.verb }
    : { template: '', kind: 'other' }
}

function showsObjects({ kind }: ConnectionEntry): boolean {
  return kind === 'nodes' || kind === 'edges' || kind === 'pageInfo'
}
