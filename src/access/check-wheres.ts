import { GraphQLError } from 'graphql'
import type { InputIssue, Path } from '../errors.ts'
import type { TemplateIssue } from '../template/issue.ts'
import type { Template } from '../template/model.ts'
import { issueAt, type Source } from '../template/source.ts'
import { compileWhere, type RuleContext, WrongWhere } from './compile-where.ts'
import { templatesOfGrant } from './read-role.ts'

interface FoundInWheres {
  readonly issues: readonly TemplateIssue[]
  readonly warnings: readonly TemplateIssue[]
}

/** Checks the conditions of a role against the templates that they are for. */
export function checkWheres(source: Source, context: RuleContext): FoundInWheres {
  const issues: TemplateIssue[] = []
  for (const { where, templates, path } of listWheres(source.value, context)) {
    for (const template of templates) issues.push(...checkWhere(where, template, source, [...path, 'where'], context))
  }
  return { issues: uniqueIssues(issues), warnings: [] }
}

interface WrittenWhere {
  readonly where: Readonly<Record<string, unknown>>
  readonly templates: readonly Template[]
  readonly path: Path
}

function listWheres(value: unknown, { model }: RuleContext): readonly WrittenWhere[] {
  const { may } = (isMapping(value) ? value : {}) as { readonly may?: unknown }
  if (!Array.isArray(may)) return []
  return may.flatMap((grant: unknown, i): WrittenWhere[] => {
    if (!isMapping(grant) || !isMapping(grant['where'])) return []
    return [{ where: grant['where'], templates: templatesOfGrant(grant, model), path: ['may', i] }]
  })
}

function checkWhere(
  where: Readonly<Record<string, unknown>>,
  template: Template,
  source: Source,
  path: Path,
  context: RuleContext,
): TemplateIssue[] {
  try {
    compileWhere(where, template, context)
    return []
  } catch (error) {
    if (error instanceof WrongWhere)
      return error.problems.map(({ path: at, attribute, reason, remedy }) =>
        issueAt(source, [...path, ...at, ...(attribute === undefined ? [] : [attribute])], 'WRONG_WHERE', reason, {
          suggestion: remedy?.(String(at.at(-1) ?? 'where')),
          part: attribute === undefined ? 'value' : 'key',
        }),
      )
    if (!(error instanceof GraphQLError)) throw error
    const issues = (error.extensions['issues'] as readonly InputIssue[] | undefined) ?? [
      { path: [], code: '', message: error.message },
    ]
    return issues.map((issue) => issueAt(source, [...path, ...issue.path], 'WRONG_WHERE', issue.message))
  }
}

/** The same problem of several templates is one. */
function uniqueIssues(issues: readonly TemplateIssue[]): readonly TemplateIssue[] {
  return [...new Map(issues.map((issue) => [`${issue.path} ${issue.message}`, issue])).values()]
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
