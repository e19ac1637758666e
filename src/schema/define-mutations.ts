import type { GraphQLError } from 'graphql'
import { createInputError, type InputIssue } from '../errors.ts'
import { settle } from '../plan/open-value.ts'
import { planKey } from '../plan/plan-key.ts'
import { planUpserts } from '../plan/plan-upsert.ts'
import { planViews, viewNameOf } from '../plan/plan-views.ts'
import { planWhere } from '../plan/plan-where.ts'
import type { WrittenObject } from '../sql/writes/compile-upsert.ts'
import { deleteObject, deleteObjects } from '../store/delete-objects.ts'
import { type UpsertOutcome, upsertAll, upsertEach } from '../store/upsert-objects.ts'
import { ifVersionArgumentOf, rootFieldNamesOf, typeNamesOf } from '../template/graphql-names.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import type { BatchError } from './define-shared-types.ts'
import { keyArgumentsOf } from './define-template-types.ts'
import type { Args, DynamicBuilder, InputField, OutputField, Resolve } from './dynamic-builder.ts'

type Input = Readonly<Record<string, unknown>>

/** The root fields of Mutation and their payloads. */
export function defineMutations(builder: DynamicBuilder, model: TemplateModel): void {
  for (const template of model.templates) definePayloads(builder, template)
  builder.mutation(() =>
    Object.fromEntries(model.templates.flatMap((template) => Object.entries(templateMutations(template, model)))),
  )
}

function templateMutations(template: Template, model: TemplateModel): Record<string, OutputField> {
  const names = typeNamesOf(template)
  const { upsertOne, upsertMany, deleteOne, deleteMany } = rootFieldNamesOf(template).mutation
  return {
    [upsertOne]: {
      type: names.upsertPayload,
      description: `Creates the ${template.name} with this key, or gives the existing one the fields that are given; null clears a field.`,
      args: {
        input: { type: names.input, required: true },
        ifVersion: { type: 'Int', description: 'Only if the object is at this version; 0: only if there is none yet.' },
        dryRun,
      },
      resolve: upsertOneResolver(template),
    },
    [upsertMany]: {
      type: names.upsertManyPayload,
      description: `Upserts many ${template.pluralName} at once.`,
      args: {
        input: { type: [names.input], required: true },
        mode: { type: 'UpsertMode', default: 'ATOMIC' },
        dryRun,
      },
      resolve: upsertManyResolver(template),
    },
    [deleteOne]: {
      type: names.object,
      nullable: true,
      description: `Deletes the ${template.name} with this key and gives it as it was, or null.`,
      args: {
        ...keyArgumentsOf(template, model),
        [ifVersionArgumentOf(template)]: { type: 'Int', description: 'Only if the object is at this version.' },
      },
      resolve: deleteOneResolver(template),
    },
    [deleteMany]: {
      type: 'Int',
      description: `Deletes the matching ${template.pluralName} and says how many.`,
      args: {
        where: { type: names.where, required: true },
        all: { type: 'Boolean', default: false, description: 'Has to be true for a filter that matches everything.' },
      },
      resolve: deleteManyResolver(template),
    },
  }
}

const dryRun: InputField = {
  type: 'Boolean',
  default: false,
  description: 'Everything is done as usual and then undone: the answer says what would have become of it.',
}

function upsertOneResolver(template: Template): Resolve {
  return async (_parent, args, { database, request }, info) => {
    const inputs = [{ input: args.input as Input, path: ['input'] }]
    const [written] = await upsertAll(database, {
      template,
      request,
      planned: planUpserts(inputs, template, request, planIfVersion(args.ifVersion)),
      isDryRun: args.dryRun === true,
      views: planViews(template, info, request),
    })
    return written
  }
}

function upsertManyResolver(template: Template): Resolve {
  return async (_parent, args, { database, request }, info): Promise<readonly UpsertOutcome[]> => {
    const inputs = (args.input as readonly Input[]).map((input, index) => ({ input, path: ['input', index] }))
    const planned = planUpserts(inputs, template, request)
    const views = planViews(template, info, request)
    const upsert = { template, request, planned, isDryRun: args.dryRun === true, views }
    if (args.mode === 'INDEPENDENT') return upsertEach(database, upsert)
    return (await upsertAll(database, upsert)).map((written) => ({ written }))
  }
}

function deleteOneResolver(template: Template): Resolve {
  return async (_parent, args, { database, request }, info) => {
    const deleted = await deleteObject(database, request, {
      template,
      key: String(settle(planKey(template, args, request))),
      ifVersion: planIfVersion(args[ifVersionArgumentOf(template)]),
      views: planViews(template, info, request),
    })
    return deleted ? parseView(deleted['']) : null
  }
}

function deleteManyResolver(template: Template): Resolve {
  return (_parent, args: Args, { database, request }) => {
    const where = planWhere(args.where, template, request, ['where'])
    if (where.kind === 'always' && args.all !== true) {
      throw createInputError([
        {
          path: ['where'],
          code: 'EMPTY_FILTER',
          message: `the filter is empty and would delete all ${template.pluralName}; give all: true if that is meant`,
        },
      ])
    }
    return deleteObjects(database, request, template, where)
  }
}

function planIfVersion(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function definePayloads(builder: DynamicBuilder, template: Template): void {
  const names = typeNamesOf(template)
  const { fieldName } = template
  builder.object(names.upsertPayload, {}, () => ({
    [fieldName]: {
      type: names.object,
      resolve: (written, _args, _context, info) => viewOf(written as WrittenObject, viewNameOf(info)),
    },
    outcome: { type: 'UpsertOutcome', resolve: (written) => (written as WrittenObject).outcome },
  }))
  builder.object(names.upsertManyPayload, {}, () => ({
    created: { type: 'Int', resolve: (outcomes) => countOf(outcomes as UpsertOutcome[], 'CREATED') },
    updated: { type: 'Int', resolve: (outcomes) => countOf(outcomes as UpsertOutcome[], 'UPDATED') },
    unchanged: { type: 'Int', resolve: (outcomes) => countOf(outcomes as UpsertOutcome[], 'UNCHANGED') },
    failed: {
      type: 'Int',
      resolve: (outcomes) => (outcomes as UpsertOutcome[]).filter((outcome) => 'error' in outcome).length,
    },
    results: {
      type: [names.upsertResult],
      description: 'One for each input, in their order.',
      resolve: (outcomes) => (outcomes as UpsertOutcome[]).map((outcome, index) => ({ index, ...outcome })),
    },
  }))
  builder.object(names.upsertResult, {}, () => ({
    index: { type: 'Int', resolve: (result) => (result as { index: number }).index },
    outcome: { type: 'UpsertOutcome', nullable: true, resolve: (result) => writtenOf(result)?.outcome ?? null },
    [fieldName]: {
      type: names.object,
      nullable: true,
      resolve(result, _args, _context, info) {
        const written = writtenOf(result)
        return written ? viewOf(written, viewNameOf(info)) : null
      },
    },
    error: {
      type: 'BatchError',
      nullable: true,
      resolve: (result) => toBatchError((result as { error?: GraphQLError }).error),
    },
  }))
}

/** As a value: an error that a resolver returns is taken for one that it throws. */
function toBatchError(error: GraphQLError | undefined): BatchError | null {
  if (!error) return null
  const { code, issues } = error.extensions
  return { code: String(code), message: error.message, issues: (issues ?? []) as readonly InputIssue[] }
}

function viewOf(written: WrittenObject, name: string): unknown {
  return parseView(written.views[name])
}

function parseView(json: string | undefined): unknown {
  return json === undefined ? null : JSON.parse(json)
}

function writtenOf(result: unknown): WrittenObject | undefined {
  return (result as { written?: WrittenObject }).written
}

function countOf(outcomes: readonly UpsertOutcome[], outcome: WrittenObject['outcome']): number {
  return outcomes.filter((one) => 'written' in one && one.written.outcome === outcome).length
}
