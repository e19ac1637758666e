import { fieldEnumValueOf } from '../../template/graphql-names.ts'
import type { Json } from '../arguments/parse-value.ts'
import type { Where } from '../arguments/parse-where.ts'
import type { Connection } from '../connection/connection.ts'
import type { Template, TemplateField } from '../connection/template.ts'
import { namesOf, onlyKeyFieldOf } from '../connection/template-names.ts'
import { objectSelection, type SelectedObject, type ShownObject, toShownObject } from '../output/print-object.ts'

/** Which matrix of a template to read. */
export interface MatrixReading {
  readonly rows: TemplateField
  readonly columns: TemplateField
  /** The template of the columns. */
  readonly target: Template
  readonly where: Where | undefined
  readonly rowIn: readonly Json[] | undefined
  readonly columnWhere: Where | undefined
}

/** A matrix whose columns are keys, as references in documents are. */
export interface Matrix {
  readonly rowName: string
  readonly columnName: string
  readonly rows: readonly Json[]
  readonly columns: readonly Json[]
  /** Row by row. */
  readonly cells: readonly MatrixCell[]
  readonly missing: readonly MatrixCell[]
}

export interface MatrixCell {
  readonly row: Json
  readonly column: Json
  readonly state: 'PRESENT' | 'MISSING'
  readonly count: number
  /** The most recently updated object in the cell, if it was selected. */
  readonly latest: ShownObject | null
}

interface Answer {
  readonly matrix: {
    readonly rows: readonly { readonly row: Json }[]
    readonly columns: readonly { readonly _document: { readonly [name: string]: Json } }[]
    readonly cells: readonly {
      readonly state: MatrixCell['state']
      readonly count: number
      readonly latest?: SelectedObject | null
    }[]
  }
}

/** Reads a matrix. Columns are selected once, not in each cell: the cells come in the order of the columns. */
export async function readMatrix(
  connection: Connection,
  template: Template,
  { rows, columns, target, where, rowIn, columnWhere }: MatrixReading,
  withLatest: boolean,
): Promise<Matrix> {
  const { types, query: fields } = namesOf(template)
  const references = template.fields.filter((field) => field.type === 'reference' && !field.list)
  const isOne = references.every((field) => field.to === target.name)
  const whereType = isOne ? namesOf(target).types.where : types.matrixColumnWhere
  const query = `query RegistryMatrix($where: ${types.where}, $rowIn: [JSON!], $columnWhere: ${whereType}) {
  matrix: ${fields.matrix}(rows: ${fieldEnumValueOf(rows)}, columns: ${fieldEnumValueOf(columns)}, rowIn: $rowIn, columnWhere: $columnWhere, where: $where) {
    rows { row } columns { _document } cells { state count ${withLatest ? `latest { ${objectSelection} }` : ''} }
  }
}`
  const { matrix } = await connection.send<Answer>(query, {
    where,
    rowIn,
    columnWhere: isOne || !columnWhere ? columnWhere : { [columns.name]: columnWhere },
  })
  const found = matrix.rows.map(({ row }) => row)
  const keys = matrix.columns.map(({ _document }) => toKey(target, _document))
  const cells = matrix.cells.map(
    ({ state, count, latest }, i): MatrixCell => ({
      row: found[Math.floor(i / keys.length)] as Json,
      column: keys[i % keys.length] as Json,
      state,
      count,
      latest: latest ? toShownObject(latest) : null,
    }),
  )
  return {
    rowName: rows.name,
    columnName: columns.name,
    rows: found,
    columns: keys,
    cells,
    missing: cells.filter(({ state }) => state === 'MISSING'),
  }
}

/** The key; if it is one field, that field's value. */
function toKey(target: Template, document: { readonly [name: string]: Json }): Json {
  const only = onlyKeyFieldOf(target)
  if (only) return document[only.name] as Json
  return Object.fromEntries(target.key.map((name) => [name, document[name] as Json]))
}
