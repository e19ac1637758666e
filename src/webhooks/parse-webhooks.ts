import { checkWhere } from '../access/check-wheres.ts'
import type { RuleContext } from '../access/compile-where.ts'
import { listPlaceholdersIn } from '../access/find-placeholder-problems.ts'
import { compareText } from '../template/compare-text.ts'
import { compareIssues, type TemplateIssue } from '../template/issue.ts'
import type { TemplateFile } from '../template/parse-templates.ts'
import { parseYaml } from '../template/parse-yaml.ts'
import { quote } from '../template/quote.ts'
import { isMapping, issueAt, type Source } from '../template/source.ts'
import { readWebhook } from './read-webhook.ts'
import type { Webhook } from './webhook.ts'

/** Parses and validates the files of webhooks together: every problem of every file, ordered by file and place. */
export function parseWebhooks(
  files: readonly TemplateFile[],
  context: RuleContext,
): { readonly webhooks: readonly Webhook[]; readonly issues: readonly TemplateIssue[] } {
  const issues: TemplateIssue[] = []
  const webhooks: Webhook[] = []
  const fileOf = new Map<string, string>()
  for (const { file, text } of [...files].sort((a, b) => compareText(a.file, b.file))) {
    const parsed = parseYaml(file, text.replace(/^\uFEFF/, ''))
    issues.push(...parsed.issues)
    if (!parsed.source) continue
    const { webhook, issues: own } = readWebhook(parsed.source, context.model)
    const ofWhere = checkCondition(parsed.source, context)
    issues.push(...own, ...ofWhere)
    if (!webhook || ofWhere.length > 0) continue
    const other = fileOf.get(webhook.name)
    if (other !== undefined)
      issues.push(
        issueAt(
          parsed.source,
          ['name'],
          'WRONG_NAME',
          `There is a webhook ${quote(webhook.name)} in ${other} as well.`,
        ),
      )
    fileOf.set(webhook.name, file)
    webhooks.push(webhook)
  }
  return { webhooks, issues: issues.sort(compareIssues) }
}

function checkCondition(source: Source, context: RuleContext): readonly TemplateIssue[] {
  if (!isMapping(source.value)) return []
  const { where, template: name } = source.value
  const template = typeof name === 'string' ? context.model.byName.get(name) : undefined
  if (!template || !isMapping(where)) return []
  const [placeholder] = listPlaceholdersIn(where, ['where'])
  if (placeholder) {
    const message = `${placeholder.placeholder} stands for nothing: a webhook has no caller.`
    return [issueAt(source, placeholder.path, 'WRONG_PLACEHOLDER', message)]
  }
  return checkWhere({ where, templates: [template], isAll: false, path: ['where'] }, source, context).issues
}
