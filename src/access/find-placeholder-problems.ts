import type { Path } from '../errors.ts'
import type { TemplateIssue } from '../template/issue.ts'
import { quote } from '../template/quote.ts'
import { isMapping, issueAt, type Source } from '../template/source.ts'
import { didYouMean } from '../template/suggest.ts'
import { listPlaceholders } from './placeholders.ts'

/** What looks like a placeholder, right or wrong: `{user}`, `{claim.x}`, `${actor}`, `{actor`. A repetition, `{3}`, does not. */
const anyPlaceholder = /\$?\{{1,2}\s?\$?[A-Za-z_][\w.:/ -]*\}{1,2}|\{(?:actor|claims?\.)[\w.:/ -]*$/g

/** What a caller's value there would decide: not what is compared, but how. */
const decides: Readonly<Record<string, string>> = {
  matches:
    'Text of the caller would be read as a regular expression there: write startsWith, endsWith, contains or equals.',
  mode: 'A mode is insensitive or default.',
  path: 'The caller must not choose what is compared.',
}

/** The placeholders of a condition that stand for nothing, or stand where they must not. */
export function findPlaceholderProblems(where: unknown, path: Path, source: Source): readonly TemplateIssue[] {
  return listTexts(where, path).flatMap(({ text, path: at }) => {
    const unknown = (text.match(anyPlaceholder) ?? []).filter((one) => listPlaceholders(one)[0] !== one)
    const problems = unknown.map((one) =>
      issueAt(source, at, 'WRONG_PLACEHOLDER', `${quote(one)} is no placeholder.`, { suggestion: insteadOf(one) }),
    )
    const decided = at.slice(path.length).findLast((step) => typeof step === 'string')
    if (decided === undefined || !Object.hasOwn(decides, decided)) return problems
    const suggestion = decides[decided]
    return [
      ...problems,
      ...listPlaceholders(text).map((one) =>
        issueAt(source, at, 'WRONG_PLACEHOLDER', `${one} has no place in ${decided}.`, { suggestion }),
      ),
    ]
  })
}

/** Every placeholder of a condition, with its place. */
export function listPlaceholdersIn(
  where: unknown,
  path: Path,
): readonly { readonly placeholder: string; readonly path: Path }[] {
  return listTexts(where, path).flatMap(({ text, path: at }) =>
    listPlaceholders(text).map((placeholder) => ({ placeholder, path: at })),
  )
}

function insteadOf(written: string): string {
  const name = written.replace(/[\s${}]/g, '')
  const claim = /^(?:claims?|token|jwt|oidc)[.:](.+)$/i.exec(name)?.[1]
  if (claim !== undefined) return `Write {claims.${claim}}.`
  return name === 'actor' || didYouMean(name, ['actor']) ? 'Did you mean {actor}?' : 'Write {actor} or {claims.NAME}.'
}

function listTexts(value: unknown, path: Path): readonly { readonly text: string; readonly path: Path }[] {
  if (typeof value === 'string') return [{ text: value, path }]
  if (Array.isArray(value)) return value.flatMap((item, i) => listTexts(item, [...path, i]))
  if (!isMapping(value)) return []
  return Object.entries(value).flatMap(([name, member]) => listTexts(member, [...path, name]))
}
