import type { GraphQLSchema } from 'graphql'
import type { TemplateModel } from '../template/model.ts'
import { version } from '../version.ts'
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

/**
 * The GraphQL schema of a registry with these templates; its resolvers need a `RequestContext`. `conditionalReads` are the names of the
 * templates of which some role may read only a part: what leads to one of their objects can be null.
 */
export function buildSchema(
  model: TemplateModel,
  { conditionalReads = new Set() }: { readonly conditionalReads?: ReadonlySet<string> } = {},
): GraphQLSchema {
  const builder = createDynamicBuilder()
  defineSharedTypes(builder, model)
  defineNode(builder, model)
  defineTemplateList(builder, model)
  defineTemplateChanges(builder, model)
  defineSharedHaving(builder, model)
  defineSearchTypes(builder, model)
  for (const template of model.templates) defineTemplateTypes(builder, template, model, conditionalReads)
  defineVerdictTypes(builder, model)
  for (const template of model.templates) defineMatrixTypes(builder, template, model)
  defineQueries(builder, model)
  defineMutations(builder, model, conditionalReads)
  return builder.build(`registry-store ${version}: typed objects, made from the object templates of this registry.`)
}
