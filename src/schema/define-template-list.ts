import { countObjects } from '../store/count-objects.ts'
import { fieldTypes } from '../template/field-types/field-types.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import { nameValue, namingOfValue } from '../template/naming.ts'
import type { DynamicBuilder, OutputField } from './dynamic-builder.ts'

interface ListedTemplate {
  readonly template: Template
  readonly count: () => Promise<number | undefined>
}

/** The root field `templates`. */
export function templatesField({ templates }: TemplateModel): OutputField {
  return {
    type: ['Template'],
    description: 'The kinds of objects in this registry.',
    action: {
      kind: 'load',
      run({ reads, request }): readonly ListedTemplate[] {
        // One statement counts the objects of all templates, if `count` is selected.
        let counting: ReturnType<typeof countObjects> | undefined
        const count = () => (counting ??= countObjects(reads, templates.map(request.source)))
        return templates.map((template) => ({ template, count: async () => (await count())[template.name] }))
      },
    },
  }
}

/** The types that describe the templates themselves. */
export function defineTemplateList(builder: DynamicBuilder, model: TemplateModel): void {
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
  }))
  builder.object('TemplateField', { description: 'A field of a template.' }, () => ({
    name: { type: 'String', resolve: (field: Field) => field.name },
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
    values: { type: ['String'], description: 'The members of an enum.', resolve: (field: Field) => field.values },
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
  }))
}

/** A default in the form of a template file: a literal, or `{"now": true}` and the like. */
function describeDefault(field: Field, model: TemplateModel): unknown {
  const fallback = field.default
  if (!fallback) return null
  if (fallback.kind === 'literal') return nameValue(fallback.value, field.list, namingOfValue(field, model))
  return { [fallback.kind]: fallback.kind === 'now' ? (fallback.format ?? true) : true }
}
