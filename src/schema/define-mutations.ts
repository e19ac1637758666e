import { ifVersionArgumentOf, rootFieldNamesOf, typeNamesOf } from '../template/graphql-names.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import { stored } from './define-shared-types.ts'
import { purgeTemplateField } from './define-template-changes.ts'
import { keyArgumentsOf } from './define-template-types.ts'
import type { DynamicBuilder, InputField, OutputField } from './dynamic-builder.ts'
import { rootField } from './root-field.ts'
import { deleteMany, deleteOne, upsertMany, upsertOne } from './write-fields.ts'

/** The root fields of Mutation and their payloads. */
export function defineMutations(builder: DynamicBuilder, model: TemplateModel): void {
  for (const template of model.templates) definePayloads(builder, template)
  builder.mutation(() => ({
    ...Object.fromEntries(model.templates.flatMap((template) => Object.entries(templateMutations(template, model)))),
    purgeTemplate: purgeTemplateField,
  }))
}

function templateMutations(template: Template, model: TemplateModel): Record<string, OutputField> {
  const names = typeNamesOf(template)
  const fields = rootFieldNamesOf(template).mutation
  return {
    [fields.upsertOne]: rootField(
      {
        type: names.upsertPayload,
        description: `Creates the ${template.name} with this key, or updates the given fields of the existing one; null clears a field.`,
        args: {
          input: { type: names.input, required: true },
          ifVersion: {
            type: 'Int',
            description: 'Write only if the object is at this version; 0: only if it does not exist yet.',
          },
          dryRun,
        },
      },
      upsertOne(template),
    ),
    [fields.upsertMany]: rootField(
      {
        type: names.upsertManyPayload,
        description: `Upserts many ${template.pluralName} at once.`,
        args: {
          input: { type: [names.input], required: true },
          mode: { type: 'UpsertMode', default: 'ATOMIC' },
          dryRun,
        },
      },
      upsertMany(template),
    ),
    [fields.deleteOne]: rootField(
      {
        type: names.object,
        nullable: true,
        description: `Deletes the ${template.name} with this key and returns it as it was, or null.`,
        args: {
          ...keyArgumentsOf(template, model),
          [ifVersionArgumentOf(template)]: {
            type: 'Int',
            description: 'Delete only if the object is at this version.',
          },
        },
      },
      deleteOne(template),
    ),
    [fields.deleteMany]: rootField(
      {
        type: 'Int',
        description: `Deletes the matching ${template.pluralName} and returns how many.`,
        args: {
          where: { type: names.where, required: true },
          all: { type: 'Boolean', default: false, description: 'Must be true if the filter is empty.' },
        },
      },
      deleteMany(template),
    ),
  }
}

const dryRun: InputField = {
  type: 'Boolean',
  default: false,
  description: 'Does everything as usual and then rolls it back: the answer shows what a real write would have done.',
}

function definePayloads(builder: DynamicBuilder, template: Template): void {
  const names = typeNamesOf(template)
  const object = stored({ type: names.object })
  builder.object(names.upsertPayload, {}, () => ({
    [template.fieldName]: object,
    outcome: stored({ type: 'UpsertOutcome' }),
  }))
  builder.object(names.upsertManyPayload, {}, () => ({
    created: stored({ type: 'Int' }),
    updated: stored({ type: 'Int' }),
    unchanged: stored({ type: 'Int' }),
    failed: stored({ type: 'Int' }),
    results: stored({ type: [names.upsertResult], description: 'One per input, in the same order.' }),
  }))
  builder.object(names.upsertResult, {}, () => ({
    index: stored({ type: 'Int' }),
    outcome: stored({ type: 'UpsertOutcome', nullable: true }),
    [template.fieldName]: { ...object, nullable: true },
    error: stored({ type: 'BatchError', nullable: true }),
  }))
}
