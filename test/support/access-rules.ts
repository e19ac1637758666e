import fc from 'fast-check'
import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNullableType,
  isInputObjectType,
  isListType,
  isScalarType,
} from 'graphql'
import { createRights } from '../../src/access/create-rights.ts'
import type { Identity } from '../../src/access/identity.ts'
import type { Role } from '../../src/access/role.ts'
import { createCallerError } from '../../src/errors.ts'
import { mapLimits } from '../../src/limits.ts'
import { always, negate } from '../../src/plan/condition.ts'
import { allRights, type Rights } from '../../src/plan/rights.ts'
import { typeNamesOf } from '../../src/template/graphql-names.ts'
import type { TemplateModel } from '../../src/template/model.ts'
import type { Where } from './evaluate.ts'

/** What a caller may read of each template: all of it, nothing, or what matches. */
export type Shown = ReadonlyMap<string, 'all' | 'nothing' | Where>

/** Most templates have a condition, few are hidden altogether. */
export function rulesOf(model: TemplateModel, whereOf: (name: string) => fc.Arbitrary<Where>): fc.Arbitrary<Shown> {
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

/** A rule of which some texts are claims, and two callers that it holds for: they share what does not depend on the claims' values. */
export interface Rule {
  readonly role: Role
  readonly callers: readonly {
    readonly identity: Identity
    /** The rule with the caller's claims in it. */
    readonly shown: Shown
  }[]
}

/** Every other text of the conditions becomes a claim. The first caller has the texts as claims, the second has others. */
export function toRule(shown: Shown, schema: GraphQLSchema, model: TemplateModel): Rule {
  const claims: Claim[] = []
  const wheres = new Map<string, unknown>()
  for (const template of model.templates) {
    const granted = shown.get(template.name)
    const type = schema.getType(typeNamesOf(template).where) as GraphQLInputType
    if (typeof granted === 'object') wheres.set(template.name, withPlaceholders(granted, type, '', claims))
  }
  const role: Role = {
    name: 'generated',
    contact: undefined,
    who: [],
    limits: undefined,
    may: [...shown]
      .filter(([, granted]) => granted !== 'nothing')
      .map(([name]) => ({ verb: 'read', templates: [name], where: wheres.get(name) as Where | undefined })),
  }
  const callers = (['value', 'other'] as const).map((which) => {
    const values = new Map(claims.map((claim) => [`{claims.${claim.name}}`, claim[which]]))
    return {
      identity: {
        kind: 'token' as const,
        actor: 'someone',
        claims: Object.fromEntries(claims.map((claim) => [claim.name, claim[which]])),
        roles: [role],
      },
      shown: new Map(
        [...shown].map(([name, granted]) => [
          name,
          wheres.has(name) ? (fill(wheres.get(name), values) as Where) : granted,
        ]),
      ),
    }
  })
  return { role, callers }
}

interface Claim {
  readonly name: string
  readonly value: string
  readonly other: string
}

/** Operators for which any text will do. */
const textual: ReadonlySet<string> = new Set([
  'equals',
  'not',
  'contains',
  'startsWith',
  'endsWith',
  'lt',
  'lte',
  'gt',
  'gte',
])
const others = ['a', 'i1', 'ada', 'b', 'B', 'é', '10', 'nowhere']

function withPlaceholders(value: unknown, given: GraphQLInputType, name: string, claims: Claim[]): unknown {
  const type = getNullableType(given)
  if (isScalarType(type)) {
    if (type.name === 'Boolean' || type.name === 'JSON' || typeof value !== 'string') return value
    if (value === '' || value.includes('{') || (claims.length + value.length) % 2 === 0) return value
    const claim = `c${claims.length}`
    const other = others[(claims.length + value.length) % others.length] ?? 'a'
    claims.push({ name: claim, value, other: type.name === 'String' && textual.has(name) ? other : value })
    return `{claims.${claim}}`
  }
  if (isListType(type) && Array.isArray(value))
    return value.map((item) => withPlaceholders(item, type.ofType, '', claims))
  if (!isInputObjectType(type)) return value
  const fields = type.getFields()
  return Object.fromEntries(
    Object.entries(value as object).map(([member, inner]) => {
      const field = fields[member]
      // What other field to compare with is no value.
      if (member === 'field') return [member, inner]
      return [member, field ? withPlaceholders(inner, field.type, member, claims) : inner]
    }),
  )
}

function fill(value: unknown, claims: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return claims.get(value) ?? value
  if (Array.isArray(value)) return value.map((item) => fill(item, claims))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fill(inner, claims)]))
}

/** The rights of the callers of a rule, as files of roles give them. Each rule has sights of its own, by its number. */
export function rightsOfRule(
  { role }: Rule,
  number: number,
  model: TemplateModel,
  schema: GraphQLSchema,
): (identity: Identity) => Rights {
  const limits = mapLimits(() => Number.POSITIVE_INFINITY)
  const rightsOf = createRights([role], { model, schema, limits })
  return (identity) => {
    const rights = rightsOf(identity)
    return { ...rights, refuse, sight: `${number} ${rights.sight}` }
  }
}

/** The rights of who has only what a rule shows: all of it, and what is missing may be missing because of the rule. */
export function rightsOfRest(shown: Shown, number: number): Rights {
  return {
    ...allRights,
    isAdmin: false,
    refuse,
    sight: String(number),
    granted: (_verb, { name }) => {
      const granted = shown.get(name)
      if (granted === 'nothing') return undefined
      return typeof granted === 'object' ? negate({ kind: 'keys', keys: [] }) : always
    },
  }
}

const refuse: Rights['refuse'] = (verb, template) =>
  createCallerError('FORBIDDEN', `This needs the right to ${verb} ${template?.name ?? 'the registry'}.`)
