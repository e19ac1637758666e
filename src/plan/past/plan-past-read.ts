import type { Template } from '../../template/model.ts'
import { ownArgumentOf } from '../../template/names/argument-names.ts'
import { assertReach } from '../assert-reach.ts'
import { type PlanContext, planSubfields, type SelectedField } from '../collect-selection.ts'
import type { ReadPlan } from '../plan.ts'
import { planKey } from '../plan-key.ts'
import { pageSizes } from '../plan-page.ts'
import { contextOf, type RootField, selectedFieldOf } from '../plan-read.ts'
import type { PlanRequest } from '../plan-request.ts'
import { nothingSpent } from '../plan-request.ts'
import { planWhere } from '../plan-where.ts'
import { planPair } from './as-of.ts'
import type { DiffEntry, DiffSide } from './history-plan.ts'
import { parseDiffCursor } from './past-cursor.ts'
import { planDocument } from './plan-document.ts'
import { planFieldChanges, planHistory, planPastPage, planPastSize } from './plan-history.ts'

type Args = Readonly<Record<string, unknown>>

/** `roleHistory(<key fields>, first:, after:)`. */
export function planHistoryRead(template: Template, args: Args, field: RootField, request: PlanRequest): ReadPlan {
  const names = { first: ownArgumentOf(template, 'first'), after: ownArgumentOf(template, 'after') }
  const source = request.source(template)
  const history = planHistory(source, selectedFieldOf(args, field), contextOf(field, request), names)
  return assertReach({ kind: 'history', key: planKey(template, args, request), history }, request)
}

/** `rolesDiff(from:, to:, where:, first:, after:)`. */
export function planDiffRead(template: Template, args: Args, field: RootField, request: PlanRequest): ReadPlan {
  const { earlier, later, past } = planPair(args, request)
  const selected = selectedFieldOf(args, field)
  const context = contextOf(field, request)
  const toSide = (request: PlanRequest): DiffSide => ({
    source: request.source(template),
    where: args.where === undefined ? { kind: 'always' } : planWhere(args.where, template, request, ['where']),
  })
  const diff = {
    // The filter counts once.
    earlier: toSide({ ...earlier, spent: nothingSpent() }),
    later: toSide(later),
    document: planDocument(template, request.model),
    size: planPastSize(args.first, pageSizes.root, context, 'first'),
    after: parseDiffCursor(args.after, ['after']),
    entries: planPastPage(selected, context, planDiffNode),
  }
  return { ...assertReach({ kind: 'diff', diff }, request), past }
}

function planDiffNode(selected: SelectedField, context: PlanContext): DiffEntry[] {
  return planSubfields(selected, context, (inner): DiffEntry => {
    const { key, name } = inner
    if (name === 'changes') return { kind: 'changes', key, entries: planFieldChanges(inner, context) }
    return { kind: name as 'outcome' | 'key' | 'before' | 'after', key }
  })
}
