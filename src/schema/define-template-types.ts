import { listArguments } from '../plan/plan-connection.ts'
import { pageSizes } from '../plan/plan-page.ts'
import { hasOrder } from '../template/field-types/has-order.ts'
import { typeNamesOf, youngTypeNamesOf } from '../template/graphql-names.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import { whereLatestArgumentOf } from '../template/names/argument-names.ts'
import { withArticle } from '../template/names/with-article.ts'
import { templateOf } from '../template/template-of.ts'
import { defineGroupTypes, groupFields } from './define-group-types.ts'
import { defineLatestWhere } from './define-latest-where.ts'
import { idFields, interfacesOf } from './define-node.ts'
import type { DynamicBuilder } from './dynamic-builder.ts'
import { defineFieldTypes, mapFields, typesOfField } from './field-graphql.ts'
import type { InputField, OutputField } from './lazy/type-definitions.ts'
import { historyField } from './past/define-history.ts'

/** The types of one template: the object, its connection, its filters and its inputs. */
export function defineTemplateTypes(
  builder: DynamicBuilder,
  template: Template,
  model: TemplateModel,
  conditionalReads: ReadonlySet<string>,
): void {
  const names = typeNamesOf(template)
  const description = template.description ?? `An object of the template ${template.name}.`
  for (const field of template.fields) defineFieldTypes(builder, template.typeName, field, model)
  builder.object(names.object, { description, interfaces: interfacesOf(template, model) }, () =>
    objectFields(template, model, conditionalReads),
  )
  builder.object(names.connection, { description: `A page of ${template.pluralName}.` }, () => ({
    nodes: { type: [names.object] },
    edges: { type: [names.edge] },
    pageInfo: { type: 'PageInfo' },
    totalCount: { type: 'Int', description: 'The number of objects on all pages.' },
    ...groupFields(template),
  }))
  builder.object(names.edge, { description: 'An object of a list, with its place there.' }, () => ({
    cursor: { type: 'String' },
    node: { type: names.object },
  }))
  defineGroupTypes(builder, template, model)
  builder.filter(
    names.where,
    () => whereFields(template, model),
    `Which ${template.pluralName} match; all entries must hold.`,
  )
  // Other templates refer to this one by its key.
  if (template.reverseFields.length > 0 && template.key.length > 1)
    builder.input(names.key, { description: `The key of ${withArticle(template.name)}.` }, () =>
      keyArgumentsOf(template, model),
    )
  if (template.fields.some((field) => field.reference) || referrersOf(template, model).some(({ list }) => list)) {
    builder.filter(
      names.listWhere,
      () => ({
        some: { type: names.where, description: 'At least one matches' },
        none: { type: names.where, description: 'None matches; none: {} means "there are none at all"' },
        every: { type: names.where, description: 'All match; true if there are none' },
        latest: {
          type: youngTypeNamesOf(template).latestWhere,
          description: 'The latest of them matches; false if there are none',
        },
        count: { type: 'CountFilter', description: 'How many match where; without where, how many there are' },
        where: { type: names.where, description: 'Which objects count counts; without it, all' },
      }),
      `Conditions on several related ${template.pluralName}; all entries must hold.`,
    )
    defineLatestWhere(builder, template)
  }
  if (template.fields.some((field) => field.reference)) {
    builder.input(
      youngTypeNamesOf(template).listOrderBy,
      { description: `An ordering by how many ${template.pluralName} there are.` },
      () => ({
        count: {
          type: 'OrderDirection',
          required: true,
          description: 'By how many match where, or how many there are',
        },
        where: { type: names.where },
      }),
    )
  }
  builder.input(names.orderBy, { description: 'Exactly one field per entry; give several as a list.' }, () =>
    orderFields(template, model),
  )
  builder.input(names.input, { description }, () => inputFields(template, model))
}

function objectFields(
  template: Template,
  model: TemplateModel,
  conditionalReads: ReadonlySet<string>,
): Record<string, OutputField> {
  const isHidable = ({ reference, list }: Field) => reference && !list && conditionalReads.has(reference.to)
  const reverse = template.reverseFields.map(({ name, from, field }) => {
    const source = templateOf(model, from)
    const description = `The ${source.pluralName} whose ${field} is this object.`
    return [name, { type: typeNamesOf(source).connection, description, args: listArgumentsOf(source, model, 'nested') }]
  })
  return {
    ...idFields(template),
    ...mapFields(template.fields, (field) => ({
      type: typesOfField(template.typeName, field, model).output,
      // The target of a required reference may still be missing or not be for the caller; older objects may break newer rules.
      nullable:
        !field.required || field.isViolated || field.reference?.onMissing === 'allow' || isHidable(field) === true,
    })),
    ...Object.fromEntries(reverse),
    _meta: { type: 'Meta', description: 'What the registry records about the object.' },
    _document: { type: 'JSON', description: 'The whole stored document, references as keys.' },
    _history: historyField(template, model),
  }
}

/** The arguments of a list: an equality filter for each field, except fields with the name of another argument. */
export function listArgumentsOf(
  template: Template,
  model: TemplateModel,
  place: keyof typeof pageSizes,
): Record<string, InputField> {
  const names = typeNamesOf(template)
  const filtered = template.fields.filter((field) => !listArguments.has(field.name))
  return {
    ...mapFields(filtered, (field) => ({ type: typesOfField(template.typeName, field, model).input })),
    where: { type: names.where, description: 'Only objects that match.' },
    orderBy: { type: [names.orderBy], description: 'Default: oldest first.' },
    latestPer: {
      type: [names.field],
      description: 'Only the latest match for each combination of values of these fields.',
    },
    [whereLatestArgumentOf(template)]: {
      type: names.where,
      description: 'Of those that latestPer leaves, only these; needs latestPer.',
    },
    first: {
      type: 'Int',
      default: pageSizes[place],
      isDefaultPlanned: true,
      description: 'The maximum number, from the beginning, unless last is given; at most 1,000.',
    },
    after: { type: 'String', description: 'Only objects after this cursor.' },
    last: { type: 'Int', description: 'The maximum number, from the end, instead of first.' },
    before: { type: 'String', description: 'Only objects before this cursor.' },
  }
}

/** The arguments that identify an object. */
export function keyArgumentsOf(template: Template, model: TemplateModel): Record<string, InputField> {
  return mapFields(template.key, (field) => ({
    type: typesOfField(template.typeName, field, model).input,
    required: true,
  }))
}

function whereFields(template: Template, model: TemplateModel): Record<string, InputField> {
  const names = typeNamesOf(template)
  return {
    AND: { type: [names.where], description: 'All of these are true' },
    OR: { type: [names.where], description: 'At least one of these is true' },
    NOT: { type: [names.where], description: 'None of these is true' },
    ...(referrersOf(template, model).some(({ list }) => !list) && {
      isNull: { type: 'Boolean', description: 'Directly inside a reference: whether the target is missing' },
    }),
    ...mapFields(template.fields, (field) => ({ type: typesOfField(template.typeName, field, model).filter })),
    ...Object.fromEntries(
      template.reverseFields.map(({ name, from }) => [name, { type: typeNamesOf(templateOf(model, from)).listWhere }]),
    ),
    _meta: { type: 'MetaWhere' },
  }
}

function orderFields(template: Template, model: TemplateModel): Record<string, InputField> {
  const isTerm = (field: Field) => hasOrder(field) || (field.reference && !field.list)
  const typeOf = ({ reference }: Field) =>
    reference ? typeNamesOf(templateOf(model, reference.to)).orderBy : 'OrderDirection'
  return {
    ...Object.fromEntries(template.fields.filter(isTerm).map((field) => [field.graphqlName, { type: typeOf(field) }])),
    ...Object.fromEntries(
      template.reverseFields.map(({ name, from }) => [
        name,
        { type: youngTypeNamesOf(templateOf(model, from)).listOrderBy },
      ]),
    ),
    _meta: { type: 'MetaOrderBy' },
  }
}

function inputFields(template: Template, model: TemplateModel): Record<string, InputField> {
  return {
    ...mapFields(template.fields, (field) => ({
      type: typesOfField(template.typeName, field, model).input,
      required: field.isKey && field.default === undefined,
    })),
    _meta: { type: 'MetaInput', description: 'For imports.' },
    ...(template.additionalFields && {
      _additional: { type: 'JSON', description: 'An object of additional attributes; null removes one.' },
    }),
  }
}

/** The references that lead here. */
function referrersOf(template: Template, model: TemplateModel): readonly Field[] {
  return template.reverseFields.flatMap(({ from, field }) => templateOf(model, from).fieldByName.get(field) ?? [])
}
