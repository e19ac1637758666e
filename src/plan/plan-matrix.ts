import { GraphQLObjectType, getNamedType } from 'graphql'
import { createInputError, type InputIssue } from '../errors.ts'
import { assertWithinLimit, createLimitError } from '../limits.ts'
import type { Json } from '../template/json.ts'
import type { Field, Template } from '../template/model.ts'
import { namingOfValue } from '../template/naming.ts'
import { printTargetKeys } from '../template/object-key.ts'
import { templateOf } from '../template/template-of.ts'
import { assertReach } from './assert-reach.ts'
import { always, type Condition } from './condition.ts'
import { checkFilterValue } from './filter-value.ts'
import { planGroupField } from './group-fields.ts'
import type { LimitedModel } from './limited-model.ts'
import { hasSeveralColumnTypes } from './matrix-fields.ts'
import type {
  CellEntry,
  MatrixColumns,
  MatrixCountName,
  MatrixEntry,
  MatrixPlan,
  MatrixRow,
  MatrixRows,
} from './matrix-plan.ts'
import type { ObjectSelection, ReadPlan } from './plan.ts'
import type { ReadRequest } from './plan-read.ts'
import {
  assertType,
  below,
  collectSelection,
  type PlanContext,
  planObjectSelection,
  type SelectedField,
} from './plan-selection.ts'
import { planWhere } from './plan-where.ts'

type Args = Readonly<Record<string, unknown>>

/** `roleMatrix(…)`. */
export function planMatrixRead(template: Template, args: Args, info: ReadRequest, model: LimitedModel): ReadPlan {
  const context: PlanContext = { model, info, path: [] }
  const columns = planColumns(template, args, model)
  const rows = planRows(template, args, columns.field, model)
  const where = args.where === undefined ? always : planWhere(args.where, template, model, ['where'])
  const entries = planEntries(template, columns, context, info)
  return assertReach(
    { kind: 'matrix', matrix: { template, rows, columns, where, entries, limits: model.limits } },
    info,
    model,
  )
}

function planColumns(template: Template, args: Args, model: LimitedModel): MatrixColumns {
  const field = planGroupField(args.columns, template)
  const target = templateOf(model, field.reference?.to)
  const isAbstract = hasSeveralColumnTypes(template)
  const where = isAbstract
    ? planOneColumnWhere(args.columnWhere, field, target, model)
    : planColumnWhere(args.columnWhere, target, model, ['columnWhere'])
  return { field, target, where, isAbstract }
}

function planColumnWhere(
  input: unknown,
  target: Template,
  model: LimitedModel,
  path: readonly (string | number)[],
): Condition {
  return input === undefined ? always : planWhere(input, target, model, path)
}

/** `columnWhere: {image: {…}}`, where the columns may be of several templates. */
function planOneColumnWhere(input: unknown, field: Field, target: Template, model: LimitedModel): Condition {
  if (input === undefined || input === null) return planColumnWhere(input, target, model, ['columnWhere'])
  const given = Object.entries(input).filter(([, value]) => value !== undefined)
  const issues = given
    .filter(([name]) => name !== field.name)
    .map(([name]) => ({
      path: ['columnWhere', name],
      code: 'MATRIX',
      message: `columnWhere has an entry for ${name}, but the columns are ${field.name}; write columnWhere: {${field.name}: {…}}, or ask for columns: ${name}`,
    }))
  if (issues.length > 0) throw createInputError(issues)
  return planColumnWhere(Object.fromEntries(given)[field.name], target, model, ['columnWhere', field.name])
}

function planRows(template: Template, args: Args, columns: Field, model: LimitedModel): MatrixRows {
  const field = planGroupField(args.rows, template)
  if (field === columns) {
    const message = `rows and columns are both ${field.name}; cross it with another field`
    throw createInputError([{ path: ['rows'], code: 'MATRIX', message }])
  }
  const naming = namingOfValue(field, model)
  if (args.rowIn !== undefined) return { kind: 'given', field, values: planRowIn(args.rowIn, field, model), naming }
  if (field.reference) return { kind: 'targets', field, target: templateOf(model, field.reference.to), naming }
  return { kind: 'values', field }
}

/** Each value once, in the order as given. */
function planRowIn(input: unknown, field: Field, model: LimitedModel): readonly MatrixRow[] {
  if (!Array.isArray(input)) {
    const message = 'null is not a list of rows; leave rowIn out for the rows that there are'
    throw createInputError([{ path: ['rowIn'], code: 'FILTER', message }])
  }
  const issues: InputIssue[] = []
  const rows = new Map<string, MatrixRow>()
  for (const [index, given] of input.entries()) {
    const stored = checkFilterValue(given, field, model, ['rowIn', index], issues)
    if (stored === undefined || issues.length > 0) continue
    const row = toRow(stored, field, model)
    const name = row.key ?? JSON.stringify(row.value)
    if (!rows.has(name)) rows.set(name, row)
  }
  if (issues.length > 0) throw createInputError(issues)
  assertWithinLimit('matrixRows', rows.size, model.limits, { place: 'rowIn' })
  return [...rows.values()]
}

function toRow(value: Json, field: Field, model: LimitedModel): MatrixRow {
  if (field.reference) return { key: String(printTargetKeys(field, value, model)), value }
  // As keys have them, in which all Unicode forms of a text are one.
  return { key: undefined, value: field.isKey && typeof value === 'string' ? value.normalize('NFC') : value }
}

/** Throws LIMIT_EXCEEDED for a matrix of that size. Rows and columns have been counted to one more than is allowed. */
export function assertMatrixFits({ limits }: MatrixPlan, rows: number, columns: number): void {
  if (rows > limits.matrixRows) throw createLimitError('matrixRows', limits.matrixRows)
  if (columns > limits.matrixColumns) throw createLimitError('matrixColumns', limits.matrixColumns)
  assertWithinLimit('matrixCells', rows * columns, limits)
}

function planEntries(
  template: Template,
  columns: MatrixColumns,
  context: PlanContext,
  info: ReadRequest,
): readonly MatrixEntry[] {
  const type = objectType(getNamedType(info.returnType))
  return collectSelection(type, info.fieldNodes, context).map((selected): MatrixEntry => {
    const { key, name } = selected
    switch (name) {
      case '__typename':
        return { kind: 'typename', key, name: type.name }
      case 'rows':
        return { kind: 'rows', key }
      case 'columns':
        return { kind: 'columns', key, selection: planObject(columns.target, selected, context) }
      case 'cells':
      case 'missing':
        return { kind: name, key, entries: planCell(template, columns, selected, below(context, key)) }
      default:
        return { kind: 'count', key, of: name as MatrixCountName }
    }
  })
}

function planCell(
  template: Template,
  columns: MatrixColumns,
  cell: SelectedField,
  context: PlanContext,
): readonly CellEntry[] {
  const type = assertType(cell)
  return collectSelection(type, cell.nodes, context).map((selected): CellEntry => {
    const { key, name } = selected
    switch (name) {
      case '__typename':
        return { kind: 'typename', key, name: type.name }
      case 'column':
        return { kind: 'column', key, selection: planObject(columns.target, selected, context) }
      case 'latest':
        return { kind: 'latest', key, selection: planObject(template, selected, context) }
      default:
        return { kind: name as 'row' | 'state' | 'count', key }
    }
  })
}

/** Of one template, whatever the schema says: which reference makes the columns is known here. */
function planObject(template: Template, { key, nodes }: SelectedField, context: PlanContext): ObjectSelection {
  const type = objectType(context.info.schema.getType(template.typeName))
  return planObjectSelection(template, type, nodes, below(context, key))
}

function objectType(type: unknown): GraphQLObjectType {
  if (!(type instanceof GraphQLObjectType)) throw new Error(`"${String(type)}" is not an object`)
  return type
}
