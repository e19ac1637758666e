import type { Json } from '../arguments/parse-value.ts'
import type { Issue } from '../connection/connection.ts'
import type { ImportItem } from '../import/import-item.ts'
import { cutText } from './cut-text.ts'
import type { JunitMapping } from './junit-mapping.ts'
import type { JunitNotes } from './junit-notes.ts'

/** The registry's codes for texts that are too long. Some of its limits count bytes. */
const tooLong: ReadonlySet<string> = new Set(['MAX_LENGTH', 'TOO_LONG_FOR_INDEX', 'TOO_LONG_FOR_PATTERN'])

/**
 * What to write in place of a result that the registry refuses: the same without the values that it refuses. Of a text that is too
 * long, three quarters stay, as often as necessary, because a refusal does not say how much would be taken. The key, the status and
 * what the command line gives stay: undefined if nothing else helps. `notes` gets what is left out or cut.
 */
export function createMend(
  { fields }: JunitMapping,
  notes: JunitNotes,
): (item: ImportItem, issues: readonly Issue[]) => ImportItem | undefined {
  const unimportant = fields
    .filter(({ field, source }) => !field.key && !(source.kind === 'text' && source.name === 'status'))
    .map(({ field }) => field)
  const told = new Set<string>()

  return (item, issues) => {
    const input: Record<string, Json> = { ...item.input }
    const tell: (() => void)[] = []
    for (const { path, code, message } of issues) {
      // `input`, the number of the item, the field.
      const field = unimportant.find(({ name }) => name === path[2])
      const value = field && (item.input[field.name] ?? null)
      // A value that is empty already was not what was refused.
      if (!field || value === undefined || value === null || value === '') return undefined
      const rest = tooLong.has(code) && typeof value === 'string' ? cutText(value, Math.floor(value.length * 0.75)) : ''
      if (rest === '' && field.required) return undefined
      input[field.name] = rest === '' ? null : rest
      const what = rest === '' ? 'left out' : 'cut'
      const place = `${item.file}:${item.line} ${field.name} ${what}`
      tell.push(() => {
        if (told.has(place)) return
        told.add(place)
        const label = item.label === undefined ? '' : `${item.label}: `
        notes.add(`value ${field.name} ${what}`, item.file, item.line, `${label}${message}; it is ${what}`)
      })
    }
    if (tell.length === 0) return undefined
    for (const one of tell) one()
    return { ...item, input }
  }
}
