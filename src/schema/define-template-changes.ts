import { createInputError } from '../errors.ts'
import { type Effect, effects, type PlanEntry } from '../template/changes/template-plan.ts'
import { giveWay } from '../template/graphql-names.ts'
import type { TemplateModel } from '../template/model.ts'
import { parseTemplates, type TemplateFile } from '../template/parse-templates.ts'
import type { DynamicBuilder, OutputField } from './dynamic-builder.ts'
import { rootField } from './root-field.ts'

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
}

/** The types of a plan: what other templates would do to the stored objects. */
export function defineTemplateChanges(builder: DynamicBuilder, model: TemplateModel): void {
  const names = changeTypeNamesOf(model)
  builder.enumeration(
    names.effect,
    Object.fromEntries(Object.keys(effects).map((name) => [name, { description: descriptions[name as Effect] }])),
  )
  builder.input(names.file, { description: 'A file of the folder of templates.' }, () => ({
    name: { type: 'String', required: true },
    text: { type: 'String', required: true },
  }))
  const entry = <Value>(type: OutputField['type'], read: (entry: PlanEntry) => Value): OutputField => ({
    type,
    resolve: (parent) => read(parent as PlanEntry),
  })
  builder.object(names.entry, { description: 'One change, and what it does to stored objects.' }, () => ({
    template: entry('String', ({ template }) => template),
    path: { ...entry('String', ({ path }) => path), description: 'Within the template; empty for all of it.' },
    change: entry('String', ({ change }) => change),
    effect: entry(names.effect, ({ effect }) => effect),
    objects: { ...entry('Int', ({ objects }) => objects), description: 'How many objects it concerns.' },
    samples: { ...entry(['String'], ({ samples }) => samples), description: 'Up to five of their keys.' },
    needsConsent: entry('Boolean', ({ needsConsent }) => needsConsent),
    file: { ...entry('String', ({ place }) => place?.file ?? null), nullable: true },
    line: { ...entry('Int', ({ place }) => place?.line ?? null), nullable: true },
  }))
  builder.object(names.plan, { description: 'What other templates would do to the stored objects.' }, () => ({
    digest: {
      type: 'String',
      nullable: true,
      description: 'Names the plan in a consent (ACCEPT_TEMPLATES); null if the templates cannot be applied.',
      resolve: (plan) => (plan as { readonly digest: string | undefined }).digest ?? null,
    },
    entries: { type: [names.entry], resolve: (plan) => (plan as { readonly entries: unknown }).entries },
  }))
}

/** The root field `templatePlan`. */
export function templatePlanField(model: TemplateModel): Record<string, OutputField> {
  const names = changeTypeNamesOf(model)
  return {
    [giveWay('templatePlan', 'field', model)]: rootField(
      {
        type: names.plan,
        description: 'What these templates, in place of the present ones, would do to the stored objects.',
        args: { files: { type: [names.file], required: true, description: 'All files of the folder.' } },
      },
      {
        kind: 'load',
        run: ({ administration }, { files }) =>
          administration.planTemplates(
            parseFiles(files as readonly { readonly name: string; readonly text: string }[]),
          ),
      },
    ),
  }
}

/** The mutation `purgeTemplate`. */
export const purgeTemplateField = rootField(
  {
    type: 'Int',
    description:
      'Deletes for good the objects, and their history, that a removed template left; returns how many objects.',
    args: { name: { type: 'String', required: true } },
  },
  { kind: 'load', run: ({ administration }, { name }) => administration.purge(String(name)) },
)

function parseFiles(given: readonly { readonly name: string; readonly text: string }[]) {
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
