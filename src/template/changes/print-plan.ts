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

/** A plan as Markdown, for a comment on a pull request. */
export function printPlanAsMarkdown(plan: TemplatePlan): string {
  const rows = [...plan.entries].sort(byWeight).map((entry) => {
    const place = [entry.template, entry.path].filter(Boolean).join('.')
    const samples = entry.samples.map((key) => code(describeKey(key))).join(' ')
    return `| ${entry.effect} | ${code(place)} | ${escapeMarkdown(entry.change)} | ${entry.objects} | ${samples} |`
  })
  const table = ['| effect | where | change | objects | such as |', '|---|---|---|---:|---|', ...rows].join('\n')
  const verdict =
    plan.digest === undefined
      ? 'These templates **cannot be applied**: correct what is marked CONFLICTS.'
      : needsConsent(plan)
        ? `These templates **need consent**: \`ACCEPT_TEMPLATES=${plan.digest}\``
        : 'These templates can be applied as they are.'
  return `### Change of the object templates\n\n${rows.length > 0 ? table : 'Nothing changes.'}\n\n${verdict}\n`
}

/** As code in a cell of a table. */
function code(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll('|', '\\|')}\``
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\|<>*_`[\]]/g, '\\$&').replaceAll('\n', ' ')
}
