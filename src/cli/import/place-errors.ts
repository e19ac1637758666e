import type { GraphqlError } from '../connection/connection.ts'
import type { ImportItem } from './import-item.ts'
import type { ImportProblem } from './import-problem.ts'

/** The issues whose path leads to one of the items: `['input', 3, 'lts']`. */
export function placeErrors(
  errors: readonly GraphqlError[],
  items: readonly ImportItem[],
): Map<ImportItem, ImportProblem[]> {
  const problems = new Map<ImportItem, ImportProblem[]>()
  for (const { path, message } of errors.flatMap(
    (error) => (error.extensions?.issues ?? []) as readonly { path?: readonly unknown[]; message: string }[],
  )) {
    const [argument, index] = path ?? []
    const item = argument === 'input' && typeof index === 'number' ? items[index] : undefined
    if (item)
      problems.set(item, [
        ...(problems.get(item) ?? []),
        { file: item.file, line: item.line, message: toFieldMessage(message) },
      ])
  }
  return problems
}

/** `Variable "$input" got invalid value 7 at "input[0].version"; String cannot …` → `version: String cannot …`. */
function toFieldMessage(message: string): string {
  const [, path, rest] =
    /^Variable "\$input" got invalid value [^]* at "input\[\d+\]\.?([^"]*)"; ([^]*)$/.exec(message) ?? []
  return rest === undefined ? message : path ? `${path}: ${rest}` : rest
}

/** An error without a path: at the items that have the missing key it speaks of, else at the chunk as a whole. */
export function placeWhole(message: string, items: readonly ImportItem[]): ImportProblem[] {
  const missing = message.split('\n').flatMap((line) => {
    const match = /^(\w+): there is no \w+ (\[.*\]);/.exec(line)
    return match ? [{ field: match[1] as string, key: match[2] as string, line }] : []
  })
  const found = items.flatMap((item) =>
    missing
      .filter(({ field, key }) => JSON.stringify([item.input[field]]) === key)
      .map(({ line }) => ({ file: item.file, line: item.line, message: line })),
  )
  const [first, last] = [items[0], items.at(-1)]
  if (found.length > 0 || !first || !last) return found
  const range = items.length > 1 ? ` (one of the ${items.length} objects up to line ${last.line})` : ''
  return [{ file: first.file, line: first.line, message: `${message}${range}` }]
}
