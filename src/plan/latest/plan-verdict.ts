import { mapLimits } from '../../limits.ts'
import type { Field, Template } from '../../template/model.ts'
import type { Condition } from '../condition.ts'
import type { OpenValue } from '../open-value.ts'
import { nothingSpent, type PlanRequest } from '../plan-request.ts'
import { planWhere } from '../plan-where.ts'

/** Which objects of a template count as a success, and from when on no longer as a fresh one. */
export interface VerdictPlan {
  readonly passed: Condition
  readonly stale: StalePlan | undefined
}

/** When a success no longer counts as a fresh one. */
export interface StalePlan {
  /** A duration in its stored form. */
  readonly after: string
  /** The field with the time of an object; undefined: the update time. */
  readonly by: Field | undefined
  /** The time from which age is counted. Undefined: now. */
  readonly at: OpenValue | undefined
}

/** Undefined if the template does not say what a success is. What its filter costs is not counted for the request. */
export function planVerdict(template: Template, request: PlanRequest): VerdictPlan | undefined {
  const { passed, staleAfter } = template
  if (!passed) return undefined
  const limits = mapLimits(() => Number.POSITIVE_INFINITY)
  const latestBy = latestByOf(template)
  const isTime = latestBy?.type === 'datetime' || latestBy?.type === 'date'
  return {
    passed: planWhere(passed, template, { ...request, spent: nothingSpent(), limits }, ['passed']),
    stale:
      staleAfter === undefined
        ? undefined
        : { after: staleAfter, by: isTime ? latestBy : undefined, at: request.source(template).at },
  }
}

/** The field that says which of several objects is the latest; undefined: the update time does. */
export function latestByOf({ latestBy, fieldByName }: Template): Field | undefined {
  return latestBy === undefined ? undefined : fieldByName.get(latestBy)
}
