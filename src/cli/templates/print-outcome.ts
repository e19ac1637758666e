import {
  printAsCode,
  printAsText,
  printPlan,
  printPlanAsMarkdown,
  printRemedy,
} from '../../template/changes/print-plan.ts'
import { needsConsent, type TemplatePlan } from '../../template/changes/template-plan.ts'
import type { BrokenOperation, CheckedOperations } from './check-operations.ts'

/** What other templates would do: to the objects, and to saved operations if any were given. */
export interface Outcome {
  readonly plan: TemplatePlan
  readonly operations: Pick<CheckedOperations, 'valid' | 'broken'> | undefined
}

/** For people at a terminal. */
export function printOutcomeAsText({ plan, operations }: Outcome): string {
  const parts = [
    plan.entries.length === 0 ? 'Nothing changes.' : `${printPlan(plan)}\n\n${printVerdict(plan)}`,
    ...(operations ? [[printSum(operations), ...operations.broken.map(printLine)].join('\n')] : []),
  ]
  return `${parts.join('\n\n')}\n`
}

/** What the operator has to do. The server's own words are those for a start that has failed. */
function printVerdict(plan: TemplatePlan): string {
  if (plan.digest !== undefined && needsConsent(plan))
    return `This needs consent. To give it, start the server with:\n\n  ACCEPT_TEMPLATES=${plan.digest}`
  return printRemedy(plan) ?? 'This needs no consent.'
}

/** `1 of 4 saved operations would break:` */
function printSum({ valid, broken }: Pick<CheckedOperations, 'valid' | 'broken'>): string {
  const noun = valid === 1 ? 'saved operation' : 'saved operations'
  if (broken.length > 0) return `${broken.length} of ${valid} ${noun} would break:`
  if (valid === 0) return 'No saved operation is valid today.'
  return valid === 1 ? `1 ${noun} stays valid.` : `All ${valid} ${noun} stay valid.`
}

function printLine({ file, line, title, messages }: BrokenOperation): string {
  return messages.map((message) => `${file}:${line}: ${title}: ${message}`).join('\n')
}

/** For programs. */
export function printOutcomeAsJson({ plan, operations }: Outcome, indent: number | undefined): string {
  const outcome = {
    digest: plan.digest ?? null,
    entries: plan.entries.map(({ place, ...entry }) => ({
      ...entry,
      file: place?.file ?? null,
      line: place?.line ?? null,
    })),
    ...(operations && {
      operations: operations.broken.map(({ file, line, name, messages }) => ({ file, line, name, messages })),
    }),
  }
  return `${JSON.stringify(outcome, null, indent)}\n`
}

/** For a comment on a pull request. */
export function printOutcomeAsMarkdown({ plan, operations }: Outcome): string {
  const printed = printPlanAsMarkdown(plan)
  if (!operations) return printed
  const rows = operations.broken.map(
    ({ file, line, title, messages }) =>
      `| ${printAsCode(`${file}:${line}`)} | ${printAsCode(title)} | ${messages.map(printAsText).join('<br>')} |`,
  )
  const table = rows.length > 0 ? `\n${['| where | operation | why |', '|---|---|---|', ...rows].join('\n')}\n` : ''
  return `${printed}\n### Saved operations\n\n${printSum(operations)}\n${table}`
}
