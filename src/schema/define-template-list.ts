import { readableOf } from '../plan/rights.ts'
import { seesAll } from '../plan/source.ts'
import type { Violation } from '../store/changes/refresh-model.ts'
import { countObjects } from '../store/count-objects.ts'
import { fieldTypes } from '../template/field-types/field-types.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import { memberNameInGraphql } from '../template/names/name-in-graphql.ts'
import { nameValue, namingOfValue } from '../template/naming.ts'
import { changeTypeNamesOf } from './define-template-changes.ts'
import type { DynamicBuilder } from './dynamic-builder.ts'
import type { OutputField } from './lazy/type-definitions.ts'
import type { RequestContext } from './request-context.ts'

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
  return {
    type: ['Template'],
    description: 'The kinds of objects in this registry that the caller may read.',
    args: { includeRemoved: { type: 'Boolean', default: false, description: 'Also those whose files are gone.' } },
    action: {
      kind: 'load',
      run: async (context, { includeRemoved }) => {
        const { administration, request } = context
        const removed = includeRemoved === true ? await administration.listRemoved(model) : []
        return listTemplates(readableOf(request.rights, [...model.templates, ...removed]), model, context)
      },
    },
  }
}

function listTemplates(
  templates: readonly Template[],
  model: TemplateModel,
  { reads, request, administration }: RequestContext,
): readonly ListedTemplate[] {
  // One statement counts the objects of all templates, if `count` is selected; likewise for the others.
  const sources = templates.map(request.source)
  const count = once(() => countObjects(reads, sources, request))
  const changing = once(administration.listChanging)
  // They are found among all objects, and tell their keys. Rules of removed templates are not in force.
  const seen = sources.filter(seesAll).map(({ template }) => template)
  const inForce = seen.filter((template) => !model.removed.includes(template))
  const violations = once(() => administration.listViolations(inForce, model))
  return templates.map((template) => ({
    template,
    count: async () => (await count())[template.name],
    violations: async () => (await violations()).get(template) ?? [],
    async state() {
      if (model.removed.includes(template)) return 'REMOVED'
      const state = (await changing()).get(template.stored) ?? 'ACTIVE'
      // Objects that get values in another form read as before.
      return state !== 'FILLING' || template.fields.some(({ isFilling }) => isFilling) ? state : 'ACTIVE'
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
  builder.enumeration(names.state, states, 'What is going on with the objects of a template.')
  builder.object(names.violation, { description: 'Stored objects that do not fit a field as it is now.' }, () => ({
    field: { type: 'String', resolve: ({ field }: Violation) => field },
    count: { type: 'Int', resolve: ({ objects }: Violation) => objects },
    samples: {
      type: ['String'],
      description: 'Up to five of their keys.',
      resolve: ({ samples }: Violation) => samples,
    },
  }))
  builder.object('Template', { description: 'A kind of object, described by its template.' }, () => ({
    name: { type: 'String', resolve: ({ template }: ListedTemplate) => template.name },
    plural: { type: 'String', resolve: ({ template }: ListedTemplate) => template.pluralName },
    description: { type: 'String', nullable: true, resolve: ({ template }: ListedTemplate) => template.description },
    type: {
      type: 'String',
      description: 'The GraphQL type.',
      resolve: ({ template }: ListedTemplate) => template.typeName,
    },
    key: {
      type: ['String'],
      description: 'The fields that identify an object.',
      resolve: ({ template }: ListedTemplate) => template.key.map((field) => field.name),
    },
    additionalFields: { type: 'Boolean', resolve: ({ template }: ListedTemplate) => template.additionalFields },
    fields: { type: ['TemplateField'], resolve: ({ template }: ListedTemplate) => template.fields },
    count: { type: 'Int', description: 'The number of objects.', resolve: ({ count }: ListedTemplate) => count() },
    violations: {
      type: [names.violation],
      description:
        'What does not fit the template now; empty if it is removed, and for callers who may not read all its objects. Finding out may mean to read all of them.',
      resolve: ({ violations }: ListedTemplate) => violations(),
    },
    state: { type: names.state, resolve: ({ state }: ListedTemplate) => state() },
  }))
  builder.object('TemplateField', { description: 'A field of a template.' }, () => ({
    name: { type: 'String', description: 'As in files.', resolve: (field: Field) => field.name },
    graphqlName: {
      type: 'String',
      description: 'Its name in GraphQL, where characters other than letters, digits and _ are _.',
      resolve: (field: Field) => field.graphqlName,
    },
    type: {
      type: 'String',
      description: `One of ${Object.keys(fieldTypes).join(', ')}.`,
      resolve: (field: Field) => field.type,
    },
    list: { type: 'Boolean', resolve: (field: Field) => field.list },
    required: { type: 'Boolean', resolve: (field: Field) => field.required },
    key: {
      type: 'Boolean',
      description: 'Whether it is one of the fields that identify an object.',
      resolve: (field: Field) => field.isKey,
    },
    description: { type: 'String', nullable: true, resolve: (field: Field) => field.description },
    deprecated: { type: 'String', nullable: true, resolve: (field: Field) => field.deprecated },
    default: { type: 'JSON', nullable: true, resolve: (field: Field) => describeDefault(field, model) },
    values: {
      type: ['String'],
      description: 'The members of an enum, as in files.',
      resolve: (field: Field) => field.values,
    },
    graphqlValues: {
      type: ['String'],
      description: 'Their names in GraphQL, in the same order.',
      resolve: (field: Field) => field.values.map(memberNameInGraphql),
    },
    fields: {
      type: ['TemplateField'],
      description: 'The members of an object.',
      resolve: (field: Field) => field.members,
    },
    to: {
      type: 'String',
      nullable: true,
      description: 'The template that a reference leads to.',
      resolve: (field: Field) => field.reference?.to,
    },
    reverse: {
      type: 'String',
      nullable: true,
      description: 'The name in GraphQL of the other side of a reference.',
      resolve: (field: Field) => field.reference?.reverse,
    },
  }))
}

/** A default in the form of a template file: a literal, or `{"now": true}` and the like. */
function describeDefault(field: Field, model: TemplateModel): unknown {
  const fallback = field.default
  if (!fallback) return null
  if (fallback.kind === 'literal') return nameValue(fallback.value, field.list, namingOfValue(field, model))
  return { [fallback.kind]: fallback.kind === 'now' ? (fallback.format ?? true) : true }
}
