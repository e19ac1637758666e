import type { Template } from '../template/model.ts'
import { type Condition, conditionsIn } from './condition.ts'
import { somePartOf } from './parts-of.ts'
import type { ObjectSelection } from './plan.ts'

/**
 * Whether the selection reads, or may read, objects of that template besides the selected one: a connection's filter, and what
 * the caller may see, can lead anywhere; versions include that which is being written. The statement that writes objects sees the table as it was before the write.
 */
export function readsTemplate(selection: ObjectSelection, template: Template): boolean {
  if (readsOthers(selection.source.visible)) return true
  return somePartOf(
    selection,
    (part) =>
      part.kind === 'connection' ||
      part.kind === 'versions' ||
      (part.kind === 'objects' &&
        (part.selection.source.template === template || readsOthers(part.selection.source.visible))),
  )
}

/** Whether other objects decide about an object. */
function readsOthers(condition: Condition): boolean {
  switch (condition.kind) {
    case 'reference':
    case 'related':
    case 'latest':
    case 'count':
      return true
    default:
      return conditionsIn(condition).some(readsOthers)
  }
}
