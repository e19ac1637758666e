import { allOf, type Condition, isEqual, parseConditions, parseValue, toWhere, type Where } from './condition.ts'
import {
  type DescribedField,
  type DescribedTemplate,
  matrixColumnsOf,
  matrixRowsOf,
  type Operation,
  targetOf,
  ViewError,
} from './described-template.ts'
import { type Followed, followReferences, mergeFollowed } from './followed.ts'
import { fieldValueOf, type Json, matrixFieldOf } from './graphql-name.ts'
import { withoutAbsent } from './list-view.ts'
import { type SelectedObject, selectFields, selectKey } from './selection.ts'

/** What `/matrix/TEMPLATE?…` and `/badge/TEMPLATE.svg?…` show. */
export interface MatrixView {
  readonly template: DescribedTemplate
  readonly rows: DescribedField
  /** A reference. */
  readonly columns: DescribedField
  /** The template of the columns. */
  readonly target: DescribedTemplate
  /** On the objects in the cells. */
  readonly conditions: readonly Condition[]
  /** On the objects of the columns: `columns.distr=ubuntu`. */
  readonly columnConditions: readonly Condition[]
  /** These rows instead of all: `ntp-client,sshd`, or a JSON array. */
  readonly rowIn: string | undefined
  /** The field of the columns' objects by which they stand together. */
  readonly group: DescribedField | undefined
  /** As of that time; undefined: as it is now. */
  readonly at: string | undefined
  /** Only rows and columns with a cell that has not passed. */
  readonly onlyNotPassed: boolean
  /** The cell that is open: its row as JSON, and the uuid of its column. */
  readonly cell: { readonly row: string; readonly column: string } | undefined
}

/** The letter of a cell: passed, failed, stale, missing; present, where the template does not say what passed. */
export type Verdict = 'P' | 'F' | 'S' | 'M' | '+'

export interface MatrixCounts {
  readonly passed: number
  readonly failed: number
  readonly stale: number
  readonly missing: number
  readonly present: number
}

export interface MatrixAnswer {
  readonly matrix: {
    readonly counts: MatrixCounts
    readonly columns: readonly SelectedObject[]
    /** A letter a column. */
    readonly rows: readonly { readonly row: Json; readonly verdicts: string }[]
  }
}

/** The parameters of an address that are no conditions. */
export const matrixParameters = ['rows', 'columns', 'rowIn', 'group', 'only', 'row', 'column', 'at'] as const
const columnPrefix = 'columns.'

/** Reads an address. Without `rows` and `columns`, the first fields that fit. Throws `ViewError`. */
export function parseMatrixView(
  template: DescribedTemplate,
  parameters: URLSearchParams,
  templates: readonly DescribedTemplate[],
): MatrixView {
  const columns = chooseField('columns', parameters.get('columns'), matrixColumnsOf(template), template)
  const rows = chooseField('rows', parameters.get('rows'), matrixRowsOf(template, columns), template)
  const target = targetOf(columns, templates)
  const group = parameters.get('group') || undefined
  const only = parameters.get('only')
  if (only !== null && only !== 'notPassed') throw new ViewError(`only is notPassed, not "${only}".`)
  const [row, column] = [parameters.get('row'), parameters.get('column')]
  const given = [...parameters]
  const isOfColumns = ([name]: readonly [string, string]) => name.startsWith(columnPrefix)
  return {
    template,
    rows,
    columns,
    target,
    conditions: parseConditions(
      given.filter((one) => !isOfColumns(one)),
      matrixParameters,
    ),
    columnConditions: parseConditions(
      given.filter(isOfColumns).map(([name, value]) => [name.slice(columnPrefix.length), value] as const),
      [],
    ),
    rowIn: parameters.get('rowIn') || undefined,
    group: group === undefined ? undefined : chooseField('group', group, groupFieldsOf(target), target),
    at: parameters.get('at') || undefined,
    onlyNotPassed: only !== null,
    cell: row === null || column === null ? undefined : { row, column },
  }
}

/** The fields by which columns can stand together. */
export function groupFieldsOf(target: DescribedTemplate): readonly DescribedField[] {
  return target.fields.filter(({ list, type }) => !list && !['json', 'object', 'reference'].includes(type))
}

function chooseField(
  parameter: string,
  name: string | null,
  fields: readonly DescribedField[],
  template: DescribedTemplate,
): DescribedField {
  const field = name ? fields.find((one) => one.name === name) : fields[0]
  if (field) return field
  if (fields.length === 0)
    throw new ViewError(`${template.name} has no matrix: it takes a reference, and another field with an order.`)
  throw new ViewError(`${parameter}=${name}: write one of ${fields.map((one) => one.name).join(', ')}.`)
}

/** The operation that reads a matrix: a letter a cell. Throws `ViewError`. */
export function planMatrix(view: MatrixView, templates: readonly DescribedTemplate[]): Operation {
  const { target, group, template } = view
  const fields = [selectKey(target, templates), group ? group.graphqlName : '', '_meta { uuid }'].join(' ')
  const selection = hasSeveralTargets(template) ? `... on ${target.type} { ${fields} }` : fields
  return planMatrixOf(
    view,
    templates,
    `counts { passed failed stale missing present }
    columns { ${selection} }
    rows { row verdicts }`,
  )
}

/** The operation that counts the cells of a matrix. Throws `ViewError`. */
export function planCounts(view: MatrixView, templates: readonly DescribedTemplate[]): Operation {
  return planMatrixOf(view, templates, 'counts { passed failed stale missing present }')
}

function planMatrixOf(view: MatrixView, templates: readonly DescribedTemplate[], selection: string): Operation {
  const { template, rows, columns, target, conditions, columnConditions, rowIn, at } = view
  const isSeveral = hasSeveralTargets(template)
  const columnWhere = toWhere(columnConditions, target, templates)
  const types = `$where: ${template.type}Where, $columnWhere: ${isSeveral ? `${template.type}MatrixColumnWhere` : `${target.type}Where`}, $rowIn: [JSON!]${at === undefined ? '' : ', $at: DateTime'}`
  return {
    query: `query ${template.type}Matrix(${types}) {
  matrix: ${matrixFieldOf(template)}(rows: ${fieldValueOf(rows)}, columns: ${fieldValueOf(columns)}, where: $where, columnWhere: $columnWhere, rowIn: $rowIn${at === undefined ? '' : `, ${atOf(template)}: $at`}) {
    ${selection}
  }
}`,
    variables: withoutAbsent({
      where: toWhere(conditions, template, templates),
      columnWhere: isSeveral && columnWhere ? { [columns.graphqlName]: columnWhere } : columnWhere,
      rowIn: rowIn === undefined ? undefined : parseRowIn(rowIn, rows, templates),
      at,
    }),
  }
}

/** What decides about a matrix and its cells; nothing where it shows another time than now. Throws `ViewError`. */
export function followMatrix(view: MatrixView, templates: readonly DescribedTemplate[]): readonly Followed[] {
  const { template, target, conditions, columnConditions, at } = view
  if (at !== undefined) return []
  const pathsOf = (some: readonly Condition[]) => some.map(({ path }) => path)
  return mergeFollowed([
    { template, where: toWhere(conditions, template, templates) },
    { template: target },
    ...followReferences(pathsOf(conditions), template, templates),
    ...followReferences(pathsOf(columnConditions), target, templates),
  ])
}

function hasSeveralTargets(template: DescribedTemplate): boolean {
  return new Set(matrixColumnsOf(template).map(({ to }) => to)).size > 1
}

function parseRowIn(text: string, rows: DescribedField, templates: readonly DescribedTemplate[]): readonly Json[] {
  if (!text.startsWith('[')) return text.split(',').map((part) => parseValue(rows, part, 'rowIn', templates))
  const list = parseJson(text, 'rowIn')
  if (!Array.isArray(list)) throw new ViewError('rowIn is a JSON array, or values with commas.')
  return list
}

function parseJson(text: string, parameter: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    throw new ViewError(`${parameter}: "${text}" is not JSON.`)
  }
}

/** The operation that finds when the first of the objects was created. */
export function planOldest({ template }: Pick<MatrixView, 'template'>): Operation {
  return {
    query: `query ${template.type}Oldest {
  page: ${template.plural}(first: 1) { nodes { _meta { createTime } } }
}`,
    variables: {},
  }
}

export interface OldestAnswer {
  readonly page: { readonly nodes: readonly { readonly _meta: { readonly createTime: string } }[] }
}

/** The argument that gives the time as of which a list or a matrix is read. A field of that name keeps it. */
function atOf({ fields }: DescribedTemplate): string {
  return fields.some(({ name }) => name === 'at') ? '_at' : 'at'
}

/** The operation that reads the objects of a cell, those of the last update first. Throws `ViewError`. */
export function planCell(view: MatrixView, templates: readonly DescribedTemplate[]): Operation | undefined {
  const { template, rows, columns, conditions, cell, at } = view
  if (!cell) return undefined
  const own = toWhere(conditions, template, templates)
  const row: Where = { [rows.graphqlName]: isEqual(rows, parseJson(cell.row, 'row'), templates) }
  const column: Where = { [columns.graphqlName]: { _meta: { uuid: { equals: cell.column } } } }
  return {
    query: `query ${template.type}Cell($where: ${template.type}Where, $orderBy: [${template.type}OrderBy!]${at === undefined ? '' : ', $at: DateTime'}) {
  page: ${template.plural}(where: $where, orderBy: $orderBy, first: 20${at === undefined ? '' : `, ${atOf(template)}: $at`}) {
    totalCount
    nodes { ${selectFields(template, templates)} }
  }
}`,
    variables: withoutAbsent({
      where: allOf([row, column, ...(own ? [own] : [])]),
      orderBy: [{ _meta: { updateTime: 'desc' } }],
      at,
    }),
  }
}
