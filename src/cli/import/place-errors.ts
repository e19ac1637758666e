import type { GraphqlError, Issue } from '../connection/connection.ts'
import type { TemplateList } from '../connection/template.ts'
import { toOwnIssue } from '../connection/to-own-issue.ts'
import type { ImportItem } from './import-item.ts'
import type { ImportProblem } from './import-problem.ts'

/** The issues of each item in the words of files, from those of a batch whose path begins with the item: `['input', 3, 'lts']`. */
export function issuesByItem(
  errors: readonly GraphqlError[],
  items: readonly ImportItem[],
  templates: TemplateList,
): ReadonlyMap<ImportItem, readonly Issue[]> {
  const issues = new Map<ImportItem, Issue[]>()
  for (const issue of errors.flatMap((error) => error.extensions?.issues ?? [])) {
    const [argument, index] = issue.path
    const item = argument === 'input' && typeof index === 'number' ? items[index] : undefined
    if (!item) continue
    const known = issues.get(item)
    const own = toOwnIssue(issue, item.template, templates, item.input)
    if (known) known.push(own)
    else issues.set(item, [own])
  }
  return issues
}

/** Places an error that concerns all items, such as a limit, at the first, and names the line of the last. */
export function placeWhole(message: string, items: readonly ImportItem[]): readonly ImportProblem[] {
  const [first, last] = [items[0], items.at(-1)]
  if (!first || !last) return []
  const range = items.length > 1 ? ` (one of the ${items.length} objects up to line ${last.line})` : ''
  return [placeAt(first, `${message}${range}`)]
}

export function placeAt(
  { file, line, label }: Pick<ImportItem, 'file' | 'line' | 'label'>,
  message: string,
): ImportProblem {
  return { file, line, message: label === undefined ? message : `${label}: ${message}` }
}
