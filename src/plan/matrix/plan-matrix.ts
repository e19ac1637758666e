import { GraphQLObjectType, getNamedType } from 'graphql'
import { createInputError, type InputIssue, type Path } from '../../errors.ts'
import { assertWithinLimit, createLimitError, type Limits } from '../../limits.ts'
import type { Json } from '../../template/json.ts'
import type { Field, Template } from '../../template/model.ts'
import { namingOfValue } from '../../template/naming.ts'
import { printTargetKeys } from '../../template/object-key.ts'
import { templateOf } from '../../template/template-of.ts'
import { assertReach } from '../assert-reach.ts'
import { below, type PlanContext, planFields, planSubfields, type SelectedField } from '../collect-selection.ts'
import { always, type Condition } from '../condition.ts'
import { checkFilterValue } from '../filter-value.ts'
import { planGroupField } from '../group-fields.ts'
import { planVerdict } from '../latest/plan-verdict.ts'
import { settle } from '../open-value.ts'
import type { ObjectSelection, ReadPlan } from '../plan.ts'
import { contextOf, type RootField } from '../plan-read.ts'
import type { PlanRequest } from '../plan-request.ts'
import { planObjectSelection } from '../plan-selection.ts'
import { planWhere } from '../plan-where.ts'
import { hasSeveralColumnTypes } from './matrix-fields.ts'
import type {
  CellEntry,
  CountsEntry,
  MatrixColumns,
  MatrixCountName,
  MatrixEntry,
  MatrixRow,
  MatrixRows,
  RowEntry,
  Verdict,
} from './matrix-plan.ts'

type Args = Readonly<Record<string, unknown>>

/** `roleMatrix(…)`. */
export function planMatrixRead(template: Template, args: Args, root: RootField, request: PlanRequest): ReadPlan {
  const context = contextOf(root, request)
  const source = request.source(template)
  const columns = planColumns(template, args, request)
  const rows = planRows(template, args, columns.field, request)
  const where = planOptionalWhere(args.where, template, request, ['where'])
  const verdict = planVerdict(template, request)
  const entries = planEntries(template, columns, context, root)
  return assertReach(
    {
      kind: 'matrix',
      matrix: { source, rows, columns, where, verdict, entries, limits: request.limits },
    },
    request,
  )
}

function planColumns(template: Template, args: Args, request: PlanRequest): MatrixColumns {
  const field = planGroupField(args.columns, template)
  const target = templateOf(request.model, field.reference?.to)
  const source = request.source(target)
  const where = hasSeveralColumnTypes(template)
    ? planOneColumnWhere(args.columnWhere, field, target, request)
    : planOptionalWhere(args.columnWhere, target, request, ['columnWhere'])
  return { field, target: source, where }
}

function planOptionalWhere(input: unknown, target: Template, request: PlanRequest, path: Path): Condition {
  return input === undefined ? always : planWhere(input, target, request, path)
}

/** `columnWhere: {image: {…}}`, if the columns may belong to several templates. */
function planOneColumnWhere(input: unknown, field: Field, target: Template, request: PlanRequest): Condition {
  if (input === undefined || input === null) return planOptionalWhere(input, target, request, ['columnWhere'])
  const given = Object.entries(input).filter(([, value]) => value !== undefined)
  const issues = given
    .filter(([name]) => name !== field.graphqlName)
    .map(([name]) => ({
      path: ['columnWhere', name],
      code: 'MATRIX',
      message: `columnWhere has an entry for ${name}, but the columns are ${field.graphqlName}; write columnWhere: {${field.graphqlName}: {…}}, or ask for columns: ${name}`,
    }))
  if (issues.length > 0) throw createInputError(issues)
  return planOptionalWhere(new Map(given).get(field.graphqlName), target, request, ['columnWhere', field.graphqlName])
}

function planRows(template: Template, args: Args, columns: Field, request: PlanRequest): MatrixRows {
  const field = planGroupField(args.rows, template)
  if (field === columns) {
    const message = `rows and columns are both ${field.graphqlName}; choose another field for one of them`
    throw createInputError([{ path: ['rows'], code: 'MATRIX', message }])
  }
  const naming = namingOfValue(field, request.model)
  // Also of given rows: a row stands for an object.
  const target = field.reference && request.source(templateOf(request.model, field.reference.to))
  if (args.rowIn !== undefined)
    return { kind: 'given', field, values: planRowIn(settle(args.rowIn), field, request), naming }
  return target ? { kind: 'targets', field, target, naming } : { kind: 'values', field }
}

/** Each value once, in the given order. */
function planRowIn(input: unknown, field: Field, request: PlanRequest): readonly MatrixRow[] {
  if (!Array.isArray(input)) {
    const message = 'null is not a list of rows; leave rowIn out to get all rows'
    throw createInputError([{ path: ['rowIn'], code: 'FILTER', message }])
  }
  const issues: InputIssue[] = []
  const rows = new Map<string, MatrixRow>()
  for (const [index, given] of input.entries()) {
    const stored = checkFilterValue(given, field, request.model, ['rowIn', index], issues)
    if (stored === undefined || issues.length > 0) continue
    const row = toRow(stored, field, request)
    const name = row.key ?? JSON.stringify(row.value)
    if (!rows.has(name)) rows.set(name, row)
  }
  if (issues.length > 0) throw createInputError(issues)
  assertWithinLimit('matrixRows', rows.size, request.limits, { path: ['rowIn'] })
  return [...rows.values()]
}

function toRow(value: Json, field: Field, request: PlanRequest): MatrixRow {
  if (field.reference) return { key: String(printTargetKeys(field, value, request.model)), value }
  // In the Unicode form of keys, so that all forms of a text are one row. A member of an enum has one form, that of the template.
  const hasForms = field.isKey && field.type !== 'enum' && typeof value === 'string'
  return { key: undefined, value: hasForms ? value.normalize('NFC') : value }
}

/** Throws LIMIT_EXCEEDED if the matrix is too large. Rows and columns have been counted only up to one more than allowed. */
export function assertMatrixFits(limits: Limits, rows: number, columns: number): void {
  if (rows > limits.matrixRows) throw createLimitError('matrixRows', limits.matrixRows)
  if (columns > limits.matrixColumns) throw createLimitError('matrixColumns', limits.matrixColumns)
  assertWithinLimit('matrixCells', rows * columns, limits)
}

function planEntries(
  template: Template,
  columns: MatrixColumns,
  context: PlanContext,
  root: RootField,
): readonly MatrixEntry[] {
  const type = objectType(getNamedType(root.returnType))
  return planFields(type, root.fieldNodes, context, (selected): MatrixEntry => {
    const { key, name } = selected
    switch (name) {
      case 'rows':
        return { kind: 'rows', key, entries: planSubfields(selected, context, planRowEntry) }
      case 'columns':
        return { kind: 'columns', key, selection: planObject(columns.target.template, selected, context) }
      case 'counts':
        return { kind: 'counts', key, entries: planSubfields(selected, context, planCountsEntry) }
      case 'holds':
        return { kind: name, key }
      case 'cells':
      case 'missing':
      case 'notPassed':
        return { kind: name, key, entries: planCell(template, columns, selected, below(context, key)) }
      default:
        return { kind: 'count', key, of: name as MatrixCountName }
    }
  })
}

function planRowEntry({ key, name }: SelectedField): RowEntry {
  return { kind: name as 'row' | 'verdicts', key }
}

function planCountsEntry({ key, name }: SelectedField): CountsEntry {
  return { kind: 'count', key, of: name.toUpperCase() as Verdict }
}

function planCell(
  template: Template,
  columns: MatrixColumns,
  cell: SelectedField,
  context: PlanContext,
): readonly CellEntry[] {
  return planSubfields(cell, context, (selected): CellEntry => {
    const { key, name } = selected
    switch (name) {
      case 'column':
        return { kind: 'column', key, selection: planObject(columns.target.template, selected, context) }
      case 'latest':
        return { kind: 'latest', key, selection: planObject(template, selected, context) }
      default:
        return { kind: name as 'row' | 'state' | 'verdict' | 'count', key }
    }
  })
}

/** Plans an object of one template, even if the schema's type is abstract: here it is known which reference makes the columns. */
function planObject(template: Template, { key, nodes }: SelectedField, context: PlanContext): ObjectSelection {
  const type = objectType(context.operation.schema.getType(template.typeName))
  return planObjectSelection(template, type, nodes, below(context, key))
}

function objectType(type: unknown): GraphQLObjectType {
  if (!(type instanceof GraphQLObjectType)) throw new Error(`"${String(type)}" is not an object`)
  return type
}
