import type { Path } from '../errors.ts'
import type { IssueCode, TemplateIssue } from '../template/issue.ts'
import { quote } from '../template/quote.ts'
import { issueAt, type Source } from '../template/source.ts'
import { didYouMean } from '../template/suggest.ts'

/** Reads the parts of a file of a role, and collects what is wrong with them. */
export interface RoleReader {
  readonly issues: TemplateIssue[]
  readonly warnings: TemplateIssue[]
  readonly refuse: (path: Path, code: IssueCode, message: string, options?: Parameters<typeof issueAt>[4]) => void
  /** Refuses keys that are not known. */
  readonly checkKeys: (
    value: Readonly<Record<string, unknown>>,
    path: Path,
    known: readonly string[],
    what: string,
  ) => void
  /** A text, or a whole number as it is written; undefined if it is wrong. */
  readonly readText: (value: unknown, path: Path) => string | undefined
  /** The text under the last key of the path. */
  readonly readName: (
    parent: Readonly<Record<string, unknown>>,
    path: Path,
    pattern: RegExp,
    form: string,
  ) => string | undefined
  /** The list under the last key of the path, with one entry at least. */
  readonly readList: (parent: Readonly<Record<string, unknown>>, path: Path) => readonly unknown[]
}

export function createRoleReader(source: Source): RoleReader {
  const issues: TemplateIssue[] = []
  const warnings: TemplateIssue[] = []
  const refuse: RoleReader['refuse'] = (path, code, message, options) => {
    issues.push(issueAt(source, path, code, message, options))
  }
  const readText: RoleReader['readText'] = (value, path) => {
    if (typeof value === 'string' && value !== '') return value
    const written = source.retypedAt(path)
    if (written !== undefined && /^(0|[1-9]\d*)$/.test(written)) return written
    if (value === undefined) refuse(path, 'MISSING_KEY', `${quote(String(path.at(-1)))} is missing.`, { part: 'key' })
    else if (written)
      refuse(path, 'UNQUOTED', `${written} without quotes is not a text in YAML.`, {
        suggestion: `Write "${written}".`,
      })
    else refuse(path, value === null || value === '' ? 'EMPTY' : 'WRONG_TYPE', `${quote(value)} is not a text.`)
    return undefined
  }
  return {
    issues,
    warnings,
    refuse,
    readText,
    checkKeys(value, path, known, what) {
      for (const key of Object.keys(value).filter((one) => !known.includes(one))) {
        const suggestion = didYouMean(key, known) ?? `The keys are ${known.join(', ')}.`
        refuse([...path, key], 'UNKNOWN_KEY', `${quote(key)} is not a key of a ${what}.`, { suggestion, part: 'key' })
      }
    },
    readName(parent, path, pattern, form) {
      const text = readText(parent[String(path.at(-1))], path)
      if (text === undefined || pattern.test(text)) return text
      refuse(path, 'WRONG_NAME', `${quote(text)} is not a valid name: ${form}.`)
      return undefined
    },
    readList(parent, path) {
      const key = String(path.at(-1))
      const value = parent[key]
      if (Array.isArray(value) && value.length > 0) return value
      if (value === undefined) refuse(path, 'MISSING_KEY', `${quote(key)} is missing.`, { part: 'key' })
      else if (Array.isArray(value) || value === null) refuse(path, 'EMPTY', `${key} needs at least one entry.`)
      else refuse(path, 'WRONG_TYPE', `${quote(value)} is not a list.`)
      return []
    },
  }
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
