import { rootFieldNamesOf, typeNamesOf } from '../template/graphql-names.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import { changesFieldOf, ifVersionArgumentOf, ownArgumentOf } from '../template/names/argument-names.ts'
import { fieldChangeType } from '../template/names/past-type-names.ts'
import { tokenMutations } from './administration/define-tokens.ts'
import { webhookMutations } from './administration/define-webhooks.ts'
import { purgeTemplateField } from './define-template-changes.ts'
import { keyArgumentsOf } from './define-template-types.ts'
import type { DynamicBuilder } from './dynamic-builder.ts'
import type { OutputField } from './lazy/type-definitions.ts'
import { importHistoryField } from './past/define-history-transfer.ts'
import { restoreField } from './past/restore-field.ts'
import { purgeField } from './retention/purge-field.ts'
import { deleteMany, deleteOne, upsertMany, upsertOne } from './write-fields.ts'
import { changeArgumentOf, defineChanges } from './writes/define-change.ts'
import { dryRun } from './writes/dry-run-argument.ts'
import { idempotencyKey } from './writes/keep-answers.ts'

/** The root fields of Mutation and their payloads. */
export function defineMutations(
  builder: DynamicBuilder,
  model: TemplateModel,
  conditionalReads: ReadonlySet<string>,
): void {
  defineChanges(builder, model)
  for (const template of model.templates) definePayloads(builder, template, model, conditionalReads.has(template.name))
  builder.mutation(() => ({
    ...Object.fromEntries(model.templates.flatMap((template) => Object.entries(templateMutations(template, model)))),
    ...Object.fromEntries(model.templates.flatMap((template) => Object.entries(restoreField(template, model)))),
    purgeTemplate: purgeTemplateField,
    ...importHistoryField(model),
    ...tokenMutations(model),
    ...webhookMutations(),
  }))
}

function templateMutations(template: Template, model: TemplateModel): Record<string, OutputField> {
  const names = typeNamesOf(template)
  const fields = rootFieldNamesOf(template).mutation
  return {
    [fields.upsertOne]: {
      type: names.upsertPayload,
      description: `Creates the ${template.name} with this key, or updates the given fields of the existing one; null clears a field.`,
      args: {
        input: { type: names.input, required: true },
        ifVersion: {
          type: 'Int',
          description: 'Write only if the object is at this version; 0: only if it does not exist yet.',
        },
        ...changeArgumentOf(template, model),
        dryRun,
        idempotencyKey,
      },
      action: upsertOne(template),
    },
    [fields.upsertMany]: {
      type: names.upsertManyPayload,
      description: `Upserts many ${template.pluralName} at once.`,
      args: {
        input: { type: [names.input], required: true },
        mode: { type: 'UpsertMode', default: 'ATOMIC' },
        dryRun,
        idempotencyKey,
      },
      action: upsertMany(template),
    },
    [fields.deleteOne]: {
      type: names.object,
      nullable: true,
      description: `Deletes the ${template.name} with this key and returns it as it was, or null.`,
      args: {
        ...keyArgumentsOf(template, model),
        [ifVersionArgumentOf(template)]: { type: 'Int', description: 'Delete only if the object is at this version.' },
        [ownArgumentOf(template, 'dryRun')]: dryRun,
        [ownArgumentOf(template, 'idempotencyKey')]: idempotencyKey,
      },
      action: deleteOne(template),
    },
    [fields.deleteMany]: {
      type: 'Int',
      description: `Deletes the matching ${template.pluralName} and returns how many.`,
      args: {
        where: { type: names.where, required: true },
        all: {
          type: 'Boolean',
          default: false,
          description: 'Must be true if the filter cannot exclude anything, as an empty one, or startsWith: "".',
        },
        dryRun,
        idempotencyKey,
      },
      action: deleteMany(template),
    },
    ...purgeField(template, model),
  }
}

/** `isHidable`: some callers may not see what they have written. */
function definePayloads(builder: DynamicBuilder, template: Template, model: TemplateModel, isHidable: boolean): void {
  const names = typeNamesOf(template)
  const changes: Record<string, OutputField> = {
    [changesFieldOf(template)]: {
      type: [fieldChangeType(model)],
      description: 'What this write has changed, in the order of the fields; empty if nothing differs.',
    },
  }
  const object = { type: names.object }
  builder.object(names.upsertPayload, { description: `The ${template.name} as it is after the upsert.` }, () => ({
    [template.fieldName]: { ...object, nullable: isHidable },
    outcome: { type: 'UpsertOutcome' },
    ...changes,
  }))
  builder.object(names.upsertManyPayload, { description: 'How many inputs had which outcome.' }, () => ({
    created: { type: 'Int' },
    updated: { type: 'Int' },
    unchanged: { type: 'Int' },
    failed: { type: 'Int' },
    results: { type: [names.upsertResult], description: 'One per input, in the same order.' },
  }))
  builder.object(names.upsertResult, { description: 'What became of one input.' }, () => ({
    index: { type: 'Int' },
    outcome: { type: 'UpsertOutcome', nullable: true },
    [template.fieldName]: { ...object, nullable: true },
    ...changes,
    error: { type: 'BatchError', nullable: true },
  }))
}
