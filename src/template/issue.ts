import type { Path } from '../errors.ts'
import { compareText } from './compare-text.ts'
import type { issueCodes, roleIssueCodes } from './issue-codes.ts'

export type IssueCode = keyof typeof issueCodes | keyof typeof roleIssueCodes

/** One problem of a template: its place, a stable code, and a sentence for the author. */
export interface TemplateIssue {
  readonly code: IssueCode
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1, in UTF-16 code units, as editors count. */
  readonly column: number
  /** Within the template: `fields.commit.type`; empty for the file as a whole. */
  readonly path: string
  readonly message: string
  /** A sentence that says what to write instead, if there is a suggestion. */
  readonly suggestion?: string
}

/** All problems of a folder of templates; `message` is the printed list. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError'
  readonly issues: readonly TemplateIssue[]
  constructor(issues: readonly TemplateIssue[]) {
    super(printIssues(issues))
    this.issues = issues
  }
}

/** One line per issue, as compilers print them: `role.yaml:7:12 UNKNOWN_TYPE fields.commit.type: … Did you mean "string"?` */
export function printIssues(issues: readonly TemplateIssue[]): string {
  return issues
    .map(({ file, line, column, code, path, message, suggestion }) =>
      [`${file}:${line}:${column}`, code, path === '' ? message : `${path}: ${message}`, suggestion]
        .filter(Boolean)
        .join(' '),
    )
    .join('\n')
}

/** Orders issues by file, then by place. */
export function compareIssues(a: TemplateIssue, b: TemplateIssue): number {
  return compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.path, b.path)
}

/** Finds the place of an issue in a file. */
export interface Places {
  readonly file: string
  readonly placeOf: (path: Path, part: 'key' | 'value') => { readonly line: number; readonly column: number }
}
