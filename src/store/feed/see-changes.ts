import { planSeenSource } from '../../plan/feed/seen-source.ts'
import { bindingOf, type PlanRequest } from '../../plan/plan-request.ts'
import { bindStatement } from '../../sql/bind-statement.ts'
import { compileSeenChanges } from '../../sql/feed/compile-seen-changes.ts'
import { originOf } from '../../template/changes/continue-model.ts'
import { type FieldChange, listChanges } from '../../template/documents/list-changes.ts'
import { nameKey } from '../../template/documents/name-key.ts'
import type { JsonObject } from '../../template/json.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import type { Row, Run } from '../database.ts'
import type { FeedChange } from './feed.ts'

/** A change as a caller sees it. */
export interface SeenChange {
  readonly change: FeedChange
  readonly template: Template
  /** CREATED and DELETED also if the object came into the caller's sight, or went out of it. */
  readonly outcome: FeedChange['outcome']
  /** Its key fields by their own names. */
  readonly key: JsonObject
  /**
   * As `_document`, of this version; for DELETED, of the last version that the caller could read. Undefined if it is not kept, also as long
   * as it happens to be there: with `history: false`, the feed has no documents.
   */
  readonly document: JsonObject | undefined
  /** Of the version before an update, if it was asked for and is kept. */
  readonly former: JsonObject | undefined
}

/**
 * What a caller sees of changes, in their order; those of templates that are gone, or that the caller may not read, are passed over. One
 * statement for each template among them. `run` must run on the primary.
 *
 * @param withFormer whether `former` is wanted
 */
export async function seeChanges(
  run: Run,
  request: PlanRequest,
  changes: readonly FeedChange[],
  withFormer: boolean,
): Promise<readonly SeenChange[]> {
  const templateOf = templatesByOrigin(request.model)
  const groups = new Map<Template, FeedChange[]>()
  for (const change of changes) {
    const template = templateOf.get(originOf(change.template))
    if (template) groups.set(template, [...(groups.get(template) ?? []), change])
  }
  const seen = new Map<string, SeenChange>()
  for (const [template, own] of groups) {
    if (!request.rights.granted('read', template)) continue
    const sequences = own.map(({ sequence }) => sequence)
    const statement = compileSeenChanges(planSeenSource(template, request), sequences, withFormer)
    const rows = await run(bindStatement(statement, bindingOf(request)))
    const bySequence = new Map(rows.map((row) => [String(row.sequence), row]))
    for (const change of own) {
      const row = bySequence.get(change.sequence)
      // Otherwise it has just been purged.
      const one = row && see(change, row, template, request.model)
      if (one) seen.set(change.sequence, one)
    }
  }
  return changes.flatMap(({ sequence }) => seen.get(sequence) ?? [])
}

/** The fields in which the versions differ; undefined if one of them is not kept. */
export function differencesOf({ outcome, document, former, template }: SeenChange): readonly FieldChange[] | undefined {
  const order = template.fields.map(({ name }) => name)
  const [before, after] =
    outcome === 'CREATED' ? [{}, document] : outcome === 'DELETED' ? [document, {}] : [former, document]
  return before && after && listChanges(before, after, order)
}

function templatesByOrigin({ templates }: TemplateModel): ReadonlyMap<string, Template> {
  return new Map(templates.map((template) => [originOf(template.stored), template]))
}

function see(change: FeedChange, row: Row, template: Template, model: TemplateModel): SeenChange | undefined {
  const own = (row.document as JsonObject | null) ?? undefined
  const former = (row.former as JsonObject | null) ?? undefined
  const sight = judge(change.outcome, row.sees === true, row.saw === true, own !== undefined)
  if (!sight) return undefined
  const document = sight.shows === 'former' ? former : own
  const isShown = template.keptPast.kind !== 'none'
  return {
    change,
    template,
    outcome: sight.outcome,
    key: keyOf(change, template, document, model),
    document: isShown ? document : undefined,
    former: isShown && sight.outcome === 'UPDATED' ? former : undefined,
  }
}

/** What a change is for a caller who sees the version that it made, or saw that before it. */
function judge(
  outcome: FeedChange['outcome'],
  sees: boolean,
  saw: boolean,
  isKept: boolean,
): { readonly outcome: FeedChange['outcome']; readonly shows: 'own' | 'former' } | undefined {
  if (outcome !== 'UPDATED') return sees ? { outcome, shows: 'own' } : undefined
  if (sees) return { outcome: saw ? 'UPDATED' : 'CREATED', shows: 'own' }
  // Whether a version that is not kept could be read is not known; a later change tells what became of the object.
  return saw && isKept ? { outcome: 'DELETED', shows: 'former' } : undefined
}

function keyOf(
  { key, template: stored }: FeedChange,
  template: Template,
  document: JsonObject | undefined,
  model: TemplateModel,
): JsonObject {
  if (document) return Object.fromEntries(template.key.map(({ name }) => [name, document[name] ?? null]))
  // Under a former key, it had other fields.
  return stored === template.stored ? nameKey(template, key, model) : {}
}
