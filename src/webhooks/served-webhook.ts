import { compileWhere, type RuleContext } from '../access/compile-where.ts'
import { mapLimits } from '../limits.ts'
import { createPlanRequest, type PlanRequest } from '../plan/plan-request.ts'
import { allRights } from '../plan/rights.ts'
import type { Run } from '../store/database.ts'
import type { FeedChange } from '../store/feed/feed.ts'
import { differencesOf, type SeenChange, seeChanges } from '../store/feed/see-changes.ts'
import { originOf } from '../template/changes/continue-model.ts'
import type { Webhook } from './webhook.ts'

/** A webhook with the templates that are served now. */
export interface ServedWebhook {
  /** What the storages of its template begin with. */
  readonly origin: string
  /** All that its template has, or has had. */
  readonly storages: readonly string[]
  /** All that there is to say of changes of its template; those that were purged are left out. */
  readonly see: (run: Run, changes: readonly FeedChange[]) => Promise<readonly SeenChange[]>
  /** Those of them that it is to be told of, in their order. */
  readonly select: (run: Run, seen: readonly SeenChange[]) => Promise<readonly SeenChange[]>
}

/** Undefined if its template, or a field of its condition, is gone. */
export function serveWebhook(webhook: Webhook, context: RuleContext): ServedWebhook | undefined {
  const template = context.model.byName.get(webhook.template)
  if (!template) return undefined
  const condition = webhook.where && conditionOf(webhook.where, webhook, context)
  if (webhook.where && !condition) return undefined
  const limits = { ...mapLimits(() => Number.POSITIVE_INFINITY), answerBytes: context.limits.answerBytes }
  const author = { actor: undefined, run: undefined }
  const open = (rights = allRights): PlanRequest => createPlanRequest({ model: context.model, limits, author, rights })
  const fields = webhook.fields && new Set(webhook.fields)
  const isAsked = (seen: SeenChange): boolean => {
    if (!webhook.on.includes(seen.outcome)) return false
    // What changed is not known if the version before is not kept: then it is told rather than not.
    return !fields || (differencesOf(seen)?.some(({ field }) => fields.has(field)) ?? true)
  }
  const origin = originOf(template.stored)
  const spent = context.model.spent.filter((stored) => originOf(stored) === origin)
  return {
    origin,
    storages: [template.stored, ...(template.former ? [template.former.stored] : []), ...spent],
    see: (run, changes) => seeChanges(run, open(), changes, true),
    async select(run, all) {
      const asked = all.filter(isAsked)
      if (!condition || asked.length === 0) return asked
      const rights = { ...allRights, granted: () => condition }
      const judged = await seeChanges(
        run,
        open(rights),
        asked.map(({ change }) => change),
        false,
      )
      // An update out of the condition is a deletion for whoever sees by it alone.
      const matching = new Set(
        judged.filter(({ change, outcome }) => outcome !== 'DELETED' || change.outcome === 'DELETED').map(sequenceOf),
      )
      return asked.filter((seen) => matching.has(sequenceOf(seen)))
    },
  }
}

function sequenceOf({ change }: SeenChange): string {
  return change.sequence
}

function conditionOf(where: Readonly<Record<string, unknown>>, { template: name }: Webhook, context: RuleContext) {
  const template = context.model.byName.get(name)
  try {
    return template && compileWhere(where, template, context)({ actor: undefined, claims: {} })?.condition
  } catch {
    return undefined
  }
}
