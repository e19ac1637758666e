import type { Template } from '../template/model.ts'
import { somePartOf } from './parts-of.ts'
import type { ObjectSelection } from './plan.ts'

/**
 * Whether the selection reads objects of that template besides the selected one, or might: a connection's filter
 * can lead anywhere. The statement that writes objects sees the table as it was before.
 */
export function readsTemplate(selection: ObjectSelection, template: Template): boolean {
  return somePartOf(
    selection,
    (part) => part.kind === 'connection' || (part.kind === 'objects' && part.selection.source.template === template),
  )
}
