import type { Path } from '../errors.ts'
import { longestName, namePattern } from '../store/tokens/token-name.ts'
import type { IssueCode, TemplateIssue } from '../template/issue.ts'
import { quote } from '../template/quote.ts'
import { issueAt, type Source } from '../template/source.ts'
import { didYouMean } from '../template/suggest.ts'

type Say = (path: Path, code: IssueCode, message: string, options?: Parameters<typeof issueAt>[4]) => void

/** Reads the parts of a file of a role, and collects what is wrong with them. */
export interface RoleReader {
  /** The file that is read. */
  readonly file: string
  readonly issues: readonly TemplateIssue[]
  readonly warnings: readonly TemplateIssue[]
  readonly refuse: Say
  readonly warn: Say
  /** Refuses keys that are not known. */
  readonly checkKeys: (
    value: Readonly<Record<string, unknown>>,
    path: Path,
    known: readonly string[],
    what: string,
  ) => void
  /** The text of a value that YAML read as a number, a boolean or null. */
  readonly writtenAt: Source['retypedAt']
  /** A text, or a whole number as it is written; undefined if it is wrong. */
  readonly readText: (value: unknown, path: Path) => string | undefined
  /** The name of a role or a token; undefined if it is wrong. */
  readonly readName: (value: unknown, path: Path) => string | undefined
  /** A list with one entry at least; an absent one is empty. */
  readonly readList: (value: unknown, path: Path) => readonly unknown[]
}

export const longestText = 4_000

export function createRoleReader(source: Source): RoleReader {
  const issues: TemplateIssue[] = []
  const warnings: TemplateIssue[] = []
  const refuse: Say = (...given) => {
    issues.push(issueAt(source, ...given))
  }
  const readText: RoleReader['readText'] = (value, path) => {
    const key = String(path.at(-1))
    const written = source.retypedAt(path)
    if (typeof value === 'string' && value.trim() !== '' && value.length <= longestText) return value
    // The digits are those of the file, which YAML has not changed.
    if (written !== undefined && /^(0|[1-9]\d*)$/.test(written)) return written
    if (written)
      refuse(path, 'UNQUOTED', `${written} without quotes is not a text in YAML.`, {
        suggestion: `Write "${written}".`,
      })
    else if (typeof value === 'string' && value.trim() !== '')
      refuse(path, 'TOO_LONG', `${key} is longer than ${longestText} characters.`)
    else if (value === null || typeof value === 'string') refuse(path, 'EMPTY', `${key} is empty.`)
    else refuse(path, 'WRONG_TYPE', `${quote(value)} is not a text.`)
    return undefined
  }
  return {
    file: source.file,
    issues,
    warnings,
    refuse,
    warn(...given) {
      warnings.push(issueAt(source, ...given))
    },
    writtenAt: source.retypedAt,
    readText,
    checkKeys(value, path, known, what) {
      for (const key of Object.keys(value).filter((one) => !known.includes(one))) {
        const listed = known.filter((one) => one !== '$schema').join(', ')
        const suggestion = didYouMean(key, known) ?? `The keys are ${listed}.`
        refuse([...path, key], 'UNKNOWN_KEY', `${quote(key)} is not a key of a ${what}.`, { suggestion, part: 'key' })
      }
    },
    readName(value, path) {
      const text = readText(value, path)
      if (text === undefined) return undefined
      if (!new RegExp(namePattern).test(text)) {
        const form = 'it must begin with a letter or a digit and contain only letters, digits, . _ and -'
        refuse(path, 'WRONG_NAME', `${quote(text)} is not a valid name: ${form}.`)
      } else if (text.length > longestName) {
        refuse(path, 'TOO_LONG', `${path.at(-1)} is longer than ${longestName} characters.`)
      } else return text
      return undefined
    },
    readList(value, path) {
      if (value === undefined) return []
      if (Array.isArray(value) && value.length > 0) return value
      const key = String(path.at(-1))
      if (Array.isArray(value) || value === null) refuse(path, 'EMPTY', `${key} needs at least one entry.`)
      else {
        const suggestion = `Begin each entry with "- ": ${key} is a list.`
        refuse(path, 'WRONG_TYPE', `${quote(value)} is not a list.`, { suggestion })
      }
      return []
    },
  }
}
