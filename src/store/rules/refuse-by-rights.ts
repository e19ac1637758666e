import type { GraphQLError } from 'graphql'
import type { ErrorCode } from '../../errors.ts'
import { keyRuleOf } from '../../plan/extent/key-rule.ts'
import type { UpsertItem } from '../../plan/plan.ts'
import { bindingOf } from '../../plan/plan-request.ts'
import { bindStatement } from '../../sql/bind-statement.ts'
import { compileUnmatchedKeys } from '../../sql/writes/compile-rules.ts'
import { templateOf } from '../../template/template-of.ts'
import type { Database } from '../database.ts'
import type { Upsert } from '../upsert-objects.ts'
import { type ItemRule, listItemRules, refuseItem } from './item-rules.ts'
import { placeRefusal } from './place-refusal.ts'

/**
 * The inputs that the caller's rights refuse whatever is stored: those of a template that it may not write, those with keys outside of
 * its rule, and those that name a template which it may not read. They are found before any object is looked at, so that a refusal
 * tells nothing of objects.
 */
export async function refuseByRights(
  database: Pick<Database, 'run'>,
  upsert: Upsert,
): Promise<Map<number, GraphQLError>> {
  const { template, request, planned } = upsert
  const { rights, model } = request
  if (!rights.granted('write', template)) {
    const refusal = rights.refuse('write', template)
    // Credentials are missing for the whole request.
    if (refusal.extensions.code === ('UNAUTHENTICATED' satisfies ErrorCode)) throw refusal
    return new Map(planned.map((_, i) => [i, refuseItem(upsert, 'write', i)]))
  }
  const failures = new Map<number, GraphQLError>()
  if (planned.every(({ item }) => item && isFree(item, upsert))) return failures
  const items = planned.flatMap(({ item }) => item ?? [])
  for (const rule of listItemRules(template, rights, items)) {
    for (const index of await findRefused(database, upsert, rule))
      if (!failures.has(index)) failures.set(index, refuseItem(upsert, rule.verb, index))
  }
  for (const { index, targets } of items) {
    const unread = targets.find(({ to, ifCreated }) => !ifCreated && !rights.granted('read', templateOf(model, to)))
    if (unread && !failures.has(index)) {
      const refusal = rights.refuse('read', templateOf(model, unread.to))
      failures.set(index, placeRefusal(refusal, unread.path ?? [...(planned[index]?.path ?? []), ...unread.place]))
    }
  }
  return failures
}

/** Whether rights can refuse nothing of an item: the caller may write all objects, and it names no others and tells no metadata. */
function isFree({ targets, meta }: UpsertItem, { template, request: { rights } }: Upsert): boolean {
  return targets.length === 0 && !meta && rights.granted('write', template)?.kind === 'always'
}

/** The indexes of the items that the rule refuses by their keys alone. */
async function findRefused(
  database: Pick<Database, 'run'>,
  { template, request }: Upsert,
  { condition, items }: ItemRule,
): Promise<readonly number[]> {
  if (!condition) return items.map(({ index }) => index)
  const rule = keyRuleOf(condition)
  if (rule.kind === 'always' || items.length === 0) return []
  const rows = await database.run(bindStatement(compileUnmatchedKeys(template, rule, items), bindingOf(request)))
  return rows.flatMap(({ place }) => items[Number(place)]?.index ?? [])
}
