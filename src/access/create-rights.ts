import { createHash } from 'node:crypto'
import { anyOf, type Condition } from '../plan/condition.ts'
import { allRights, type CallerValues, type Rights, type Verb, verbs } from '../plan/rights.ts'
import { createBoundedMap } from '../store/bounded-map.ts'
import type { Template } from '../template/model.ts'
import { compileWhere, type RuleCondition, type RuleContext } from './compile-where.ts'
import { covers, isFor } from './grants.ts'
import type { Identity } from './identity.ts'
import { limitWrites } from './limit-writes.ts'
import { type Asker, createRefuse } from './refuse.ts'
import type { Grant, Role } from './role.ts'

/** A grant for the templates that are served. */
interface CompiledGrant {
  /** The same only for the same grant of the same role. */
  readonly id: string
  readonly grant: Grant
  readonly byTemplate: ReadonlyMap<string, (caller: CallerValues) => RuleCondition | undefined>
}

/** What the grants of one caller come to: shared by all callers with the same. */
type Granted = Pick<Rights, 'sight' | 'granted' | 'isAdmin'>

const unconditional: RuleCondition = { condition: { kind: 'always' } }

/** In sets of grants. */
const grantedKept = { entries: 1_000, weight: 1_000 }

/** Gives the rights of identities: what all of their roles grant. No role takes away what another grants. */
export function createRights(roles: readonly Role[], context: RuleContext): (identity: Identity) => Rights {
  const compiled = new Map(roles.map((role, i) => [role, compileRole(role, i, context)]))
  const known = createBoundedMap<Granted>(grantedKept)
  const refuse = createRefuse(roles)
  const ofIdentity = new WeakMap<Identity, Rights>()
  const grantedTo = (identity: Identity): Granted => {
    const applying = identity.roles
      .flatMap((role) => compiled.get(role) ?? [])
      .map((grant) => applyGrant(grant, valuesOf(identity)))
    const key = JSON.stringify(applying.map(({ id, own }) => [id, own]))
    const found = known.get(key) ?? combine(applying, key)
    known.set(key, found, 1)
    return found
  }
  return (identity) => {
    if (identity.kind === 'everyone') return allRights
    const kept = ofIdentity.get(identity)
    if (kept) return kept
    const granted = identity.kind === 'admin' ? allRights : grantedTo(identity)
    const asker: Asker = { identity, isGranted: (verb, template) => granted.granted(verb, template) !== undefined }
    const rights: Rights = {
      sight: granted.sight,
      granted: granted.granted,
      isAdmin: granted.isAdmin,
      refuse: (verb, template) => refuse(asker, verb, template),
      values: valuesOf(identity),
      ...(identity.roles.some(({ limits }) => limits) && { limitsOf: limitWrites(identity.roles) }),
    }
    ofIdentity.set(identity, rights)
    return rights
  }
}

function valuesOf({ actor, claims }: Identity): CallerValues {
  return { actor, claims }
}

function compileRole(role: Role, place: number, context: RuleContext): readonly CompiledGrant[] {
  return role.may.map((grant, i) => ({
    id: `${place}.${i}`,
    grant,
    byTemplate: new Map(
      context.model.templates
        .filter(({ name }) => covers(grant, name))
        .flatMap((template) => {
          const compiledWhere = compileGrant(grant, template, context)
          return compiledWhere ? [[template.name, compiledWhere] as const] : []
        }),
    ),
  }))
}

/**
 * Undefined: the condition is none of this template, so that nothing of it is granted. The files are checked at the start; it happens
 * where `"*"` has a condition, and where the templates of an earlier generation are served.
 */
function compileGrant(
  { where }: Grant,
  template: Template,
  context: RuleContext,
): ((caller: CallerValues) => RuleCondition | undefined) | undefined {
  if (where === undefined) return () => unconditional
  try {
    return compileWhere(where, template, context)
  } catch {
    return undefined
  }
}

interface AppliedGrant {
  readonly id: string
  readonly grant: Grant
  readonly conditions: ReadonlyMap<string, Condition>
  /** The caller's values that the conditions have, by template. */
  readonly own: readonly (readonly [template: string, values: string | undefined])[]
}

function applyGrant({ id, grant, byTemplate }: CompiledGrant, caller: CallerValues): AppliedGrant {
  const conditions = new Map<string, Condition>()
  const own: [string, string | undefined][] = []
  for (const [template, toCondition] of byTemplate) {
    const found = toCondition(caller)
    if (!found) {
      // Another caller with the same roles may have the value.
      own.push([template, undefined])
      continue
    }
    conditions.set(template, found.condition)
    if (found.values !== undefined) own.push([template, found.values])
  }
  return { id, grant, conditions, own }
}

function combine(grants: readonly AppliedGrant[], key: string): Granted {
  const isAdmin = grants.some(({ grant }) => grant.verb === 'admin' && grant.templates === 'all')
  if (isAdmin) return allRights
  const conditions = new Map(verbs.map((verb) => [verb, conditionsOf(verb, grants)]))
  return {
    sight: createHash('sha256').update(key).digest('base64url').slice(0, 22),
    granted: (verb, template) => conditions.get(verb)?.get(template.name),
    isAdmin,
  }
}

/** By template. */
function conditionsOf(verb: Verb, grants: readonly AppliedGrant[]): ReadonlyMap<string, Condition> {
  const all = new Map<string, Condition[]>()
  for (const { grant, conditions } of grants) {
    if (!isFor(grant, verb)) continue
    for (const [template, condition] of conditions) all.set(template, [...(all.get(template) ?? []), condition])
  }
  return new Map([...all].map(([template, conditions]) => [template, anyOf(conditions)]))
}
