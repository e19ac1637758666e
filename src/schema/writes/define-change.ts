import { isChangeable } from '../../plan/writes/plan-change.ts'
import { giveWay, lateTypeNameOf } from '../../template/graphql-names.ts'
import type { Field, Template, TemplateModel } from '../../template/model.ts'
import type { DynamicBuilder } from '../dynamic-builder.ts'
import { mapFields, typesOfField } from '../field-graphql.ts'
import type { InputField } from '../lazy/type-definitions.ts'

/** The types of the argument `change`: one a template, and one for each type of number and of list that is changed in place. */
export function defineChanges(builder: DynamicBuilder, model: TemplateModel): void {
  const defined = new Set<string>()
  for (const template of model.templates) {
    const fields = template.fields.filter(isChangeable)
    if (fields.length === 0) continue
    for (const field of fields) {
      const { name, value } = stepTypeOf(template, field, model)
      if (defined.has(name)) continue
      defined.add(name)
      if (field.list) defineListChange(builder, name, value)
      else
        builder.input(name, { description: 'What to add to a number.' }, () => ({
          increment: {
            type: value,
            required: true,
            description: 'Is added to the number, as it is when the write is done; an absent one is 0.',
          },
        }))
    }
    builder.input(
      lateTypeNameOf(template, 'Change', model),
      { description: `What to change in place (${template.name}). A field is either here or in input.` },
      () => mapFields(fields, (field) => ({ type: stepTypeOf(template, field, model).name })),
    )
  }
}

function defineListChange(builder: DynamicBuilder, name: string, value: string): void {
  builder.input(
    name,
    { description: 'What to add to a list and what to remove from it; an absent list is empty.' },
    () => ({
      add: { type: [value], description: 'Appended, except what the list already has.' },
      remove: { type: [value], description: 'All items that are equal go, before others are added.' },
    }),
  )
}

/** The argument `change`; none if the template has nothing that is changed in place. */
export function changeArgumentOf(template: Template, model: TemplateModel): Record<string, InputField> {
  if (!template.fields.some(isChangeable)) return {}
  const description =
    'Adds to numbers, and adds to lists and removes from them, whatever others write at the same time: no write is lost.'
  return { change: { type: lateTypeNameOf(template, 'Change', model), description } }
}

function stepTypeOf({ typeName }: Template, field: Field, model: TemplateModel) {
  const { input } = typesOfField(typeName, field, model)
  const value = String(typeof input === 'string' ? input : input[0])
  return { name: giveWay(`${value}${field.list ? 'List' : ''}Change`, 'type', model), value }
}
