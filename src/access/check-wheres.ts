import { GraphQLError } from 'graphql'
import type { InputIssue, Path } from '../errors.ts'
import type { Condition } from '../plan/condition.ts'
import { negate } from '../plan/condition.ts'
import { excludesNothing } from '../plan/extent/extent-of.ts'
import type { TemplateIssue } from '../template/issue.ts'
import type { Template } from '../template/model.ts'
import { isMapping, issueAt, type Source } from '../template/source.ts'
import { didYouMean, listNames } from '../template/suggest.ts'
import { CallerNeeded, planSample, type RuleContext, WrongWhere } from './compile-where.ts'
import { findPlaceholderProblems, listPlaceholdersIn } from './find-placeholder-problems.ts'
import { issuerNamed } from './known-claims.ts'
import { templatesOfGrant } from './read-grant.ts'

interface FoundInWheres {
  readonly issues: readonly TemplateIssue[]
  readonly warnings: readonly TemplateIssue[]
}

interface WrittenWhere {
  readonly where: Readonly<Record<string, unknown>>
  readonly templates: readonly Template[]
  readonly isAll: boolean
  readonly path: Path
}

/**
 * Checks the conditions of a role against the templates that they are for.
 *
 * @param all the files of all roles: whoever has a token by one of them has also the roles of anyone
 */
export function checkWheres(source: Source, all: readonly Source[], context: RuleContext): FoundInWheres {
  const found = listWheres(source.value, context).map((written) => checkWhere(written, source, context))
  return {
    issues: found.flatMap(({ issues }) => issues),
    warnings: [...found.flatMap(({ warnings }) => warnings), ...warnOfMissingValues(source, all, context)],
  }
}

function listWheres(value: unknown, { model }: RuleContext): readonly WrittenWhere[] {
  const may = isMapping(value) ? value['may'] : undefined
  if (!Array.isArray(may)) return []
  return may.flatMap((grant: unknown, i): WrittenWhere[] => {
    if (!isMapping(grant) || !isMapping(grant['where'])) return []
    return [{ where: grant['where'], ...templatesOfGrant(grant, model), path: ['may', i, 'where'] }]
  })
}

export function checkWhere(written: WrittenWhere, source: Source, context: RuleContext): FoundInWheres {
  const { where, templates, isAll, path } = written
  const ofTexts = [...findChangedNumbers(where, path, source), ...findPlaceholderProblems(where, path, source)]
  if (ofTexts.length > 0) return { issues: ofTexts, warnings: [] }
  const results = templates.map((template) => ({ template, ...planChecked(where, template, source, path, context) }))
  const fitting = results.filter(({ issues }) => issues.length === 0)
  if (isAll && fitting.length > 0 && fitting.length < results.length) {
    const missing = results.filter(({ issues }) => issues.length > 0).map(({ template }) => template.name)
    const message = `The condition is one of ${listNames(fitting.map(({ template }) => template.name))} alone: of ${listNames(missing)} nothing is granted.`
    return { issues: [], warnings: [issueAt(source, path, 'WIDER_THAN_IT_LOOKS', message, { part: 'key' })] }
  }
  return {
    issues: uniqueIssues(results.flatMap(({ issues }) => issues)),
    warnings: fitting.flatMap(({ condition }) => warnOfExtent(condition, path, source)).slice(0, 1),
  }
}

/** Numbers that YAML reads as others than their digits say: `0012`, `1e3`. */
function findChangedNumbers(value: unknown, path: Path, source: Source): readonly TemplateIssue[] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, member]) =>
      findChangedNumbers(member, [...path, Array.isArray(value) ? Number(name) : name], source),
    )
  const written = typeof value === 'number' ? source.retypedAt(path) : undefined
  if (written === undefined || /^-?(0|[1-9]\d*)(\.\d+)?$/.test(written)) return []
  const suggestion = `Write "${written}" for the text, or ${value} for the number.`
  return [issueAt(source, path, 'UNQUOTED', `${written} without quotes is ${value} in YAML.`, { suggestion })]
}

interface Checked {
  readonly issues: readonly TemplateIssue[]
  readonly condition: Condition | undefined
}

function planChecked(
  where: Readonly<Record<string, unknown>>,
  template: Template,
  source: Source,
  path: Path,
  context: RuleContext,
): Checked {
  try {
    return { issues: [], condition: planSample(where, template, context) }
  } catch (error) {
    return { issues: printProblems(error, source, path), condition: undefined }
  }
}

function printProblems(error: unknown, source: Source, path: Path): TemplateIssue[] {
  if (error instanceof WrongWhere)
    return error.problems.map(({ path: at, attribute, reason, remedy, isTextMeant }) =>
      issueAt(
        source,
        [...path, ...at, ...(attribute === undefined ? [] : [attribute])],
        'WRONG_WHERE',
        sentence(reason),
        {
          suggestion:
            remedy?.(String(at.at(-1) ?? 'where')) ??
            (isTextMeant ? `Write "${source.retypedAt([...path, ...at])}".` : undefined),
          part: attribute === undefined ? 'value' : 'key',
        },
      ),
    )
  if (!(error instanceof GraphQLError)) throw error
  const issues = (error.extensions['issues'] as readonly InputIssue[] | undefined) ?? [
    { path: [], message: error.message },
  ]
  return issues.map((issue) => issueAt(source, [...path, ...issue.path], 'WRONG_WHERE', sentence(issue.message)))
}

function sentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`
}

/** What shows of a condition by itself. */
function warnOfExtent(condition: Condition | undefined, path: Path, source: Source): readonly TemplateIssue[] {
  if (!condition) return []
  try {
    if (excludesNothing(negate(condition)))
      return [issueAt(source, path, 'NEVER_MATCHES', 'No object can match this condition.', { part: 'key' })]
    if (excludesNothing(condition))
      return [issueAt(source, path, 'WIDER_THAN_IT_LOOKS', 'Every object matches this condition.', { part: 'key' })]
  } catch (error) {
    // It shows with the caller's values alone.
    if (!(error instanceof CallerNeeded)) throw error
  }
  return []
}

/** A value that none of the callers of the role can have. */
function warnOfMissingValues(source: Source, all: readonly Source[], context: RuleContext): readonly TemplateIssue[] {
  const own = listWho(source)
  if (own.length === 0) return []
  const isForAnyone = own.includes('anyone')
  const who = isForAnyone ? all.flatMap(listWho) : own
  const issuers = who.flatMap((one) => (isMapping(one) && 'oidc' in one ? [issuerNamed(one['oidc'])] : []))
  const claims = issuers.includes(undefined) ? undefined : issuers.flatMap((one) => one?.claims ?? [])
  const names = [...new Set(issuers.map((one) => one?.name))].join(' or ')
  const reasonFor = (placeholder: string): string | undefined => {
    if (placeholder === '{actor}') return undefined
    if (issuers.length === 0)
      return `only tokens of an issuer have claims${isForAnyone ? ', and no role file names one' : ''}`
    const isKnown = claims?.includes(placeholder.slice('{claims.'.length, -1)) ?? true
    return isKnown ? undefined : `it is no known claim of ${names}`
  }
  return listWheres(source.value, context).flatMap(({ where, path }) =>
    listPlaceholdersIn(where, path).flatMap(({ placeholder, path: at }) => {
      const reason = reasonFor(placeholder)
      if (reason === undefined) return []
      const nearest = didYouMean(placeholder.slice('{claims.'.length, -1), claims ?? [])
      const message = `${placeholder} stands for nothing, so that nothing is granted: ${reason}.`
      return [issueAt(source, at, 'NEVER_MATCHES', message, { suggestion: nearest })]
    }),
  )
}

/** The callers of a role, as they are written. */
function listWho({ value }: Source): readonly unknown[] {
  const who = isMapping(value) ? value['who'] : undefined
  return Array.isArray(who) ? who : []
}

/** The same problem of several templates is one. */
function uniqueIssues(issues: readonly TemplateIssue[]): readonly TemplateIssue[] {
  return [...new Map(issues.map((issue) => [`${issue.path} ${issue.message}`, issue])).values()]
}
