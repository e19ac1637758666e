import { fieldEnumValueOf } from '../../template/graphql-names.ts'
import { atArgumentOf } from '../../template/names/argument-names.ts'
import { fieldNameInGraphql } from '../../template/names/name-in-graphql.ts'
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
  /** As of that time; undefined: as it is now. */
  readonly at: string | undefined
}

/** A matrix whose columns are keys, as references in documents are. */
export interface Matrix {
  readonly rowName: string
  readonly columnName: string
  readonly rows: readonly Json[]
  readonly columns: readonly Json[]
  /** Row by row. */
  readonly cells: readonly MatrixCell[]
  readonly notPassed: readonly MatrixCell[]
}

/** Each verdict by its letter. */
const verdicts = { P: 'PASSED', F: 'FAILED', S: 'STALE', M: 'MISSING', '+': 'PRESENT' } as const
export type VerdictLetter = keyof typeof verdicts

export interface MatrixCell {
  readonly row: Json
  readonly column: Json
  readonly letter: VerdictLetter
  /** What is selected only on demand. */
  readonly contents: CellContents | undefined
}

interface CellContents {
  readonly state: 'PRESENT' | 'MISSING'
  readonly count: number
  /** The latest object in the cell. */
  readonly latest: ShownObject | null
}

interface Answer {
  readonly matrix: {
    readonly rows: readonly { readonly row: Json; readonly verdicts: string }[]
    readonly columns: readonly { readonly _document: { readonly [name: string]: Json } }[]
    readonly cells?: readonly {
      readonly state: CellContents['state']
      readonly count: number
      readonly latest: SelectedObject | null
    }[]
  }
}

/**
 * Reads a matrix, of each cell its verdict alone or its contents too. Columns are selected once, not in each cell: the cells come in
 * the order of the columns.
 */
export async function readMatrix(
  connection: Connection,
  template: Template,
  reading: MatrixReading,
  withContents: boolean,
): Promise<Matrix> {
  const { at, rows, columns, target } = reading
  const { declared, given, variables } = printArguments(template, reading)
  const query = `query RegistryMatrix(${declared}${at === undefined ? '' : ', $at: DateTime'}) {
  matrix: ${namesOf(template).query.matrix}(${given}${at === undefined ? '' : `, ${atArgumentOf(template.fields)}: $at`}) {
    rows { row verdicts } columns { _document } ${withContents ? `cells { state count latest { ${objectSelection} } }` : ''}
  }
}`
  const { matrix } = await connection.send<Answer>(query, { ...variables, at })
  const keys = matrix.columns.map(({ _document }) => toKey(target, _document))
  const cells = matrix.rows.flatMap(({ row, verdicts }, i) =>
    keys.map((column, j): MatrixCell => {
      const cell = matrix.cells?.[i * keys.length + j]
      return {
        row,
        column,
        letter: verdicts[j] as VerdictLetter,
        contents: cell && { ...cell, latest: cell.latest && toShownObject(cell.latest) },
      }
    }),
  )
  return {
    rowName: rows.name,
    columnName: columns.name,
    rows: matrix.rows.map(({ row }) => row),
    columns: keys,
    cells,
    notPassed: cells.filter(({ letter }) => !['PASSED', 'PRESENT'].includes(verdicts[letter])),
  }
}

/** Has the registry wait until every cell has passed, for at most so many seconds. */
export async function awaitMatrix(
  connection: Connection,
  template: Template,
  reading: MatrixReading,
  seconds: number,
): Promise<{ readonly holds: boolean }> {
  const { declared, given, variables } = printArguments(template, reading)
  const query = `query RegistryWait(${declared}, $timeout: Int) { awaited: ${namesOf(template).query.awaitMatrix}(${given}, timeout: $timeout) { holds } }`
  const { awaited } = await connection.send<{ awaited: { holds: boolean } }>(query, { ...variables, timeout: seconds })
  return awaited
}

/** Which matrix, as the arguments of a field. */
function printArguments(template: Template, { rows, columns, target, where, rowIn, columnWhere }: MatrixReading) {
  const { types } = namesOf(template)
  const references = template.fields.filter((field) => field.type === 'reference' && !field.list)
  const isOne = references.every((field) => field.to === target.name)
  const whereType = isOne ? namesOf(target).types.where : types.matrixColumnWhere
  return {
    declared: `$where: ${types.where}, $rowIn: [JSON!], $columnWhere: ${whereType}`,
    given: `rows: ${fieldEnumValueOf(rows)}, columns: ${fieldEnumValueOf(columns)}, rowIn: $rowIn, columnWhere: $columnWhere, where: $where`,
    variables: {
      where,
      rowIn,
      columnWhere: isOne || !columnWhere ? columnWhere : { [fieldNameInGraphql(columns.name)]: columnWhere },
    },
  }
}

/** The key; if it is one field, that field's value. */
function toKey(target: Template, document: { readonly [name: string]: Json }): Json {
  const only = onlyKeyFieldOf(target)
  if (only) return document[only.name] as Json
  return Object.fromEntries(target.key.map((name) => [name, document[name] as Json]))
}

/** A cell as JSON. */
export function toShownCell({ row, column, letter, contents }: MatrixCell): ShownObject {
  return { row, column, verdict: verdicts[letter], ...contents }
}
