import type { GraphqlError } from '../connection/connection.ts'
import type { ImportItem } from './import-item.ts'
import type { ImportProblem } from './import-problem.ts'

/** The problems of each item, from the issues of a batch whose path begins with the item: `['input', 3, 'lts']`. */
export function placeErrors(
  errors: readonly GraphqlError[],
  items: readonly ImportItem[],
): ReadonlyMap<ImportItem, readonly ImportProblem[]> {
  const problems = new Map<ImportItem, ImportProblem[]>()
  for (const { path, message } of errors.flatMap((error) => error.extensions?.issues ?? [])) {
    const [argument, index] = path
    const item = argument === 'input' && typeof index === 'number' ? items[index] : undefined
    if (!item) continue
    const known = problems.get(item)
    const problem = placeAt(item, message)
    if (known) known.push(problem)
    else problems.set(item, [problem])
  }
  return problems
}

/** Places an error that concerns all items, such as a limit, at the first, and names the line of the last. */
export function placeWhole(message: string, items: readonly ImportItem[]): readonly ImportProblem[] {
  const [first, last] = [items[0], items.at(-1)]
  if (!first || !last) return []
  const range = items.length > 1 ? ` (one of the ${items.length} objects up to line ${last.line})` : ''
  return [placeAt(first, `${message}${range}`)]
}

export function placeAt({ file, line }: Pick<ImportItem, 'file' | 'line'>, message: string): ImportProblem {
  return { file, line, message }
}
