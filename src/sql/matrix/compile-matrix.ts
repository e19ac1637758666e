import { assertNever } from '../../errors.ts'
import type { CellEntry, MatrixEntry, MatrixPlan, RowEntry } from '../../plan/matrix/matrix-plan.ts'
import type { ObjectSelection } from '../../plan/plan.ts'
import { compileAnd } from '../compile-condition.ts'
import type { Compiler } from '../compiler.ts'
import { jsonList, jsonObject, jsonOfConstant, jsonOfJsonb, jsonOfNumber, orNull } from '../json-text.ts'
import { compileLatestBy, orderByLatest } from '../latest/latest-order.ts'
import { targetKey } from '../references.ts'
import { objectsOf } from '../source.ts'
import { empty, identifier, integer, join, type Sql, sql } from '../sql.ts'
import { compileMatrixRows } from './compile-matrix-rows.ts'
import { compileVerdict, hasVerdict, lettersOfRow, verdictOfCell } from './compile-verdict.ts'
import { rowOf, rowType } from './matrix-row.ts'
import { ofRows } from './of-rows.ts'

/**
 * A matrix. The objects are put into cells once, by the places of their row and column; then all possible cells
 * are joined with those that have objects.
 *
 *     with matrix_row as materialized (select … as id, … as value, … as place),
 *       matrix_column as materialized (select o1.*, row_number() over (…) as place from (select … limit 1001) as o1),
 *       matrix_shown as materialized (select place, key, … as shown1 from matrix_column as o2)
 *     select (case when <not too large> then (
 *         select '{"cells":' || '[' || string_agg('{"row":' || cell.value || …, ',' order by …) filter (where cell.row_place is not null) || ']' || '}'
 *         from (select … from matrix_row cross join matrix_shown) as cell
 *         full join (select … count(*) … from (select … from registry_role_objects …) as o3 full join matrix_row … full join matrix_column … group by …) as filled on …
 *       ) end) as value, <how many rows>, <how many columns>
 *
 * The joins are full joins, whose other side is discarded, because PostgreSQL must do those by hash or by order. It cannot
 * estimate the sizes here well, and with nested loops it would make 100,000 times 1,000 look-ups. A subquery in a `case` runs
 * only if its branch is taken, so that nothing is built for a matrix that is too large.
 *
 * If it is awaited, the value is an array of two texts, of which the second says whether there are cells and all have passed.
 *
 * If the contents of cells are not selected, a hash table tells whether a cell has objects. It is built from an array,
 * for which PostgreSQL always assumes that a hash table has room in memory:
 *
 *     from (select …, (matrix_row.id, matrix_shown.key) in (
 *             select * from unnest(array(select row(…) from (select … from registry_role_objects … offset 0) … where … is not null)) as …) as is_filled
 *           from matrix_row cross join matrix_shown offset 0) as cell
 */
export function compileMatrix(plan: MatrixPlan, compiler: Compiler): Sql {
  const shown = nameShown(plan)
  const value = compileValue(plan, shown, compiler)
  const tables = [
    sql`matrix_row as materialized (${compileMatrixRows(plan, compiler)})`,
    sql`matrix_column as materialized (${compileColumns(plan, compiler)})`,
    sql`matrix_shown as materialized (${compileShown(shown, compiler)})`,
  ]
  const size = sql`select (select count(*)::int from matrix_row) as rows, (select count(*)::int from matrix_column) as columns`
  const fits = sql`size.rows <= ${integer(plan.limits.matrixRows)} and size.columns <= ${integer(plan.limits.matrixColumns)} and size.rows * size.columns <= ${integer(plan.limits.matrixCells)}`
  const read = sql`select (case when ${fits} then ${value} end) as value, size.rows, size.columns from (${size}) as size`
  if (!plan.isAwaited) return sql`with ${join(tables, ', ')} ${read}`
  return sql`with ${join(tables, ', ')} select read.value[1] as value, read.value[2] = 'true' as holds, read.rows, read.columns from (${read}) as read`
}

function compileColumns({ columns, limits }: MatrixPlan, compiler: Compiler): Sql {
  const row = compiler.next()
  const o = identifier(row)
  const order = sql`order by ${o}.created_at, ${o}.key`
  return sql`select ${o}.*, row_number() over (${order}) as place from (select * from ${objectsOf(columns.target, row, compiler)}${compileAnd(columns.where, row, compiler)} ${order} limit ${integer(limits.matrixColumns + 1)}) as ${o}`
}

/** The JSON of the columns, built once per column even if many cells show it: its name in `matrix_shown`, by selection. */
type Shown = ReadonlyMap<ObjectSelection, Sql>

function nameShown({ entries }: MatrixPlan): Shown {
  const selections = entries.flatMap((entry) => {
    if (entry.kind === 'columns') return [entry.selection]
    if (!isListOfCells(entry)) return []
    return entry.entries.flatMap((one) => (one.kind === 'column' ? [one.selection] : []))
  })
  return new Map(selections.map((selection, i) => [selection, identifier(`shown${i + 1}`)]))
}

function compileShown(shown: Shown, compiler: Compiler): Sql {
  const row = compiler.next()
  const objects = [...shown].map(([selection, name]) => sql`, ${compiler.object(selection, row)} as ${name}`)
  return sql`select ${identifier(row)}.place, ${identifier(row)}.key${concat(objects)} from matrix_column as ${identifier(row)}`
}

function concat(pieces: readonly Sql[]): Sql {
  return pieces.length > 0 ? join([...pieces], '') : empty
}

function compileValue(plan: MatrixPlan, shown: Shown, compiler: Compiler): Sql {
  const object = jsonObject(plan.entries.map((entry) => [entry.key, compileMatrixEntry(entry, plan, shown, compiler)]))
  const value = plan.isAwaited ? sql`array[${object}, ${holds(plan)}]` : object
  if (!plan.isAwaited && !plan.entries.some(needsCells)) return value
  const columns = concat([...shown.values()].map((name) => sql`, matrix_shown.${name}`))
  const cells = sql`select matrix_row.place as row_place, matrix_shown.place as column_place, matrix_row.value${columns}`
  const all = sql`from matrix_row cross join matrix_shown`
  if (!needsObjects(plan))
    return sql`(select ${value} from (${cells}, ${compileIsFilled(plan, compiler)} as is_filled ${all} offset 0) as cell)`
  return sql`(select ${value} from (${cells} ${all}) as cell full join (${compileFilled(plan, compiler)}) as filled on filled.row_place = cell.row_place and filled.column_place = cell.column_place)`
}

type ListOfCells = Extract<MatrixEntry, { kind: 'cells' | 'missing' | 'notPassed' }>

function isListOfCells(entry: MatrixEntry): entry is ListOfCells {
  return entry.kind === 'cells' || entry.kind === 'missing' || entry.kind === 'notPassed'
}

function needsCells(entry: MatrixEntry): boolean {
  if (entry.kind === 'rows') return entry.entries.some(({ kind }) => kind === 'verdicts')
  return isListOfCells(entry) || entry.kind === 'counts' || (entry.kind === 'count' && entry.of !== 'totalCount')
}

/** Whether the count or the latest object of cells is selected, or its verdict. */
function needsObjects(plan: MatrixPlan): boolean {
  return isAskedOfCells(plan, 'count') || isAskedOfCells(plan, 'latest') || needsVerdicts(plan)
}

/** Whether the latest object of each cell is judged. */
function needsVerdicts(plan: MatrixPlan): boolean {
  if (!plan.verdict) return false
  if (plan.isAwaited) return true
  const isJudged = (entry: MatrixEntry) =>
    entry.kind === 'notPassed' || entry.kind === 'counts' || (entry.kind === 'rows' && needsCells(entry))
  return plan.entries.some(isJudged) || isAskedOfCells(plan, 'verdict')
}

function isAskedOfCells({ entries }: MatrixPlan, kind: CellEntry['kind']): boolean {
  return entries.some((entry) => entry.kind === 'cells' && entry.entries.some((one) => one.kind === kind))
}

/** Whether a cell has objects. The array must not contain nulls: for each cell that is not found, PostgreSQL would search all rows with nulls. */
function compileIsFilled(plan: MatrixPlan, compiler: Compiler): Sql {
  const row = compiler.next()
  const o = identifier(row)
  // `offset 0`, so that PostgreSQL computes each column only once.
  const objects = sql`select row(${o}.row_id, ${o}.column_key) from (${compileObjects(plan, row, compiler)} offset 0) as ${o} where ${o}.row_id is not null and ${o}.column_key is not null`
  return sql`(matrix_row.id, matrix_shown.key) in (select * from unnest(array(${objects})) as filled (row_id ${rowType(plan.rows.field)}, column_key text))`
}

/** The matching objects with their row and column in the matrix, and further columns. */
function compileObjects(plan: MatrixPlan, row: string, compiler: Compiler, further = empty): Sql {
  const { source, rows, columns } = plan
  return sql`select ${rowOf(rows.field, source.template, row)} as row_id, ${targetKey(columns.field, row)} as column_key${further} from ${objectsOf(source, row, compiler)}${compileAnd(plan.where, row, compiler)}${ofRows(plan, row)}${ofColumns(plan, row)}`
}

/** The cells with objects, by the places of row and column; the full joins also give useless rows for objects in no cell. */
function compileFilled(plan: MatrixPlan, compiler: Compiler): Sql {
  const row = compiler.next()
  const o = identifier(row)
  const isLatestAsked = isAskedOfCells(plan, 'latest')
  const verdict = needsVerdicts(plan) ? plan.verdict : undefined
  const latestBy = compileLatestBy(plan.source.template, row)
  const columns = [
    ...(isLatestAsked || verdict
      ? [sql`, ${o}.key, ${o}.updated_at, ${o}.confirmed_at`, latestBy ? sql`, ${latestBy} as latest_by` : empty]
      : []),
    ...(verdict ? [sql`, ${compileVerdict(verdict, row, compiler)} as verdict`] : []),
  ]
  const order = orderByLatest(latestBy && sql`${o}.latest_by`, row)
  const latest = [
    ...(isLatestAsked ? [sql`, (array_agg(${o}.key order by ${order}))[1] as latest`] : []),
    ...(verdict ? [sql`, (array_agg(${o}.verdict order by ${order}))[1] as verdict`] : []),
  ]
  return sql`select matrix_row.place as row_place, matrix_column.place as column_place, count(*) as count${concat(latest)} from (${compileObjects(plan, row, compiler, concat(columns))}) as ${o} full join matrix_row on matrix_row.id = ${o}.row_id full join matrix_column on matrix_column.key = ${o}.column_key group by 1, 2`
}

/**
 * If the columns are filtered, few objects may belong to them, and the reference's index finds those. Where another index finds fewer,
 * PostgreSQL would look through the array for each object, but a subquery by a hash table; `is true` keeps it from becoming a join.
 *
 *     and (o1.refs->>'image') = any(array(select key from matrix_column)) and ((o1.refs->>'image') in (select key from matrix_column)) is true
 */
function ofColumns({ columns }: MatrixPlan, row: string): Sql {
  if (columns.where.kind === 'always') return empty
  const key = targetKey(columns.field, row)
  return sql` and ${key} = any(array(select key from matrix_column)) and (${key} in (select key from matrix_column)) is true`
}

const isCell = sql`cell.row_place is not null`

function isFilled(plan: MatrixPlan): Sql {
  return needsObjects(plan) ? sql`filled.count is not null` : sql`cell.is_filled`
}

/** Whether there are cells, and all have passed, as text. */
function holds(plan: MatrixPlan): Sql {
  return sql`(count(*) filter (where ${isCell}) > 0 and count(*) filter (where ${isNotPassed(plan)}) = 0)::text`
}

function isNotPassed(plan: MatrixPlan): Sql {
  return sql`${isCell} and not ${hasVerdict(plan, plan.verdict ? 'PASSED' : 'PRESENT', isFilled(plan))}`
}

function compileMatrixEntry(entry: MatrixEntry, plan: MatrixPlan, shown: Shown, compiler: Compiler): Sql {
  const list = (cell: readonly CellEntry[], condition: Sql) =>
    jsonList(compileCell(cell, plan, shown, compiler), {
      order: sql`cell.row_place, cell.column_place`,
      filter: condition,
    })
  switch (entry.kind) {
    case 'typename':
      return jsonOfConstant(entry.name)
    case 'rows':
      return sql`(select ${jsonList(compileRow(entry.entries, plan), { order: sql`matrix_row.place` })} from matrix_row)`
    case 'columns':
      return sql`(select ${jsonList(sql`matrix_shown.${shownName(shown, entry.selection)}`, { order: sql`matrix_shown.place` })} from matrix_shown)`
    case 'cells':
      return list(entry.entries, isCell)
    case 'missing':
      return list(entry.entries, sql`${isCell} and not ${isFilled(plan)}`)
    case 'notPassed':
      return list(entry.entries, isNotPassed(plan))
    case 'holds':
      return holds(plan)
    case 'counts':
      return jsonObject(
        entry.entries.map((one) => [
          one.key,
          one.kind === 'typename'
            ? jsonOfConstant(one.name)
            : jsonOfNumber(sql`count(*) filter (where ${isCell} and ${hasVerdict(plan, one.of, isFilled(plan))})`),
        ]),
      )
    case 'count':
      if (entry.of === 'totalCount')
        return jsonOfNumber(sql`(select count(*) from matrix_row) * (select count(*) from matrix_column)`)
      return jsonOfNumber(
        sql`count(*) filter (where ${isCell} and ${entry.of === 'presentCount' ? isFilled(plan) : sql`not ${isFilled(plan)}`})`,
      )
    default:
      return assertNever(entry)
  }
}

function compileRow(entries: readonly RowEntry[], plan: MatrixPlan): Sql {
  return jsonObject(
    entries.map((entry) => {
      if (entry.kind === 'typename') return [entry.key, jsonOfConstant(entry.name)]
      if (entry.kind === 'row') return [entry.key, jsonOfJsonb(sql`matrix_row.value`)]
      return [entry.key, lettersOfRow(plan, isFilled(plan))]
    }),
  )
}

function compileCell(entries: readonly CellEntry[], plan: MatrixPlan, shown: Shown, compiler: Compiler): Sql {
  return jsonObject(
    entries.map((entry) => {
      switch (entry.kind) {
        case 'typename':
          return [entry.key, jsonOfConstant(entry.name)]
        case 'row':
          return [entry.key, jsonOfJsonb(sql`cell.value`)]
        case 'column':
          return [entry.key, sql`cell.${shownName(shown, entry.selection)}`]
        case 'state':
          return [entry.key, sql`(case when ${isFilled(plan)} then '"PRESENT"' else '"MISSING"' end)`]
        case 'verdict':
          return [entry.key, verdictOfCell(plan, isFilled(plan))]
        case 'count':
          return [entry.key, jsonOfNumber(sql`coalesce(filled.count, 0)`)]
        case 'latest': {
          const row = compiler.next()
          const latest = sql`${objectsOf(plan.source, row, compiler)} and ${identifier(row)}.key = filled.latest`
          return [entry.key, orNull(sql`(select ${compiler.object(entry.selection, row)} from ${latest})`)]
        }
        default:
          return assertNever(entry)
      }
    }),
  )
}

function shownName(shown: Shown, selection: ObjectSelection): Sql {
  const name = shown.get(selection)
  if (!name) throw new Error('a column is selected that is not shown')
  return name
}
