import { hasMatrix, hasSeveralColumnTypes, matrixColumnFields, matrixRowFields } from '../plan/matrix-fields.ts'
import { planMatrixRead } from '../plan/plan-matrix.ts'
import { rootFieldNamesOf, typeNamesOf } from '../template/graphql-names.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import { templateOf } from '../template/template-of.ts'
import type { DynamicBuilder, OutputField } from './dynamic-builder.ts'
import { fieldEnumValues } from './field-graphql.ts'

/** The types of a template's matrix, if it has one: rows of values, columns of the objects that a reference leads to. */
export function defineMatrixTypes(builder: DynamicBuilder, template: Template, model: TemplateModel): void {
  if (!hasMatrix(template)) return
  const names = typeNamesOf(template)
  const { pluralName } = template
  const columnFields = matrixColumnFields(template)
  const column = { type: columnTypesOf(template, model).object }
  const row = { type: 'JSON', description: 'A value of the field of the rows; for a reference, the key.' }
  builder.enumeration(
    names.matrixRows,
    fieldEnumValues(matrixRowFields(template)),
    'The fields whose values can be the rows of a matrix.',
  )
  builder.enumeration(
    names.matrixColumns,
    fieldEnumValues(columnFields),
    'The references whose targets can be the columns of a matrix.',
  )
  if (hasSeveralColumnTypes(template)) {
    builder.filter(
      names.matrixColumnWhere,
      () => Object.fromEntries(columnFields.map((field) => [field.name, { type: targetTypesOf(field, model).where }])),
      'Only the entry for the reference that makes the columns.',
    )
  }
  builder.object(
    names.matrix,
    { description: `Which ${pluralName} exist for each row and column, and which are missing.` },
    () => ({
      rows: { type: ['JSON'] },
      columns: { type: [column.type] },
      cells: { type: [names.matrixCell], description: 'Row by row; each row in the order of the columns.' },
      missing: { type: [names.matrixMissing], description: 'The cells without an object, in the same order.' },
      totalCount: { type: 'Int', description: 'The number of cells.' },
      presentCount: { type: 'Int', description: 'The number of cells with an object.' },
      missingCount: { type: 'Int', description: 'The number of cells without an object.' },
    }),
  )
  builder.object(names.matrixCell, { description: 'What there is for one row and one column.' }, () => ({
    row,
    column,
    state: { type: 'MatrixState' },
    latest: {
      type: names.object,
      nullable: true,
      description: `The most recently updated of the ${pluralName} in the cell.`,
    },
    count: { type: 'Int', description: `The number of ${pluralName} in the cell.` },
  }))
  builder.object(names.matrixMissing, { description: 'A row and a column for which there is nothing.' }, () => ({
    row,
    column,
  }))
}

/** The root field of a template's matrix, if it has one. */
export function matrixQueries(template: Template, model: TemplateModel): Record<string, OutputField> {
  if (!hasMatrix(template)) return {}
  const names = typeNamesOf(template)
  const { pluralName } = template
  return {
    [rootFieldNamesOf(template).query.matrix]: {
      type: names.matrix,
      description: `The values of a field crossed with the objects that a reference leads to: which ${pluralName} exist, and which are missing.`,
      args: {
        rows: {
          type: names.matrixRows,
          required: true,
          description: 'The field whose values are the rows, in their order; for a reference, all its target objects.',
        },
        columns: {
          type: names.matrixColumns,
          required: true,
          description: 'The reference whose target objects are the columns, oldest first.',
        },
        rowIn: { type: ['JSON'], description: 'These rows, in this order, even if no object has them.' },
        columnWhere: { type: columnTypesOf(template, model).where, description: 'Only these columns.' },
        where: { type: names.where, description: `Only these ${pluralName} count. Rows and columns stay the same.` },
      },
      action: { kind: 'read', plan: (args, field, request) => planMatrixRead(template, args, field, request) },
    },
  }
}

/** The type of the objects of the columns, and of the filter on them. */
function columnTypesOf(template: Template, model: TemplateModel): { readonly object: string; readonly where: string } {
  const [first] = matrixColumnFields(template)
  if (first && !hasSeveralColumnTypes(template)) return targetTypesOf(first, model)
  return { object: 'RegistryObject', where: typeNamesOf(template).matrixColumnWhere }
}

function targetTypesOf(field: Field, model: TemplateModel) {
  return typeNamesOf(templateOf(model, field.reference?.to))
}
