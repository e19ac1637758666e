import { countObjects } from '../store/count-objects.ts'
import { fieldTypes } from '../template/field-types/field-types.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import { nameValue, namingOfValue } from '../template/naming.ts'
import type { DynamicBuilder, OutputField } from './dynamic-builder.ts'
import { rootField } from './root-field.ts'

interface ListedTemplate {
  readonly template: Template
  readonly count: () => Promise<number | undefined>
}

/** The root field `templates`. */
export function templatesField({ templates }: TemplateModel): OutputField {
  const field = { type: ['Template'], description: 'The kinds of objects in this registry.' } as const
  return rootField(field, {
    kind: 'load',
    run({ reads, request }): readonly ListedTemplate[] {
      // One statement counts the objects of all templates, if `count` is selected.
      let counting: Promise<unknown> | undefined
      const sources = templates.map(request.source)
      const count = () => (counting ??= countObjects(reads, sources))
      return templates.map((template) => ({
        template,
        count: async () => ((await count()) as Readonly<Record<string, number>>)[template.name],
      }))
    },
  })
}

/** The types that describe the templates themselves. */
export function defineTemplateList(builder: DynamicBuilder, model: TemplateModel): void {
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
