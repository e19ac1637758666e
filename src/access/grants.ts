import type { Verb } from '../plan/rights.ts'
import type { Template } from '../template/model.ts'
import type { Grant } from './role.ts'

/** Whether the grant is for that verb, whatever its condition says. Without a template: for the registry as a whole. */
export function grants(grant: Grant, verb: Verb, template: Template | undefined): boolean {
  return isFor(grant, verb) && (template === undefined ? grant.templates === 'all' : covers(grant, template.name))
}

/** Whether the grant is for that verb. Whoever may administer a template may do everything with it. */
export function isFor(grant: Pick<Grant, 'verb'>, verb: Verb): boolean {
  return grant.verb === verb || grant.verb === 'admin'
}

/** Whether the grant is for the template of that name. */
export function covers({ templates }: Grant, name: string): boolean {
  return templates === 'all' || templates.includes(name)
}
