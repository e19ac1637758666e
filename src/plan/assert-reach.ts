import { assertNever } from '../errors.ts'
import { assertWithinLimit, type Limits } from '../limits.ts'
import type { LimitedModel } from './limited-model.ts'
import type { MatrixPlan } from './matrix-plan.ts'
import type { ConnectionPlan, ObjectSelection, ReadPlan } from './plan.ts'

/** How many objects the root fields of a request may reach that were planned so far. */
export interface Reach {
  total: number
}

/** What planning knows of the request as a whole. */
export interface RequestReach {
  /** The same for all of its root fields. */
  readonly variableValues: object
  /** Undefined: it is kept by the variables, at the price that a weak map has for the garbage collector. */
  readonly reach?: Reach
}

const known = new WeakMap<object, Reach>()

/**
 * Throws LIMIT_EXCEEDED for a read with which its request may reach more objects than `limits.nodes`, and else returns
 * it: the sizes of pages inside each other are multiplied, whatever there is to fill them.
 */
export function assertReach(plan: ReadPlan, request: RequestReach, { limits }: LimitedModel): ReadPlan {
  addReach(reachOf(plan), request, limits)
  return plan
}

/** The same for the objects that a mutation shows. */
export function assertReachOfView(selection: ObjectSelection, request: RequestReach, { limits }: LimitedModel): void {
  addReach(reachOfSelection(selection), request, limits)
}

function addReach(added: number, request: RequestReach, limits: Limits): void {
  const reach = request.reach ?? reachOfVariables(request.variableValues)
  reach.total += added
  assertWithinLimit('nodes', reach.total, limits)
}

function reachOfVariables(variables: object): Reach {
  const reach = known.get(variables) ?? { total: 0 }
  known.set(variables, reach)
  return reach
}

function reachOf(plan: ReadPlan): number {
  switch (plan.kind) {
    case 'object':
      return 1 + reachOfSelection(plan.selection)
    case 'connection':
      return reachOfConnection(plan.connection)
    case 'uuid':
      return 1 + Math.max(0, ...plan.selections.map(reachOfSelection))
    case 'counts':
      return 0
    case 'matrix':
      return reachOfMatrix(plan.matrix)
    default:
      return assertNever(plan)
  }
}

/** The objects behind one object, of a selection. A list of references counts as one: its length is not known before. */
function reachOfSelection({ entries }: ObjectSelection): number {
  return sumOf(entries, (entry) => {
    if (entry.kind === 'reference') return 1 + reachOfSelection(entry.selection)
    return entry.kind === 'connection' ? reachOfConnection(entry.connection) : 0
  })
}

function reachOfConnection({ page, entries }: ConnectionPlan): number {
  return sumOf(entries, (entry) => {
    if (entry.kind === 'nodes') return page.size * (1 + reachOfSelection(entry.selection))
    if (entry.kind === 'edges') {
      const inner = sumOf(entry.entries, (one) => (one.kind === 'node' ? reachOfSelection(one.selection) : 0))
      return page.size * (1 + inner)
    }
    if (entry.kind !== 'groupBy') return 0
    const { size, entries } = entry.groups
    return size * (1 + sumOf(entries, (one) => (one.kind === 'latest' ? 1 + reachOfSelection(one.selection) : 0)))
  })
}

/** Its cells have limits of their own; here it is what stands behind a column, or behind as many cells. */
function reachOfMatrix({ entries, limits }: MatrixPlan): number {
  const perColumn = sumOf(entries, (entry) => {
    if (entry.kind === 'columns') return 1 + reachOfSelection(entry.selection)
    if (entry.kind !== 'cells' && entry.kind !== 'missing') return 0
    return sumOf(entry.entries, (one) =>
      one.kind === 'column' || one.kind === 'latest' ? 1 + reachOfSelection(one.selection) : 0,
    )
  })
  return limits.matrixColumns * perColumn
}

function sumOf<Item>(items: readonly Item[], count: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + count(item), 0)
}
