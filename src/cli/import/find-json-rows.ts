import { refuseListPath } from './find-list.ts'
import { readJsonRow } from './import-json-row.ts'
import type { ImportRow } from './import-row.ts'
import { TextReadError } from './text-read-error.ts'

/** A value inside a JSON text, from `start` to before `end`. */
interface Part {
  /** Its name in an object, or its index in a list. */
  readonly name: string
  readonly line: number
  readonly start: number
  readonly end: number
}

/**
 * The rows below a path of a JSON text (`--at`), each with its own line: the items of a list, the members of an object of
 * objects with their names, or one object. Throws `TextReadError`.
 */
export function* findJsonRows(text: string, path: readonly string[]): Generator<ImportRow> {
  try {
    JSON.parse(text)
  } catch (error) {
    throw new TextReadError(1, `this is not JSON: ${(error as Error).message}`)
  }
  const before = /^\s*/.exec(text)?.[0] ?? ''
  let found: Part = { name: '', line: before.split('\n').length, start: before.length, end: text.length }
  for (const name of path) {
    const parts = listParts(text, found)
    const next = parts.find((part) => part.name === name)
    if (!next) throw refuseListPath(found.line, name, text[found.start] === '{' ? parts.map((part) => part.name) : [])
    found = next
  }
  const parts = listParts(text, found)
  const isMapping = text[found.start] === '{' && parts.every(({ start }) => text[start] === '{' || text[start] === 'n')
  const isList = text[found.start] === '['
  for (const { name, line, start, end } of isList || isMapping ? parts : [found])
    yield readJsonRow({ line, text: text.slice(start, end) }, isMapping ? name : undefined)
}

/** The values directly inside a list or an object of a text that is JSON; none inside another value. */
function listParts(text: string, container: Part): readonly Part[] {
  const isObject = text[container.start] === '{'
  if (!isObject && text[container.start] !== '[') return []
  const parts: Part[] = []
  const names = new Set<string>()
  let { line } = container
  let depth = 0
  let name: string | undefined
  let begin: { start: number; line: number } | undefined
  for (let at = container.start + 1; at < container.end; at++) {
    const character = text[at] as string
    if (character === '\n') line++
    const isInside = depth > 0 || begin !== undefined
    if (character === '"') {
      const end = endOfText(text, at)
      if (isObject && !isInside && name === undefined) name = JSON.parse(text.slice(at, end + 1)) as string
      else begin ??= { start: at, line }
      at = end
    } else if (depth === 0 && ',]}'.includes(character)) {
      if (begin) {
        const part = { name: name ?? String(parts.length), ...begin, end: at }
        if (names.has(part.name)) throw new TextReadError(part.line, `${JSON.stringify(part.name)} is given twice`)
        names.add(part.name)
        parts.push(part)
      }
      if (character !== ',') break
      name = undefined
      begin = undefined
    } else if (!isInside && !' \t\r\n:'.includes(character)) begin = { start: at, line }
    if (character === '{' || character === '[') depth++
    else if (depth > 0 && (character === '}' || character === ']')) depth--
  }
  return parts
}

/** Where the text that begins here ends. */
function endOfText(text: string, start: number): number {
  let at = start + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}
