import type { TemplateModel } from '../template/model.ts'
import { version } from '../version.ts'
import { defineTokens } from './administration/define-tokens.ts'
import { defineTrail } from './administration/define-trail.ts'
import { defineViewer } from './administration/define-viewer.ts'
import { defineWebhooks } from './administration/define-webhooks.ts'
import { defineSharedHaving } from './define-having.ts'
import { defineMatrixTypes, defineVerdictTypes } from './define-matrix.ts'
import { defineMutations } from './define-mutations.ts'
import { defineNode } from './define-node.ts'
import { defineQueries } from './define-queries.ts'
import { defineSearchTypes } from './define-search.ts'
import { defineSharedTypes } from './define-shared-types.ts'
import { defineTemplateChanges } from './define-template-changes.ts'
import { defineTemplateList } from './define-template-list.ts'
import { defineTemplateTypes } from './define-template-types.ts'
import { createDynamicBuilder } from './dynamic-builder.ts'
import { defineFeedTypes } from './feed/define-feed.ts'
import type { LazySchema } from './lazy/lazy-schema.ts'
import { defineAwaitedType } from './live/awaiting-queries.ts'
import { defineSubscriptions } from './live/changed-fields.ts'
import { defineHistoryTypes, definePastTypes } from './past/define-history.ts'
import { defineHistoryTransfer } from './past/define-history-transfer.ts'
import { defineRetention } from './retention/define-retention.ts'

/** What of the rules of access shows in the schema. */
export interface SchemaOptions {
  /** The names of the templates of which some caller may read only some objects: references to those can be null. */
  readonly conditionalReads?: ReadonlySet<string>
}

/** The GraphQL schema of a registry with these templates; its resolvers need a `RequestContext`. */
export function buildSchema(model: TemplateModel, { conditionalReads = new Set() }: SchemaOptions = {}): LazySchema {
  const builder = createDynamicBuilder()
  defineSharedTypes(builder, model)
  defineNode(builder, model)
  defineTemplateList(builder, model)
  defineTemplateChanges(builder, model)
  defineTokens(builder, model)
  defineTrail(builder, model)
  defineViewer(builder, model)
  defineWebhooks(builder, model)
  defineSharedHaving(builder, model)
  defineSearchTypes(builder, model)
  defineRetention(builder, model)
  defineHistoryTransfer(builder, model)
  for (const template of model.templates) defineTemplateTypes(builder, template, model, conditionalReads)
  definePastTypes(builder, model)
  defineFeedTypes(builder, model)
  for (const template of model.templates) defineHistoryTypes(builder, template, model)
  defineVerdictTypes(builder, model)
  for (const template of model.templates) defineMatrixTypes(builder, template, model)
  defineAwaitedType(builder, model)
  defineQueries(builder, model)
  defineMutations(builder, model, conditionalReads)
  defineSubscriptions(builder, model)
  return builder.build(`registry-store ${version}: typed objects, made from the object templates of this registry.`)
}
