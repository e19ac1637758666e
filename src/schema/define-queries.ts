import { planAsOf } from '../plan/past/as-of.ts'
import { planConnectionRead, planObjectRead, planUuidRead } from '../plan/plan-read.ts'
import { rootFieldNamesOf, typeNamesOf } from '../template/graphql-names.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import { atArgumentOf } from '../template/names/argument-names.ts'
import { tokensField } from './administration/define-tokens.ts'
import { trailField } from './administration/define-trail.ts'
import { viewerField } from './administration/define-viewer.ts'
import { webhooksField } from './administration/define-webhooks.ts'
import { matrixQueries } from './define-matrix.ts'
import { nodeField } from './define-node.ts'
import { searchField } from './define-search.ts'
import { templatePlanField } from './define-template-changes.ts'
import { templatesField } from './define-template-list.ts'
import { keyArgumentsOf, listArgumentsOf } from './define-template-types.ts'
import type { DynamicBuilder } from './dynamic-builder.ts'
import { feedFields } from './feed/define-feed.ts'
import type { OutputField } from './lazy/type-definitions.ts'
import { awaitingQueries } from './live/awaiting-queries.ts'
import { atArgument } from './past/at-argument.ts'
import { exportHistoryField } from './past/define-history-transfer.ts'
import { pastQueries } from './past/past-queries.ts'
import { retentionField } from './retention/define-retention.ts'

/** The root fields of Query: each but `templates` is planned, and run as one statement. */
export function defineQueries(builder: DynamicBuilder, model: TemplateModel): void {
  builder.query(() => ({
    ...Object.fromEntries(model.templates.flatMap((template) => Object.entries(templateQueries(template, model)))),
    ...Object.fromEntries(model.templates.flatMap((template) => Object.entries(matrixQueries(template, model)))),
    ...Object.fromEntries(model.templates.flatMap((template) => Object.entries(pastQueries(template, model)))),
    ...Object.fromEntries(model.templates.flatMap((template) => Object.entries(awaitingQueries(template, model)))),
    templates: templatesField(model),
    ...templatePlanField(model),
    ...viewerField(model),
    ...tokensField(model),
    ...trailField(model),
    ...webhooksField(model),
    object: {
      type: 'RegistryObject',
      nullable: true,
      description: 'The object with this uuid, of any template.',
      args: { uuid: { type: 'UUID', required: true }, at: atArgument },
      action: { kind: 'read', plan: planAsOf('at', planUuidRead) },
    },
    ...nodeField(model),
    ...searchField(model),
    ...feedFields(model),
    ...retentionField(model),
    ...exportHistoryField(model),
  }))
}

function templateQueries(template: Template, model: TemplateModel): Record<string, OutputField> {
  const { one, many } = rootFieldNamesOf(template).query
  const at = atArgumentOf(template.fields)
  return {
    [one]: {
      type: template.typeName,
      nullable: true,
      description: template.description,
      args: { ...keyArgumentsOf(template, model), [at]: atArgument },
      action: {
        kind: 'read',
        plan: planAsOf(at, (args, field, request) => planObjectRead(template, args, field, request)),
      },
    },
    [many]: {
      type: typeNamesOf(template).connection,
      description: template.description,
      args: { ...listArgumentsOf(template, model, 'root'), [at]: atArgument },
      action: {
        kind: 'read',
        plan: planAsOf(at, (args, field, request) => planConnectionRead(template, args, field, request), [
          'after',
          'before',
        ]),
      },
    },
  }
}
