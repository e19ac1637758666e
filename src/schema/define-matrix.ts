import { hasMatrix, hasSeveralColumnTypes, matrixColumnFields, matrixRowFields } from '../plan/matrix-fields.ts'
import { planMatrixRead } from '../plan/plan-matrix.ts'
import { rootFieldNamesOf, typeNamesOf } from '../template/graphql-names.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import { templateOf } from '../template/template-of.ts'
import type { DynamicBuilder, InputField, OutputField } from './dynamic-builder.ts'
import { fieldEnumValues } from './field-graphql.ts'

/** The types that all matrices share. */
export function defineMatrixState(builder: DynamicBuilder): void {
  builder.enumeration('MatrixState', {
    PRESENT: { description: 'The cell has at least one object' },
    MISSING: { description: 'The cell has no object' },
  })
}

/** The types of a template's matrix, if it has one: rows of values, columns of the objects that a reference leads to. */
export function defineMatrixTypes(builder: DynamicBuilder, template: Template, model: TemplateModel): void {
  if (!hasMatrix(template)) return
  const names = typeNamesOf(template)
  const { pluralName } = template
  const column = { type: columnType(template, model) }
  const row = {
    type: 'JSON',
    description: 'A value of the field of the rows; for a reference, the key.',
  }
  builder.enumeration(names.matrixRows, fieldEnumValues(matrixRowFields(template)))
  builder.enumeration(names.matrixColumns, fieldEnumValues(matrixColumnFields(template)))
  if (hasSeveralColumnTypes(template)) {
    builder.filter(
      names.matrixColumnWhere,
      () =>
        Object.fromEntries(matrixColumnFields(template).map((field) => [field.name, { type: whereOf(field, model) }])),
      'Only the entry for the reference that makes the columns.',
    )
  }
  builder.object(
    names.matrix,
    { description: `Which ${pluralName} exist for each row and column, and which are missing.` },
    () => ({
      rows: { type: ['JSON'] },
      columns: { type: [columnType(template, model)] },
      cells: { type: [names.matrixCell], description: 'Row by row; each row in the order of the columns.' },
      missing: { type: [names.matrixMissing], description: 'The cells without an object, in the same order.' },
      totalCount: { type: 'Int', description: 'The number of cells.' },
      presentCount: { type: 'Int', description: 'The number of cells with an object.' },
      missingCount: { type: 'Int', description: 'The number of cells without an object.' },
    }),
  )
  builder.object(names.matrixCell, {}, () => ({
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
  builder.object(names.matrixMissing, {}, () => ({ row, column }))
}

/** The root field of a template's matrix, if it has one. */
export function matrixQueries(template: Template, model: TemplateModel): Record<string, OutputField> {
  if (!hasMatrix(template)) return {}
  return {
    [rootFieldNamesOf(template).query.matrix]: {
      type: typeNamesOf(template).matrix,
      description: `The values of a field crossed with the objects that a reference leads to: which ${template.pluralName} exist, and which are missing.`,
      args: matrixArguments(template, model),
      action: { kind: 'read', plan: (args, field, request) => planMatrixRead(template, args, field, request) },
    },
  }
}

function matrixArguments(template: Template, model: TemplateModel): Record<string, InputField> {
  const names = typeNamesOf(template)
  const [only] = matrixColumnFields(template)
  return {
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
    columnWhere: {
      type: hasSeveralColumnTypes(template) || !only ? names.matrixColumnWhere : whereOf(only, model),
      description: 'Only these columns.',
    },
    where: {
      type: names.where,
      description: `Only these ${template.pluralName} count. Rows and columns stay the same.`,
    },
  }
}

function columnType(template: Template, model: TemplateModel): string {
  const [first] = matrixColumnFields(template)
  return hasSeveralColumnTypes(template) || !first ? 'RegistryObject' : targetOf(first, model).typeName
}

function whereOf(field: Field, model: TemplateModel): string {
  return typeNamesOf(targetOf(field, model)).where
}

function targetOf(field: Field, model: TemplateModel): Template {
  return templateOf(model, field.reference?.to)
}
