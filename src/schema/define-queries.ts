import type { LimitedModel } from '../plan/limited-model.ts'
import { planConnectionRead, planObjectRead, planUuidRead } from '../plan/plan-read.ts'
import { readObjects } from '../store/read-objects.ts'
import { rootFieldNamesOf, typeNamesOf } from '../template/graphql-names.ts'
import type { Template } from '../template/model.ts'
import { matrixQueries } from './define-matrix.ts'
import { keyArgumentsOf, listArgumentsOf } from './define-template-types.ts'
import type { DynamicBuilder, OutputField } from './dynamic-builder.ts'
import { readField } from './read-field.ts'

/** The root fields of Query: each is planned, and run as one statement. */
export function defineQueries(builder: DynamicBuilder, model: LimitedModel): void {
  builder.query(() => ({
    ...Object.fromEntries(model.templates.flatMap((template) => Object.entries(templateQueries(template, model)))),
    ...Object.fromEntries(model.templates.flatMap((template) => Object.entries(matrixQueries(template, model)))),
    templates: {
      type: ['Template'],
      description: 'The kinds of objects that this registry keeps.',
      resolve: () => model.templates,
    },
    object: {
      type: 'RegistryObject',
      nullable: true,
      description: 'The object with this uuid, of whatever template.',
      args: { uuid: { type: 'UUID', required: true } },
      resolve: (_parent, args, { reads }, info) => readObjects(reads.run, planUuidRead(String(args.uuid), info, model)),
    },
  }))
}

function templateQueries(template: Template, model: LimitedModel): Record<string, OutputField> {
  const { one, many } = rootFieldNamesOf(template).query
  return {
    [one]: readField({
      type: template.typeName,
      nullable: true,
      description: template.description,
      args: keyArgumentsOf(template, model),
      planRead: (args, request) => planObjectRead(template, args, request, model),
    }),
    [many]: readField({
      type: typeNamesOf(template).connection,
      description: template.description,
      args: listArgumentsOf(template, model),
      planRead: (args, request) => planConnectionRead(template, args, request, model),
    }),
  }
}
