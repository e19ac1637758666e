import type { GraphQLError } from 'graphql'
import type { Condition } from '../../plan/condition.ts'
import type { UpsertItem } from '../../plan/plan.ts'
import { bindingOf, type PlanRequest } from '../../plan/plan-request.ts'
import type { Rights, Verb } from '../../plan/rights.ts'
import { bindStatement } from '../../sql/bind-statement.ts'
import { compileMatching } from '../../sql/writes/compile-rules.ts'
import type { Template } from '../../template/model.ts'
import type { Run } from '../database.ts'
import type { Upsert } from '../upsert-objects.ts'
import { placeRefusal } from './place-refusal.ts'

/** What the caller's rights demand of some items. */
export interface ItemRule {
  readonly verb: Extract<Verb, 'write' | 'import'>
  /** The objects for which the verb is granted; undefined: none. */
  readonly condition: Condition | undefined
  readonly items: readonly UpsertItem[]
}

/** `write` for all items, `import` for those with `_meta`. */
export function listItemRules(
  template: Template,
  { granted }: Rights,
  items: readonly UpsertItem[],
): readonly ItemRule[] {
  const imported = items.filter(({ meta }) => meta)
  const rules: ItemRule[] = [{ verb: 'write', condition: granted('write', template), items }]
  if (imported.length > 0) rules.push({ verb: 'import', condition: granted('import', template), items: imported })
  return rules
}

/** Those that depend on the objects. */
export function listConditions(template: Template, rights: Rights, items: readonly UpsertItem[]): readonly ItemRule[] {
  return listItemRules(template, rights, items).filter(({ condition }) => condition?.kind !== 'always')
}

/** The refusal of an item, at its place in the request. It is the same sentence whatever is stored. */
export function refuseItem(
  { template, request, planned }: Pick<Upsert, 'template' | 'request' | 'planned'>,
  verb: ItemRule['verb'],
  index: number,
): GraphQLError {
  const path = planned[index]?.path ?? []
  return placeRefusal(request.rights.refuse(verb, template), verb === 'import' ? [...path, '_meta'] : path)
}

/** The items among these keys whose stored objects do not match their rules, each with its refusal. */
export async function refuseUnmatched(
  run: Run,
  upsert: Pick<Upsert, 'template' | 'request' | 'planned'>,
  rules: readonly ItemRule[],
  keys: ReadonlySet<string>,
): Promise<ReadonlyMap<number, GraphQLError>> {
  const { template, request } = upsert
  const failures = new Map<number, GraphQLError>()
  for (const { verb, condition, items } of rules) {
    const stored = items.filter(({ key }) => keys.has(key))
    const fit = await findMatching(run, template, request, condition, [...new Set(stored.map(({ key }) => key))])
    for (const { key, index } of stored)
      if (!fit.has(key) && !failures.has(index)) failures.set(index, refuseItem(upsert, verb, index))
  }
  return failures
}

/** Those of the keys whose objects match, as they are now. Asks nothing if that is clear. */
export async function findMatching(
  run: Run,
  template: Template,
  request: PlanRequest,
  condition: Condition | undefined,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  if (!condition || keys.length === 0) return new Set()
  if (condition.kind === 'always') return new Set(keys)
  const rows = await run(bindStatement(compileMatching(template, condition, keys), bindingOf(request)))
  return new Set(rows.map(({ key }) => String(key)))
}

/** Those of the keys under which there is an object that the caller may read, as it is now. Asks nothing if that is clear. */
export function findSeen(
  run: Run,
  request: PlanRequest,
  template: Template,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  return findMatching(run, template, request, request.rights.granted('read', template), keys)
}

/** The others of the keys. */
export async function findUnseen(
  run: Run,
  request: PlanRequest,
  template: Template,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const seen = await findSeen(run, request, template, keys)
  return new Set(keys.filter((key) => !seen.has(key)))
}
