import fc from 'fast-check'
import {
  coerceInputValue,
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isInputType,
  isListType,
  isScalarType,
} from 'graphql'
import { createCallerError } from '../../src/errors.ts'
import { mapLimits } from '../../src/limits.ts'
import { always, type Condition, negate } from '../../src/plan/condition.ts'
import { OpenValue } from '../../src/plan/open-value.ts'
import { createPlanRequest } from '../../src/plan/plan-request.ts'
import { planWhere } from '../../src/plan/plan-where.ts'
import { allRights, type Rights } from '../../src/plan/rights.ts'
import { typeNamesOf } from '../../src/template/graphql-names.ts'
import type { TemplateModel } from '../../src/template/model.ts'
import type { Where } from './evaluate.ts'

/** What a caller may read of each template: all of it, nothing, or what matches. */
export type Rule = ReadonlyMap<string, 'all' | 'nothing' | Where>

/** Most templates have a condition, few are hidden altogether. */
export function rulesOf(model: TemplateModel, whereOf: (name: string) => fc.Arbitrary<Where>): fc.Arbitrary<Rule> {
  const each = model.templates.map(({ name }) =>
    fc
      .oneof<fc.WeightedArbitrary<'all' | 'nothing' | Where>[]>(
        { weight: 8, arbitrary: fc.constant('all' as const) },
        { weight: 1, arbitrary: fc.constant('nothing' as const) },
        { weight: 20, arbitrary: whereOf(name) },
      )
      .map((granted) => [name, granted] as const),
  )
  return fc.tuple(...each).map((entries) => new Map(entries))
}

/**
 * The rights of whoever has this rule. The texts in its conditions are claims of the caller, as if each was written `{claims.NAME}`, so
 * that callers with other claims share the plans. `claims` are those of a caller for whom the rule means what it says.
 */
export function toRights(rule: Rule, sight: string, model: TemplateModel, schema: GraphQLSchema): Rights {
  const claims: Record<string, unknown> = {}
  const conditions = new Map<string, Condition>()
  const request = createPlanRequest({
    model,
    limits: mapLimits(() => Number.POSITIVE_INFINITY),
    author: { actor: undefined, run: undefined },
  })
  for (const template of model.templates) {
    const granted = rule.get(template.name)
    if (typeof granted !== 'object') continue
    const type = schema.getType(typeNamesOf(template).where)
    if (!isInputType(type)) throw new Error(`no filter of ${template.name}`)
    const open = openTexts(coerceInputValue(granted, type), type, claims)
    conditions.set(template.name, planWhere(open, template, request, ['where']))
  }
  return {
    ...refusing,
    sight,
    granted: (verb, { name }) => {
      if (verb !== 'read') return always
      return rule.get(name) === 'nothing' ? undefined : (conditions.get(name) ?? always)
    },
    values: { actor: undefined, claims },
  }
}

/** The rights of who has only what the rule shows: all of it, and what is missing may be missing because of a rule. */
export function toRightsOfRest(rule: Rule, sight: string): Rights {
  return {
    ...refusing,
    sight,
    granted: (_verb, { name }) => {
      const granted = rule.get(name)
      if (granted === 'nothing') return undefined
      return typeof granted === 'object' ? negate({ kind: 'keys', keys: [] }) : always
    },
  }
}

const refusing: Rights = {
  ...allRights,
  isAdmin: false,
  refuse: (verb, template) =>
    createCallerError('FORBIDDEN', `This needs the right to ${verb}${template ? ` ${template.name}` : ''}.`),
}

/** Only values that may stay open in filters of operations, too: no item of a list of scalars. */
function openTexts(value: unknown, given: GraphQLInputType, claims: Record<string, unknown>): unknown {
  const type = getNullableType(given)
  if (value === undefined || value === null) return value
  if (isScalarType(type)) {
    if (type.name === 'Boolean' || type.name === 'JSON') return value
    const name = `c${Object.keys(claims).length}`
    claims[name] = value
    return new OpenValue(
      ({ caller }) => caller.claims[name],
      () => value,
    )
  }
  if (isListType(type) && Array.isArray(value))
    return isInputObjectType(getNullableType(type.ofType))
      ? value.map((item) => openTexts(item, type.ofType, claims))
      : value
  if (!isInputObjectType(type)) return value
  const fields = type.getFields()
  return Object.fromEntries(
    Object.entries(value as object).map(([name, inner]) => {
      const field = fields[name]
      return [name, field ? openTexts(inner, field.type, claims) : inner]
    }),
  )
}
