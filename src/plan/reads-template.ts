import type { Template } from '../template/model.ts'
import type { ObjectSelection } from './plan.ts'

/**
 * Whether the selection reads objects of that template besides the selected one, or might: a connection's filter
 * can lead anywhere. The statement that writes objects sees the table as it was before.
 */
export function readsTemplate(selection: ObjectSelection, template: Template): boolean {
  return selection.entries.some(
    (entry) =>
      entry.kind === 'connection' ||
      (entry.kind === 'reference' &&
        (entry.selection.template === template || readsTemplate(entry.selection, template))),
  )
}
