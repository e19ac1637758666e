import type { Template } from '../../template/model.ts'
import { sql } from '../sql.ts'
import { filledDocument } from '../stored-document.ts'
import type { Merged } from './compile-merge.ts'

/**
 * The merged document and refs of the row `o`, with what changes in place: computed from the row under its lock, so that of several
 * writers none takes back what another has added.
 */
export function compileChangeInPlace(template: Template, { document, refs, from }: Merged): Merged {
  const changed = sql`registry_change_in_place(${document}, ${refs}, ${filledDocument(template, 'o')}, coalesce(item.value->'change', '{}'))`
  return { document: sql`changed.document`, refs: sql`changed.refs`, from: sql`${from}, lateral ${changed} as changed` }
}
