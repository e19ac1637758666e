import type { GraphQLSchema } from 'graphql'
import { defaultLimits, type Limits } from '../limits.ts'
import type { LimitedModel } from '../plan/limited-model.ts'
import type { TemplateModel } from '../template/model.ts'
import { defineMatrixState, defineMatrixTypes } from './define-matrix.ts'
import { defineMutations } from './define-mutations.ts'
import { defineQueries } from './define-queries.ts'
import { defineSharedGroupTypes } from './define-shared-group-types.ts'
import { defineSharedTypes } from './define-shared-types.ts'
import { defineTemplateList } from './define-template-list.ts'
import { defineTemplateTypes } from './define-template-types.ts'
import { createDynamicBuilder } from './dynamic-builder.ts'

/** The GraphQL schema of a registry with these templates, which asks for no more than the limits; its resolvers take a `RequestContext`. */
export function buildSchema(templates: TemplateModel, limits: Limits = defaultLimits): GraphQLSchema {
  const model: LimitedModel = { ...templates, limits }
  const builder = createDynamicBuilder()
  defineSharedTypes(builder)
  defineSharedGroupTypes(builder)
  defineMatrixState(builder)
  defineTemplateList(builder, model)
  for (const template of model.templates) defineTemplateTypes(builder, template, model)
  for (const template of model.templates) defineMatrixTypes(builder, template, model)
  defineQueries(builder, model)
  defineMutations(builder, model)
  return builder.build()
}
