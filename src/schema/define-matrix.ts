import { hasMatrix, hasSeveralColumnTypes, matrixColumnFields, matrixRowFields } from '../plan/matrix/matrix-fields.ts'
import { verdictLetters } from '../plan/matrix/matrix-plan.ts'
import { planMatrixRead } from '../plan/matrix/plan-matrix.ts'
import { planAsOf } from '../plan/past/as-of.ts'
import { allTypeNamesOf, giveWay, rootFieldNamesOf, typeNamesOf } from '../template/graphql-names.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import { atArgumentOf } from '../template/names/argument-names.ts'
import { templateOf } from '../template/template-of.ts'
import type { DynamicBuilder } from './dynamic-builder.ts'
import { fieldEnumValues } from './field-graphql.ts'
import type { InputField, OutputField } from './lazy/type-definitions.ts'
import { atArgument } from './past/at-argument.ts'

/** The types of a template's matrix, if it has one: rows of values, columns of the objects that a reference leads to. */
export function defineMatrixTypes(builder: DynamicBuilder, template: Template, model: TemplateModel): void {
  if (!hasMatrix(template)) return
  const names = allTypeNamesOf(template)
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
  const shared = (name: string) => giveWay(name, 'type', model)
  const verdict = { type: shared('MatrixVerdict'), description: printJudgement(template) }
  const best = template.passed ? 'PASSED' : 'PRESENT'
  if (hasSeveralColumnTypes(template)) {
    builder.filter(
      names.matrixColumnWhere,
      () =>
        Object.fromEntries(
          columnFields.map((field) => [field.graphqlName, { type: targetTypesOf(field, model).where }]),
        ),
      'Only the entry for the reference that makes the columns.',
    )
  }
  builder.object(
    names.matrix,
    { description: `Which ${pluralName} exist for each row and column, and which are missing.` },
    () => ({
      rows: { type: [names.matrixRow] },
      columns: { type: [column.type] },
      cells: { type: [names.matrixCell], description: 'Row by row; each row in the order of the columns.' },
      notPassed: { type: [names.matrixNotPassed], description: `The cells that are not ${best}, in the same order.` },
      missing: { type: [names.matrixMissing], description: 'The cells without an object, in the same order.' },
      counts: { type: shared('MatrixCounts'), description: 'How many cells have each verdict.' },
      totalCount: { type: 'Int', description: 'The number of cells.' },
      presentCount: { type: 'Int', description: 'The number of cells with an object.' },
      missingCount: { type: 'Int', description: 'The number of cells without an object.' },
    }),
  )
  builder.object(names.matrixCell, { description: 'What there is for one row and one column.' }, () => ({
    row,
    column,
    verdict,
    state: { type: 'MatrixState' },
    latest: {
      type: names.object,
      nullable: true,
      description: `The latest of the ${pluralName} in the cell.`,
    },
    count: { type: 'Int', description: `The number of ${pluralName} in the cell.` },
  }))
  builder.object(names.matrixRow, { description: 'One row, with a letter for each of its cells.' }, () => ({
    row,
    verdicts: {
      type: 'String',
      description:
        'One letter for each cell of the row, in the order of the columns: P (PASSED), F (FAILED), S (STALE), M (MISSING), + (PRESENT).',
    },
  }))
  builder.object(names.matrixNotPassed, { description: `A row and a column whose cell is not ${best}.` }, () => ({
    row,
    column,
    verdict,
  }))
  builder.object(names.awaitedMatrix, { description: 'Whether all cells of a matrix have passed.' }, () => ({
    holds: { type: 'Boolean', description: `Whether there are cells, and all are ${best}.` },
    notPassed: { type: [names.matrixNotPassed], description: `The cells that are not ${best}, row by row.` },
  }))
  builder.object(names.matrixMissing, { description: 'A row and a column for which there is nothing.' }, () => ({
    row,
    column,
  }))
}

function printJudgement({ pluralName, passed, staleAfter }: Template): string {
  if (!passed) return `PRESENT or MISSING: the template does not say which ${pluralName} have passed.`
  const stale = staleAfter === undefined ? '' : ', STALE if it is a success that is too old'
  return `That of the latest of the ${pluralName} in the cell: PASSED if it is a success${stale}, else FAILED; MISSING if there is none.`
}

/** The types that all matrices share. */
export function defineVerdictTypes(builder: DynamicBuilder, model: TemplateModel): void {
  if (!model.templates.some(hasMatrix)) return
  builder.enumeration(
    giveWay('MatrixVerdict', 'type', model),
    {
      PASSED: { description: 'The latest object is a success' },
      FAILED: { description: 'The latest object is not a success' },
      STALE: { description: 'The latest object is a success that is too old' },
      MISSING: { description: 'There is no object' },
      PRESENT: { description: 'There is an object, and its template does not say what a success is' },
    },
    'What the latest object of a cell says.',
  )
  builder.object(
    giveWay('MatrixCounts', 'type', model),
    { description: 'How many cells there are of each verdict.' },
    () =>
      Object.fromEntries(
        Object.keys(verdictLetters).map((verdict) => [
          verdict.toLowerCase(),
          { type: 'Int', description: `The number of cells that are ${verdict}.` },
        ]),
      ),
  )
}

/** The root field of a template's matrix, if it has one. */
export function matrixQueries(template: Template, model: TemplateModel): Record<string, OutputField> {
  if (!hasMatrix(template)) return {}
  const at = atArgumentOf(template.fields)
  const names = typeNamesOf(template)
  const { pluralName } = template
  return {
    [rootFieldNamesOf(template).query.matrix]: {
      type: names.matrix,
      description: `The values of a field crossed with the objects that a reference leads to: which ${pluralName} exist, and which are missing.`,
      args: { ...matrixArgumentsOf(template, model), [at]: atArgument },
      action: {
        kind: 'read',
        plan: planAsOf(at, (args, field, request) => planMatrixRead(template, args, field, request)),
      },
    },
  }
}

/** What a matrix is made of. */
export function matrixArgumentsOf(template: Template, model: TemplateModel): Record<string, InputField> {
  const names = typeNamesOf(template)
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
    columnWhere: { type: columnTypesOf(template, model).where, description: 'Only these columns.' },
    where: {
      type: names.where,
      description: `Only these ${template.pluralName} count. Rows and columns stay the same.`,
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
