import { planConnectionRead, planObjectRead, planUuidRead } from '../plan/plan-read.ts'
import { readObjects } from '../store/read-objects.ts'
import { rootFieldNamesOf, typeNamesOf } from '../template/graphql-names.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import { matrixQueries } from './define-matrix.ts'
import { templatesField } from './define-template-list.ts'
import { keyArgumentsOf, listArgumentsOf } from './define-template-types.ts'
import type { DynamicBuilder, OutputField } from './dynamic-builder.ts'
import { readField } from './read-field.ts'

/** The root fields of Query: each is planned, and run as one statement. */
export function defineQueries(builder: DynamicBuilder, model: TemplateModel): void {
  builder.query(() => ({
    ...Object.fromEntries(model.templates.flatMap((template) => Object.entries(templateQueries(template, model)))),
    ...Object.fromEntries(model.templates.flatMap((template) => Object.entries(matrixQueries(template, model)))),
    templates: templatesField(model),
    object: {
      type: 'RegistryObject',
      nullable: true,
      description: 'The object with this uuid, of whatever template.',
      args: { uuid: { type: 'UUID', required: true } },
      resolve: (_parent, args, { reads, request }, info) => readObjects(reads.run, planUuidRead(args, info, request)),
    },
  }))
}

function templateQueries(template: Template, model: TemplateModel): Record<string, OutputField> {
  const { one, many } = rootFieldNamesOf(template).query
  return {
    [one]: readField({
      type: template.typeName,
      nullable: true,
      description: template.description,
      args: keyArgumentsOf(template, model),
      planRead: (args, field, request) => planObjectRead(template, args, field, request),
    }),
    [many]: readField({
      type: typeNamesOf(template).connection,
      description: template.description,
      args: listArgumentsOf(template, model),
      planRead: (args, field, request) => planConnectionRead(template, args, field, request),
    }),
  }
}
