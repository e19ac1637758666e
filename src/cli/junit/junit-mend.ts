import type { Json } from '../arguments/parse-value.ts'
import type { Issue } from '../connection/connection.ts'
import type { TemplateField } from '../connection/template.ts'
import type { ImportItem } from '../import/import-item.ts'
import type { JunitMapping } from './junit-mapping.ts'
import type { JunitNotes } from './junit-notes.ts'

/**
 * What to write in place of a result that the registry refuses: the same without the values that it refuses, if these are not the
 * key, the status or given on the command line. Undefined if nothing helps. `notes` gets what is left out.
 */
export function createMend(
  { fields }: JunitMapping,
  notes: JunitNotes,
): (item: ImportItem, issues: readonly Issue[]) => ImportItem | undefined {
  const unimportant = fields
    .filter(
      ({ field, source }) => !field.key && !field.required && !(source.kind === 'text' && source.name === 'status'),
    )
    .map(({ field }) => field)
  return (item, issues) => {
    const wrong = new Map<TemplateField, Issue>()
    for (const issue of issues) {
      // `input`, the number of the item, the field.
      const field = unimportant.find(({ name }) => name === issue.path[2])
      // A value that is empty already was not what was refused.
      if (!field || (item.input[field.name] ?? null) === null) return undefined
      wrong.set(field, issue)
    }
    if (wrong.size === 0) return undefined
    for (const [field, { message }] of wrong) {
      const label = item.label === undefined ? '' : `${item.label}: `
      notes.add(`value ${field.name}`, item.file, item.line, `${label}${message}; it is left out`)
    }
    const empty = [...wrong.keys()].map(({ name }): [string, Json] => [name, null])
    return { ...item, input: { ...item.input, ...Object.fromEntries(empty) } }
  }
}
