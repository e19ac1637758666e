import { assertWithinLimit } from '../limits.ts'
import { type PlanPart, partsOf } from './parts-of.ts'
import type { ObjectSelection, ReadPlan } from './plan.ts'
import type { PlanRequest } from './plan-request.ts'

/**
 * Throws LIMIT_EXCEEDED if the request may reach more objects than `limits.nodes` with this read; otherwise returns
 * the read. The sizes of nested pages are multiplied, however many objects exist.
 */
export function assertReach(plan: ReadPlan, request: PlanRequest): ReadPlan {
  addReach(reachOfPlan(plan), request)
  return plan
}

function reachOfPlan(plan: ReadPlan): number {
  if (plan.kind === 'uuid') return reachOfAny(plan.selections, 1)
  if (plan.kind !== 'search') return sum(partsOf(plan).map(reachOf))
  const { entries, size } = plan.search
  const shown = entries.flatMap((entry) => (entry.kind === 'nodes' ? entry.entries : []))
  return sum(shown.map((entry) => (entry.kind === 'object' ? reachOfAny(entry.selections, size) : 0)))
}

/** An object of any template belongs to only one. */
function reachOfAny(selections: readonly ObjectSelection[], times: number): number {
  return Math.max(0, ...selections.map((selection) => reachOf({ kind: 'objects', times, selection })))
}

/** How many objects can be reached from an object that a mutation shows. */
export function reachOfView(selection: ObjectSelection): number {
  return reachInside({ kind: 'objects', times: 1, selection })
}

/** Adds to what the request can reach. Throws LIMIT_EXCEEDED. */
export function addReach(added: number, { spent, limits }: PlanRequest): void {
  spent.nodes += added
  assertWithinLimit('nodes', spent.nodes, limits)
}

/** A list of references counts as one object, because its length is unknown before the read. */
function reachOf(part: PlanPart): number {
  const inside = reachInside(part)
  return 'times' in part ? part.times * (1 + inside) : inside
}

function reachInside(part: PlanPart): number {
  return sum(partsOf(part).map(reachOf))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
