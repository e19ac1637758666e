import { listOperators, scalarNameOf } from '../template/field-types/field-type.ts'
import { fieldTypes } from '../template/field-types/field-types.ts'
import { typeNamesOf, typeNamesOfField } from '../template/graphql-names.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import { templateOf } from '../template/template-of.ts'
import { filterFields, filterNamesOf } from './define-shared-types.ts'
import type { DynamicBuilder, TypeName } from './dynamic-builder.ts'

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

function ownTypes(
  parent: string,
  field: Field,
  model: TemplateModel,
): { output: string; input: string; filter: string; listFilter: string } {
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
  const { input } = typesOfField(template.typeName, only, model)
  return typeof input === 'string' ? input : typeNamesOf(template).key
}

/** Defines the types of an enum or object field, and of its members. */
export function defineFieldTypes(builder: DynamicBuilder, parent: string, field: Field, model: TemplateModel): void {
  const { output, input, filter, listFilter } = typeNamesOfField(parent, field)
  if (field.type !== 'enum' && field.type !== 'object') return
  const { operators } = fieldTypes[field.type]
  if (field.type === 'enum') {
    builder.enumeration(output, Object.fromEntries(field.values.map((value) => [value, {}])), field.description)
    builder.filter(filter, () => filterFields(output, false, operators))
    if (field.list) builder.filter(listFilter, () => filterFields(output, true, [...operators, ...listOperators]))
    return
  }
  builder.object(output, { description: field.description }, () =>
    Object.fromEntries(
      field.members.map((member) => [
        member.name,
        {
          type: typesOfField(output, member, model).output,
          nullable: !member.required,
          description: member.description,
          deprecated: member.deprecated,
        },
      ]),
    ),
  )
  builder.input(input, { description: field.description }, () =>
    Object.fromEntries(
      field.members.map((member) => [
        member.name,
        {
          type: typesOfField(output, member, model).input,
          required: member.required && member.default === undefined,
          description: member.description,
          deprecated: member.deprecated,
        },
      ]),
    ),
  )
  builder.filter(filter, () => ({
    AND: { type: [filter], description: 'All of these are true' },
    OR: { type: [filter], description: 'At least one of these is true' },
    NOT: { type: [filter], description: 'None of these is true' },
    ...filterFields(input, false, operators),
    ...Object.fromEntries(
      field.members.map((member) => [
        member.name,
        {
          type: typesOfField(output, member, model).filter,
          description: member.description,
          deprecated: member.deprecated,
        },
      ]),
    ),
  }))
  if (field.list) {
    builder.filter(listFilter, () => ({
      some: { type: filter, description: 'At least one item matches' },
      none: { type: filter, description: 'No item matches; none: {} means "there are none at all"' },
      every: { type: filter, description: 'All items match; true if there are none' },
      ...filterFields(input, true, [...operators, 'isEmpty']),
    }))
  }
  for (const member of field.members) defineFieldTypes(builder, output, member, model)
}
