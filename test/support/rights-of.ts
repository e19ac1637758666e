import { createCallerError } from '../../src/errors.ts'
import { defaultLimits } from '../../src/limits.ts'
import { allOf, always, type Condition } from '../../src/plan/condition.ts'
import { createPlanRequest } from '../../src/plan/plan-request.ts'
import { planWhere } from '../../src/plan/plan-where.ts'
import type { Rights, Verb } from '../../src/plan/rights.ts'
import type { TemplateModel } from '../../src/template/model.ts'

/** What a caller may do: for each verb, the templates with their `where`; `true`: all of them, or all objects. What is left out is not granted. */
export type Grants = Readonly<Partial<Record<Verb, true | Readonly<Record<string, true | object>>>>>

/** The rights of a caller with these grants, as role files would give them. */
export function rightsOf(grants: Grants, model: TemplateModel): Rights {
  const planning = createPlanRequest({ model, limits: defaultLimits, author: { actor: undefined, run: undefined } })
  const kept = new Map<string, Condition>()
  return {
    sight: JSON.stringify(grants),
    granted(verb, template) {
      const granted = grants[verb]
      const where = granted === true ? true : granted?.[template.name]
      if (where === undefined || where === true) return where && always
      const name = `${verb} ${template.name}`
      const condition = kept.get(name) ?? allOf([planWhere(where, template, planning, ['where'])])
      kept.set(name, condition)
      return condition
    },
    isAdmin: grants.admin === true,
    refuse: (verb, template) =>
      createCallerError('FORBIDDEN', `This needs the right to ${verb}${template ? ` ${template.name}` : ''}.`),
    values: { actor: undefined, claims: {} },
  }
}
