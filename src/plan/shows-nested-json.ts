import type { Field } from '../template/model.ts'
import { type PlanPart, partsOf } from './parts-of.ts'
import type { MemberEntry, ObjectEntry, ObjectSelection, ReadPlan } from './plan.ts'

/** Whether the answer contains stored lists or objects, which PostgreSQL prints with spaces between their parts. */
export function showsNestedJson(plan: ReadPlan | PlanPart): boolean {
  if (plan.kind === 'matrix' && plan.matrix.rows.field.reference) return true
  if (plan.kind === 'objects' && plan.selection.entries.some(isNested)) return true
  return partsOf(plan).some(showsNestedJson)
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
