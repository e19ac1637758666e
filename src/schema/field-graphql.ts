import { listOperators, scalarNameOf } from '../template/field-types/field-type.ts'
import { fieldTypes } from '../template/field-types/field-types.ts'
import { fieldEnumValueOf, typeNamesOf, typeNamesOfField } from '../template/graphql-names.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import { memberNameInGraphql } from '../template/names/name-in-graphql.ts'
import { templateOf } from '../template/template-of.ts'
import { fieldComparisonType, filterFields, filterNamesOf } from './define-shared-types.ts'
import type { DynamicBuilder } from './dynamic-builder.ts'
import type { TypeName } from './lazy/type-definitions.ts'

/** The GraphQL types of one field. */
export interface FieldTypes {
  readonly output: TypeName
  readonly input: TypeName
  readonly filter: string
}

/** Names the GraphQL types of a field: those of its scalar, or its own. `parent` is the type that has the field. */
export function typesOfField(parent: string, field: Field, model: TemplateModel): FieldTypes {
  const { output, input, filter, listFilter } = ownTypes(parent, field, model)
  return field.list ? { output: [output], input: [input], filter: listFilter } : { output, input, filter }
}

function ownTypes(parent: string, field: Field, model: TemplateModel) {
  const type = fieldTypes[field.type]
  const scalar = scalarNameOf(type)
  if (field.reference) {
    const target = templateOf(model, field.reference.to)
    const { where, listWhere } = typeNamesOf(target)
    return { output: target.typeName, input: keyTypeOf(target, model), filter: where, listFilter: listWhere }
  }
  if (scalar !== undefined) return { output: scalar, input: scalar, ...filterNamesOf(type) }
  const { output, input, filter, listFilter } = typeNamesOfField(parent, field)
  return { output, input: field.type === 'object' ? input : output, filter, listFilter }
}

/** The input type of a template's key: the key field's own scalar if the key is one field, `ImageKey` if it is several. */
function keyTypeOf(template: Template, model: TemplateModel): string {
  const [only, ...others] = template.key
  if (!only || others.length > 0) return typeNamesOf(template).key
  return ownTypes(template.typeName, only, model).input
}

/** An entry of a GraphQL type for each field, with the field's name there, description and deprecation. */
export function mapFields<Entry extends object>(fields: readonly Field[], toEntry: (field: Field) => Entry) {
  return Object.fromEntries(
    fields.map((field) => {
      const { graphqlName, description, deprecated } = field
      return [graphqlName, { description, deprecated, ...toEntry(field) }]
    }),
  )
}

/** The values of an enum of fields, such as `RoleField`: the program knows them by the fields' own names. */
export function fieldEnumValues(fields: readonly Field[]) {
  return Object.fromEntries(
    fields.map((field) => {
      const { name, description, deprecated } = field
      return [fieldEnumValueOf(field), { value: name, description, deprecated }]
    }),
  )
}

/** The values of the enum of a field: the program knows them by their texts. */
function memberValues({ values }: Field) {
  return Object.fromEntries(
    values.map((text) => {
      const name = memberNameInGraphql(text)
      return [name, { value: text, description: name === text ? undefined : `In files: ${JSON.stringify(text)}` }]
    }),
  )
}

/** Defines the types of an enum or object field, and of its members. */
export function defineFieldTypes(builder: DynamicBuilder, parent: string, field: Field, model: TemplateModel): void {
  const { output, input, filter, listFilter } = typeNamesOfField(parent, field)
  const { name, members } = field
  const description = field.description ?? `The field ${name}.`
  const conditions = `Conditions on ${name}; all of them must hold.`
  if (field.type !== 'enum' && field.type !== 'object') return
  const { operators } = fieldTypes[field.type]
  if (field.type === 'enum') {
    builder.enumeration(output, memberValues(field), description)
    builder.filter(filter, () => filterFields(output, false, operators, fieldComparisonType(model)), conditions)
    if (field.list)
      builder.filter(listFilter, () => filterFields(output, true, [...operators, ...listOperators]), conditions)
    return
  }
  const typesOf = (member: Field) => typesOfField(output, member, model)
  builder.object(output, { description }, () =>
    mapFields(members, (member) => ({ type: typesOf(member).output, nullable: !member.required || member.isViolated })),
  )
  builder.input(input, { description }, () =>
    mapFields(members, (member) => ({
      type: typesOf(member).input,
      required: member.required && member.default === undefined,
    })),
  )
  builder.filter(
    filter,
    () => ({
      AND: { type: [filter], description: 'All of these are true' },
      OR: { type: [filter], description: 'At least one of these is true' },
      NOT: { type: [filter], description: 'None of these is true' },
      ...filterFields(input, false, operators),
      ...mapFields(members, (member) => ({ type: typesOf(member).filter })),
    }),
    conditions,
  )
  if (field.list) {
    builder.filter(
      listFilter,
      () => ({
        some: { type: filter, description: 'At least one item matches' },
        none: { type: filter, description: 'No item matches; none: {} means "there are none at all"' },
        every: { type: filter, description: 'All items match; true if there are none' },
        ...filterFields(input, true, [...operators, 'isEmpty']),
      }),
      conditions,
    )
  }
  for (const member of members) defineFieldTypes(builder, output, member, model)
}
