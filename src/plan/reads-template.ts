import type { Template } from '../template/model.ts'
import { somePartOf } from './parts-of.ts'
import type { ObjectSelection } from './plan.ts'

/**
 * Whether the selection reads, or may read, objects of that template besides the selected one: a connection's filter
 * can lead anywhere. The statement that writes objects sees the table as it was before the write.
 */
export function readsTemplate(selection: ObjectSelection, template: Template): boolean {
  return somePartOf(
    selection,
    (part) => part.kind === 'connection' || (part.kind === 'objects' && part.selection.source.template === template),
  )
}
