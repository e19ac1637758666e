import { createInputError } from '../errors.ts'
import { assertAdmin } from '../plan/rights.ts'
import { type Effect, effects, type PlanEntry, type TemplatePlan } from '../template/changes/template-plan.ts'
import { giveWay } from '../template/graphql-names.ts'
import type { DeclaredModel } from '../template/load-templates.ts'
import type { TemplateModel } from '../template/model.ts'
import { parseTemplates, type TemplateFile } from '../template/parse-templates.ts'
import type { DynamicBuilder } from './dynamic-builder.ts'
import type { OutputField } from './lazy/type-definitions.ts'
import { doerOf } from './request-context.ts'
import { dryRun } from './writes/dry-run-argument.ts'

/** The names of the types that tell about changes of templates; they give way to those of templates. */
export function changeTypeNamesOf(model: TemplateModel) {
  const type = (name: string) => giveWay(name, 'type', model)
  return {
    plan: type('TemplatePlan'),
    entry: type('TemplatePlanEntry'),
    effect: type('TemplateEffect'),
    file: type('TemplateFile'),
    state: type('TemplateState'),
    violation: type('TemplateViolation'),
  } as const
}

const descriptions: Readonly<Record<Effect, string>> = {
  SAFE: 'Nothing stored is touched, or read otherwise',
  FILLS: 'Older objects read as the default of a new required field',
  VIOLATES: 'Stored objects break a new rule; they stay readable, and writable in all other fields',
  CONVERTS: 'Values get another type; those that do not convert are listed and stay',
  RENAMES: 'Data follow the new name',
  REKEYS: 'Objects get other keys; references follow',
  CONFLICTS: 'Stored objects make it impossible',
  ORPHANS: 'Data lose their place; they stay, and come back with it',
  REMOVES: 'Objects, or versions of them, are older than what is kept from now on, and are removed for good',
}

/** The types of a plan: what other templates would do to the stored objects. */
export function defineTemplateChanges(builder: DynamicBuilder, model: TemplateModel): void {
  const names = changeTypeNamesOf(model)
  builder.enumeration(
    names.effect,
    Object.fromEntries(Object.keys(effects).map((name) => [name, { description: descriptions[name as Effect] }])),
    'What a change of templates does to stored objects.',
  )
  builder.input(names.file, { description: 'A file of the folder of templates.' }, () => ({
    name: { type: 'String', required: true },
    text: { type: 'String', required: true },
  }))
  builder.object(names.entry, { description: 'One change, and what it does to stored objects.' }, () => ({
    template: { type: 'String', resolve: ({ template }: PlanEntry) => template },
    path: {
      type: 'String',
      description: 'Within the template; empty for all of it.',
      resolve: ({ path }: PlanEntry) => path,
    },
    change: { type: 'String', resolve: ({ change }: PlanEntry) => change },
    effect: { type: names.effect, resolve: ({ effect }: PlanEntry) => effect },
    objects: {
      type: 'Int',
      description: 'How many objects it concerns.',
      resolve: ({ objects }: PlanEntry) => objects,
    },
    samples: {
      type: ['String'],
      description: 'Up to five of their keys.',
      resolve: ({ samples }: PlanEntry) => samples,
    },
    needsConsent: { type: 'Boolean', resolve: ({ needsConsent }: PlanEntry) => needsConsent },
    file: { type: 'String', nullable: true, resolve: ({ place }: PlanEntry) => place?.file },
    line: { type: 'Int', nullable: true, resolve: ({ place }: PlanEntry) => place?.line },
  }))
  builder.object(names.plan, { description: 'What other templates would do to the stored objects.' }, () => ({
    digest: {
      type: 'String',
      nullable: true,
      description: 'Names the plan in a consent (ACCEPT_TEMPLATES); null if the templates cannot be applied.',
      resolve: ({ digest }: TemplatePlan) => digest,
    },
    entries: { type: [names.entry], resolve: ({ entries }: TemplatePlan) => entries },
  }))
}

/** The root field `templatePlan`. */
export function templatePlanField(model: TemplateModel): Record<string, OutputField> {
  const names = changeTypeNamesOf(model)
  return {
    [giveWay('templatePlan', 'field', model)]: {
      type: names.plan,
      description:
        'What these templates, in place of the present ones, would do to the stored objects. Needs admin where there are rules of access.',
      args: { files: { type: [names.file], required: true, description: 'All files of the folder.' } },
      action: {
        kind: 'load',
        run({ administration, request }, { files }) {
          assertAdmin(request.rights)
          return administration.planTemplates(parseFiles(files as readonly GivenFile[]))
        },
      },
    },
  }
}

/** The mutation `purgeTemplate`. */
export const purgeTemplateField: OutputField = {
  type: 'Int',
  description:
    'Deletes for good the objects, and their history, that a removed template left; returns how many objects. Needs admin where there are rules of access.',
  args: { name: { type: 'String', required: true }, dryRun },
  action: {
    kind: 'load',
    run(context, { name, dryRun }) {
      assertAdmin(context.request.rights)
      return context.administration.purge(String(name), doerOf(context), dryRun === true)
    },
  },
}

interface GivenFile {
  readonly name: string
  readonly text: string
}

function parseFiles(given: readonly GivenFile[]): DeclaredModel {
  const files = given.map(({ name, text }): TemplateFile => ({ file: name, text }))
  const parsed = parseTemplates(files)
  if (parsed.model) return parsed
  throw createInputError(
    parsed.issues.map(({ file, line, column, code, path, message }) => ({
      path: ['files', files.findIndex((one) => one.file === file)],
      code,
      message: `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}`,
    })),
  )
}
