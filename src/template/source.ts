import type { Path } from '../errors.ts'
import type { IssueCode, Places, TemplateIssue } from './issue.ts'
import type { Lines } from './lines.ts'
import { printPath } from './path.ts'

/** One template file: its value as plain data, and the place of each part. */
export interface Source extends Places {
  readonly value: unknown
  /** The text of a value that YAML read as a number, a boolean or null because it has no quotes. */
  readonly retypedAt: (path: Path) => string | undefined
}

/** The offsets in the text at which one key and its value begin. */
export interface Offsets {
  readonly key?: number
  readonly value: number
  readonly retyped?: string
}

/** Offsets by path, the path written as JSON. */
export type OffsetsByPath = Map<string, Offsets>

export function createSource(file: string, value: unknown, offsets: OffsetsByPath, lines: Lines): Source {
  const find = (path: Path) => offsets.get(JSON.stringify(path))
  return {
    file,
    value,
    placeOf(path, part) {
      // A missing part has no place: use that of the nearest part around it.
      for (let length = path.length; length >= 0; length--) {
        const found = find(path.slice(0, length))
        if (!found) continue
        const useKey = length < path.length || part === 'key'
        return lines.placeAt(useKey ? (found.key ?? found.value) : found.value)
      }
      return { line: 1, column: 1 }
    },
    retypedAt: (path) => find(path)?.retyped,
  }
}

/** An issue with a part of a template. `part: 'key'` points at the key instead of the value. */
export function issueAt(
  places: Places,
  path: Path,
  code: IssueCode,
  message: string,
  options: { readonly suggestion?: string | undefined; readonly part?: 'key' | 'value' } = {},
): TemplateIssue {
  const { line, column } = places.placeOf(path, options.part ?? 'value')
  return {
    code,
    file: places.file,
    line,
    column,
    path: printPath(path),
    message,
    ...(options.suggestion !== undefined && { suggestion: options.suggestion }),
  }
}

/** Whether a value of a file is a mapping: an object in JSON. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
