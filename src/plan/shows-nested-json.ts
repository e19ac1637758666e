import type { Field } from '../template/model.ts'
import { type PlanPart, partsOf } from './parts-of.ts'
import type { ConnectionEntry, MemberEntry, ObjectEntry, ObjectSelection, ReadPlan } from './plan.ts'

/** Whether the answer contains stored lists or objects, which PostgreSQL prints with spaces between their parts. */
export function showsNestedJson(plan: ReadPlan | PlanPart): boolean {
  if (plan.kind === 'matrix' && plan.matrix.rows.field.reference) return true
  if (plan.kind === 'objects' && plan.selection.entries.some(isNested)) return true
  if (plan.kind === 'versions') return true
  if (plan.kind === 'connection' && plan.connection.entries.some(groupsByJson)) return true
  return partsOf(plan).some(showsNestedJson)
}

function groupsByJson(entry: ConnectionEntry): boolean {
  if (entry.kind !== 'groupBy') return false
  return entry.groups.terms.some((term) => term.kind === 'path' && term.path.value.kind === 'json')
}

function isNested(entry: ObjectEntry | MemberEntry): boolean {
  if (entry.kind === 'members') return entry.members.some(isNested)
  return entry.kind === 'document' || (entry.kind === 'field' && holdsParts(entry.field))
}

function holdsParts({ list, type }: Field): boolean {
  return list || type === 'json'
}

/** The same for the selection of an object. */
export function selectionShowsNestedJson(selection: ObjectSelection): boolean {
  return showsNestedJson({ kind: 'objects', times: 1, selection })
}
