import type { Violation } from '../store/changes/refresh-model.ts'
import { countObjects } from '../store/count-objects.ts'
import { fieldTypes } from '../template/field-types/field-types.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import { nameValue, namingOfValue } from '../template/naming.ts'
import { changeTypeNamesOf } from './define-template-changes.ts'
import type { DynamicBuilder, OutputField } from './dynamic-builder.ts'
import type { RequestContext } from './request-context.ts'
import { rootField } from './root-field.ts'

interface ListedTemplate {
  readonly template: Template
  readonly count: () => Promise<number | undefined>
  readonly violations: () => Promise<readonly Violation[]>
  readonly state: () => Promise<TemplateState>
}

type TemplateState = keyof typeof states

const states = {
  ACTIVE: { description: 'Its objects are read and written' },
  REMOVED: {
    description: 'Its file is gone; its objects stay, invisible, until the file comes back or they are purged',
  },
  FILLING: { description: 'Objects get the value of a new required field; they read as if they had it' },
  REKEYING: { description: 'Objects get their keys under the next templates; these are served when it is done' },
  CONVERTING: { description: 'Values get the types of the next templates; these are served when it is done' },
} as const

/** The root field `templates`. */
export function templatesField(model: TemplateModel): OutputField {
  const field = {
    type: ['Template'],
    description: 'The kinds of objects in this registry.',
    args: { includeRemoved: { type: 'Boolean', default: false, description: 'Also those whose files are gone.' } },
  } as const
  return rootField(field, {
    kind: 'load',
    run(context, { includeRemoved }): readonly ListedTemplate[] {
      const templates = [...model.templates, ...(includeRemoved === true ? model.removed : [])]
      return listTemplates(templates, model, context)
    },
  })
}

function listTemplates(
  templates: readonly Template[],
  model: TemplateModel,
  { reads, request, administration }: RequestContext,
): readonly ListedTemplate[] {
  // One statement counts the objects of all templates, if `count` is selected; likewise for `state`.
  const count = once(() => countObjects(reads, templates.map(request.source)))
  const converting = once(administration.listConverting)
  return templates.map((template) => ({
    template,
    count: async () => (await count())[template.name],
    violations: () => administration.listViolations(template, model),
    async state() {
      if (model.removed.includes(template)) return 'REMOVED'
      if ((await converting()).has(template.stored)) return 'CONVERTING'
      return template.fields.some(({ isFilling }) => isFilling) ? 'FILLING' : 'ACTIVE'
    },
  }))
}

function once<Value>(load: () => Promise<Value>): () => Promise<Value> {
  let loading: Promise<Value> | undefined
  return () => (loading ??= load())
}

/** The types that describe the templates themselves. */
export function defineTemplateList(builder: DynamicBuilder, model: TemplateModel): void {
  const names = changeTypeNamesOf(model)
  builder.enumeration(names.state, states)
  builder.object(names.violation, { description: 'Stored objects that do not fit a field as it is now.' }, () => ({
    field: of('String', ({ field }: Violation) => field),
    count: of('Int', ({ objects }: Violation) => objects),
    samples: { ...of(['String'], ({ samples }: Violation) => samples), description: 'Up to five of their keys.' },
  }))
  builder.object('Template', { description: 'A kind of object, described by its template.' }, () => ({
    name: of('String', ({ template }: ListedTemplate) => template.name),
    plural: of('String', ({ template }: ListedTemplate) => template.pluralName),
    description: { ...of('String', ({ template }: ListedTemplate) => template.description ?? null), nullable: true },
    type: { ...of('String', ({ template }: ListedTemplate) => template.typeName), description: 'The GraphQL type.' },
    key: {
      ...of(['String'], ({ template }: ListedTemplate) => template.key.map((field) => field.name)),
      description: 'The fields that identify an object.',
    },
    additionalFields: of('Boolean', ({ template }: ListedTemplate) => template.additionalFields),
    fields: of(['TemplateField'], ({ template }: ListedTemplate) => template.fields),
    count: {
      type: 'Int',
      description: 'The number of objects.',
      resolve: (parent) => (parent as ListedTemplate).count(),
    },
    violations: {
      ...of([names.violation], ({ violations }: ListedTemplate) => violations()),
      description: 'What does not fit the template now. Finding out may mean to read all its objects.',
    },
    state: of(names.state, ({ state }: ListedTemplate) => state()),
  }))
  builder.object('TemplateField', { description: 'A field of a template.' }, () => ({
    name: of('String', (field: Field) => field.name),
    type: {
      ...of('String', (field: Field) => field.type),
      description: `One of ${Object.keys(fieldTypes).join(', ')}.`,
    },
    list: of('Boolean', (field: Field) => field.list),
    required: of('Boolean', (field: Field) => field.required),
    key: {
      ...of('Boolean', (field: Field) => field.isKey),
      description: 'Whether it is one of the fields that identify an object.',
    },
    description: { ...of('String', (field: Field) => field.description ?? null), nullable: true },
    deprecated: { ...of('String', (field: Field) => field.deprecated ?? null), nullable: true },
    default: { ...of('JSON', (field: Field) => describeDefault(field, model)), nullable: true },
    values: { ...of(['String'], (field: Field) => field.values), description: 'The members of an enum.' },
    fields: { ...of(['TemplateField'], (field: Field) => field.members), description: 'The members of an object.' },
    to: {
      ...of('String', (field: Field) => field.reference?.to ?? null),
      nullable: true,
      description: 'The template that a reference leads to.',
    },
  }))
}

function of<Parent>(type: OutputField['type'], read: (parent: Parent) => unknown): OutputField {
  return { type, resolve: (parent) => read(parent as Parent) }
}

/** A default in the form of a template file: a literal, or `{"now": true}` and the like. */
function describeDefault(field: Field, model: TemplateModel): unknown {
  const fallback = field.default
  if (!fallback) return null
  if (fallback.kind === 'literal') return nameValue(fallback.value, field.list, namingOfValue(field, model))
  return { [fallback.kind]: fallback.kind === 'now' ? (fallback.format ?? true) : true }
}
