import { assertNever } from '../errors.ts'
import type { Condition } from './condition.ts'
import type { AggregateEntry, GroupEntry, GroupKeyEntry } from './groups.ts'
import type { MatrixPlan } from './matrix/matrix-plan.ts'
import type { ConnectionEntry, ConnectionPlan, ObjectEntry, ObjectSelection, ReadPlan } from './plan.ts'
import type { SearchPlan } from './search/search-plan.ts'

/** A part of a plan. Code that must visit a whole plan walks over its parts. */
export type PlanPart =
  /** Objects with a selection: up to `times` of them for each occurrence of the enclosing part. */
  | { readonly kind: 'objects'; readonly times: number; readonly selection: ObjectSelection }
  /** Up to `times` items without a selected object: groups, edges. */
  | { readonly kind: 'items'; readonly times: number }
  | { readonly kind: 'connection'; readonly connection: ConnectionPlan }
  /** Up to `times` versions. */
  | { readonly kind: 'versions'; readonly times: number }
  | { readonly kind: 'condition'; readonly condition: Condition }

/** The parts directly inside a plan or a part. This is the only walk over plans: add a new kind of entry here. */
export function partsOf(plan: ReadPlan | PlanPart): readonly PlanPart[] {
  switch (plan.kind) {
    case 'object':
      return [{ kind: 'objects', times: 1, selection: plan.selection }]
    case 'objects':
      return plan.selection.entries.flatMap(partsOfObjectEntry)
    case 'connection':
      return partsOfConnection(plan.connection)
    case 'uuid':
      return plan.selections.map((selection) => ({ kind: 'objects', times: 1, selection }))
    case 'matrix':
      return partsOfMatrix(plan.matrix)
    case 'search':
      return partsOfSearch(plan.search)
    case 'history':
      return [{ kind: 'versions', times: plan.history.size }]
    case 'diff':
      return [{ kind: 'versions', times: plan.diff.size }]
    case 'enough':
      return [toCondition(plan.enough.where), toCondition(plan.enough.source.visible)]
    // Use `conditionsIn` to look inside a condition: whether one matters depends on its siblings.
    case 'condition':
    case 'items':
    case 'versions':
      return []
    default:
      return assertNever(plan)
  }
}

/** Whether `holds` is true for any part, at any depth. */
export function somePart(plan: ReadPlan | PlanPart, holds: (part: PlanPart) => boolean): boolean {
  return partsOf(plan).some((part) => holds(part) || somePart(part, holds))
}

/** The same for a selection and the parts inside it. */
export function somePartOf(selection: ObjectSelection, holds: (part: PlanPart) => boolean): boolean {
  return somePart({ kind: 'objects', times: 1, selection }, holds)
}

function partsOfObjectEntry(entry: ObjectEntry): readonly PlanPart[] {
  switch (entry.kind) {
    case 'reference':
      return [{ kind: 'objects', times: 1, selection: entry.selection }]
    case 'connection':
      return [{ kind: 'connection', connection: entry.connection }]
    case 'history':
      return [{ kind: 'versions', times: entry.history.size }]
    case 'typename':
    case 'field':
    case 'members':
    case 'meta':
    case 'id':
    case 'document':
      return []
    default:
      return assertNever(entry)
  }
}

function partsOfConnection({ source, where, whereLatest, order, page, entries }: ConnectionPlan): readonly PlanPart[] {
  return [
    toCondition(where),
    toCondition(whereLatest),
    toCondition(source.visible),
    ...order.flatMap((term) => (term.kind === 'related' ? [toCondition(term.where)] : [])),
    ...entries.flatMap((entry) => partsOfConnectionEntry(entry, page.size)),
  ]
}

function partsOfConnectionEntry(entry: ConnectionEntry, size: number): readonly PlanPart[] {
  switch (entry.kind) {
    case 'nodes':
      return [{ kind: 'objects', times: size, selection: entry.selection }]
    case 'edges': {
      const nodes = entry.entries.flatMap((one) => (one.kind === 'node' ? [one.selection] : []))
      if (nodes.length === 0) return [{ kind: 'items', times: size }]
      return nodes.map((selection) => ({ kind: 'objects', times: size, selection }))
    }
    case 'groupBy': {
      const { size: groups, entries, measures, having } = entry.groups
      return [
        { kind: 'items', times: groups },
        toCondition(having),
        ...measures.flatMap(({ measure }) => ('where' in measure && measure.where ? [toCondition(measure.where)] : [])),
        ...entries
          .flatMap((one) => (one.kind === 'aggregate' ? conditionsOfAggregate(one.entries) : []))
          .map(toCondition),
        ...entries.flatMap((one) =>
          one.kind === 'nodes'
            ? [{ kind: 'objects', times: groups * one.size, selection: one.selection } as const]
            : [],
        ),
        ...entries
          .flatMap(selectionsOfGroup)
          .map((selection) => ({ kind: 'objects', times: groups, selection }) as const),
      ]
    }
    case 'aggregate':
      return conditionsOfAggregate(entry.entries).map(toCondition)
    case 'typename':
    case 'pageInfo':
    case 'totalCount':
      return []
    default:
      return assertNever(entry)
  }
}

/** The conditions of the measures that count only some objects. */
function conditionsOfAggregate(entries: readonly AggregateEntry[]): readonly Condition[] {
  return entries.flatMap((entry) => ('where' in entry && entry.where ? [entry.where] : []))
}

function selectionsOfGroup(entry: GroupEntry | GroupKeyEntry): readonly ObjectSelection[] {
  switch (entry.kind) {
    case 'latest':
    case 'target':
      return [entry.selection]
    case 'key':
    case 'meta':
      return entry.entries.flatMap(selectionsOfGroup)
    case 'typename':
    case 'count':
    case 'values':
    case 'nodes':
    case 'aggregate':
    case 'absent':
    case 'value':
      return []
    default:
      return assertNever(entry)
  }
}

/** Cells have their own limits. Selections in them count once for each possible column. */
function partsOfMatrix({ source, where, columns, limits, entries }: MatrixPlan): readonly PlanPart[] {
  const selections = entries.flatMap((entry) => {
    if (entry.kind === 'columns') return [entry.selection]
    if (entry.kind !== 'cells' && entry.kind !== 'missing' && entry.kind !== 'notPassed') return []
    return entry.entries.flatMap((one) => (one.kind === 'column' || one.kind === 'latest' ? [one.selection] : []))
  })
  return [
    ...[where, source.visible, columns.where, columns.target.visible].map(toCondition),
    ...selections.map((selection) => ({ kind: 'objects', times: limits.matrixColumns, selection }) as const),
  ]
}

function partsOfSearch({ size, targets, entries }: SearchPlan): readonly PlanPart[] {
  return [
    ...targets.map(({ source }) => toCondition(source.visible)),
    ...entries
      .flatMap((entry) => (entry.kind === 'nodes' ? entry.entries : []))
      .flatMap((entry) => (entry.kind === 'object' ? entry.selections : []))
      .map((selection) => ({ kind: 'objects', times: size, selection }) as const),
  ]
}

function toCondition(condition: Condition): PlanPart {
  return { kind: 'condition', condition }
}
