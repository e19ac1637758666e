import { planConnectionRead, planObjectRead, planUuidRead } from '../plan/plan-read.ts'
import { rootFieldNamesOf, typeNamesOf } from '../template/graphql-names.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import { tokensField } from './administration/define-tokens.ts'
import { trailField } from './administration/define-trail.ts'
import { viewerField } from './administration/define-viewer.ts'
import { matrixQueries } from './define-matrix.ts'
import { nodeField } from './define-node.ts'
import { searchField } from './define-search.ts'
import { templatePlanField } from './define-template-changes.ts'
import { templatesField } from './define-template-list.ts'
import { keyArgumentsOf, listArgumentsOf } from './define-template-types.ts'
import type { DynamicBuilder, OutputField } from './dynamic-builder.ts'

/** The root fields of Query: each but `templates` is planned, and run as one statement. */
export function defineQueries(builder: DynamicBuilder, model: TemplateModel): void {
  builder.query(() => ({
    ...Object.fromEntries(model.templates.flatMap((template) => Object.entries(templateQueries(template, model)))),
    ...Object.fromEntries(model.templates.flatMap((template) => Object.entries(matrixQueries(template, model)))),
    templates: templatesField(model),
    ...templatePlanField(model),
    ...viewerField(model),
    ...tokensField(model),
    ...trailField(model),
    object: {
      type: 'RegistryObject',
      nullable: true,
      description: 'The object with this uuid, of any template.',
      args: { uuid: { type: 'UUID', required: true } },
      action: { kind: 'read', plan: planUuidRead },
    },
    ...nodeField(model),
    ...searchField(model),
  }))
}

function templateQueries(template: Template, model: TemplateModel): Record<string, OutputField> {
  const { one, many } = rootFieldNamesOf(template).query
  return {
    [one]: {
      type: template.typeName,
      nullable: true,
      description: template.description,
      args: keyArgumentsOf(template, model),
      action: { kind: 'read', plan: (args, field, request) => planObjectRead(template, args, field, request) },
    },
    [many]: {
      type: typeNamesOf(template).connection,
      description: template.description,
      args: listArgumentsOf(template, model, 'root'),
      action: { kind: 'read', plan: (args, field, request) => planConnectionRead(template, args, field, request) },
    },
  }
}
