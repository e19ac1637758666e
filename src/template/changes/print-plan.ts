import { describeKey } from '../object-key.ts'
import { effects, needsConsent, type PlanEntry, type TemplatePlan } from './template-plan.ts'

/** A plan as the start prints it: an entry a line, those that decide first, then what to do. */
export function printPlan(plan: TemplatePlan): string {
  return [...plan.entries].sort(byWeight).map(printEntry).join('\n')
}

/** What the operator has to do before the templates are applied; undefined if nothing. */
export function printRemedy({ digest, ...plan }: TemplatePlan): string | undefined {
  if (digest === undefined)
    return 'These templates cannot be applied: correct what is marked CONFLICTS, in the templates or in the objects.'
  if (!needsConsent({ digest, ...plan })) return undefined
  return `Nothing has been changed yet. If this is what you want, consent to it:\n\n  ACCEPT_TEMPLATES=${digest} npm start`
}

function byWeight(one: PlanEntry, other: PlanEntry): number {
  const weights = ['refused', 'consent', 'applied']
  return weights.indexOf(effects[one.effect]) - weights.indexOf(effects[other.effect])
}

function printEntry(entry: PlanEntry): string {
  const { template, path, change, effect, place } = entry
  const where = place ? `${place.file}:${place.line}: ` : ''
  return `${where}${effect} ${[template, path].filter(Boolean).join('.')}: ${change}${printObjects(entry)}`
}

function printObjects({ objects, samples }: Pick<PlanEntry, 'objects' | 'samples'>): string {
  if (objects === 0) return ''
  const more = objects > samples.length ? ', …' : ''
  return ` (${objects === 1 ? '1 object' : `${objects} objects`}: ${samples.map(describeKey).join(', ')}${more})`
}

/** A plan as Markdown, for a comment on a pull request: first what to do, then the changes, those that decide first. */
export function printPlanAsMarkdown(plan: TemplatePlan): string {
  const title = '### Changes to the object templates'
  if (plan.entries.length === 0) return `${title}\n\nNothing changes.\n`
  const rows = [...plan.entries].sort(byWeight).map(printRow)
  const table = ['| effect | where | change | objects | such as |', '|---|---|---|---:|---|', ...rows]
  return `${title}\n\n${printVerdict(plan)}\n\n${table.join('\n')}\n`
}

function printVerdict(plan: TemplatePlan): string {
  if (plan.digest === undefined)
    return 'They **cannot be applied**: correct what is marked CONFLICTS, in the templates or in the objects.'
  if (!needsConsent(plan)) return 'They can be applied as they are.'
  return `They **need consent**: start the server with \`ACCEPT_TEMPLATES=${plan.digest}\`.`
}

function printRow({ template, path, change, effect, objects, samples }: PlanEntry): string {
  const place = printAsCode([template, path].filter(Boolean).join('.'))
  const keys = samples.map((key) => printAsCode(describeKey(key))).join(' ')
  const more = samples.length > 0 && objects > samples.length ? ' …' : ''
  const shownEffect = effects[effect] === 'applied' ? effect : `**${effect}**`
  return `| ${shownEffect} | ${place} | ${printAsText(change)} | ${objects || ''} | ${keys}${more} |`
}

/** Text as code in a cell of a Markdown table. In code, only backticks are markup; of a table, the bar is even there. */
export function printAsCode(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  const space = /^`|`$/.test(text) ? ' ' : ''
  return fence + space + text.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|') + space + fence
}

/** Text in a cell of a Markdown table. An invisible space keeps `@name` and `#1` from notifying people and linking issues. */
export function printAsText(text: string): string {
  return text
    .replace(/[\\|<>*_`~$&[\]]/g, '\\$&')
    .replace(/[@#](?=\w)/g, '$&&#8203;')
    .replace(/\s*\n\s*/g, ' ')
}
