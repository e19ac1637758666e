import type { WriteLimits } from '../plan/rights.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import { grants } from './grants.ts'
import type { Role } from './role.ts'

/**
 * The limits of a caller with these roles. Those that grant the writing of a template say how much of it: the most generous counts, and
 * one without a limit lifts the limits of the others.
 */
export function limitWrites(roles: readonly Role[]): (template: Template) => WriteLimits | undefined {
  const known = new Map<string, WriteLimits | undefined>()
  return (template) => {
    if (known.has(template.name)) return known.get(template.name)
    const limits = combineLimits(
      roles.filter(({ may }) => may.some((grant) => grants(grant, 'write', template))),
      template,
    )
    known.set(template.name, limits)
    return limits
  }
}

/** The templates of which some callers may have only so many objects. */
export function limitedTemplates(roles: readonly Role[], model: TemplateModel): readonly Template[] {
  return model.templates.filter(({ name }) => roles.some(({ limits }) => limits && Object.hasOwn(limits.objects, name)))
}

function combineLimits(roles: readonly Role[], { name }: Template): WriteLimits | undefined {
  const objects = mostOf(
    roles.map(({ limits }) => (limits && Object.hasOwn(limits.objects, name) ? limits.objects[name] : undefined)),
  )
  const bytesADay = mostOf(roles.map(({ limits }) => limits?.bytesADay))
  if (objects === undefined && bytesADay === undefined) return undefined
  return { objects, bytesADay, contacts: [...new Set(roles.flatMap(({ contact }) => contact ?? []))] }
}

function mostOf(limits: readonly (number | undefined)[]): number | undefined {
  return limits.includes(undefined) || limits.length === 0 ? undefined : Math.max(...(limits as readonly number[]))
}
