import { createHash } from 'node:crypto'
import type { FilePlace } from '../parse-templates.ts'

/** What a change of templates does to stored objects; the README of the command and `docs/templates.md` have the words. */
export type Effect =
  | 'SAFE'
  | 'FILLS'
  | 'VIOLATES'
  | 'CONVERTS'
  | 'RENAMES'
  | 'REKEYS'
  | 'CONFLICTS'
  | 'ORPHANS'
  | 'REMOVES'

/** What a plan does with each effect: apply it, ask for consent, or refuse it. */
export const effects: Readonly<Record<Effect, 'applied' | 'consent' | 'refused'>> = {
  SAFE: 'applied',
  FILLS: 'applied',
  RENAMES: 'applied',
  VIOLATES: 'consent',
  CONVERTS: 'consent',
  REKEYS: 'consent',
  ORPHANS: 'consent',
  REMOVES: 'consent',
  CONFLICTS: 'refused',
}

/** One change and its effect. */
export interface PlanEntry {
  readonly template: string
  /** Within the template: `fields.size`; empty for the template as a whole. */
  readonly path: string
  /** In words. */
  readonly change: string
  readonly effect: Effect
  /** How many objects it concerns. */
  readonly objects: number
  /** The canonical keys of up to five of them. */
  readonly samples: readonly string[]
  readonly needsConsent: boolean
  /** Where the file says so; undefined for what no file has any more. */
  readonly place?: FilePlace | undefined
}

export interface TemplatePlan {
  /** Names the plan in a consent; undefined if the plan is refused. */
  readonly digest: string | undefined
  readonly entries: readonly PlanEntry[]
}

/**
 * Makes the plan of these entries. Its digest covers what was applied last, the files, and the effects by template and path, but
 * neither counts nor samples, which change while others write. It consists of letters and digits.
 */
export function createPlan(entries: readonly PlanEntry[], last: string, files: string): TemplatePlan {
  const isRefused = entries.some(({ effect }) => effects[effect] === 'refused')
  const facts = [last, files, entries.map(({ template, path, effect }) => [template, path, effect])]
  return { digest: isRefused ? undefined : digestOf(facts), entries }
}

/** A digest of JSON, of 16 hexadecimal digits. */
function digestOf(facts: unknown): string {
  return digestJson(JSON.stringify(facts))
}

/** The same of JSON that has been printed. */
export function digestJson(json: string): string {
  return createHash('sha256').update(json).digest('hex').slice(0, 16)
}

export function needsConsent({ entries }: TemplatePlan): boolean {
  return entries.some((entry) => entry.needsConsent)
}
