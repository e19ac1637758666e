import { assertWithinLimit } from '../limits.ts'
import { type PlanPart, partsOf } from './parts-of.ts'
import type { ObjectSelection, ReadPlan } from './plan.ts'
import type { PlanRequest } from './plan-request.ts'

/**
 * Throws LIMIT_EXCEEDED for a read with which its request may reach more objects than `limits.nodes`, and else returns
 * it: the sizes of pages inside each other are multiplied, whatever there is to fill them.
 */
export function assertReach(plan: ReadPlan, request: PlanRequest): ReadPlan {
  const reached = partsOf(plan).map(reachOf)
  // An object with that uuid is of one template.
  addReach(plan.kind === 'uuid' ? Math.max(0, ...reached) : sum(reached), request)
  return plan
}

/** The same for the objects that a mutation shows. */
export function assertReachOfView(selection: ObjectSelection, request: PlanRequest): void {
  addReach(reachInside({ kind: 'objects', times: 1, selection }), request)
}

function addReach(added: number, { spent, limits }: PlanRequest): void {
  spent.nodes += added
  assertWithinLimit('nodes', spent.nodes, limits)
}

/** A list of references counts as one object: its length is not known before. */
function reachOf(part: PlanPart): number {
  const inside = reachInside(part)
  return part.kind === 'objects' || part.kind === 'items' ? part.times * (1 + inside) : inside
}

function reachInside(part: PlanPart): number {
  return sum(partsOf(part).map(reachOf))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
