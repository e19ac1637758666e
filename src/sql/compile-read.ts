import { assertNever } from '../errors.ts'
import { dependsOnValues, selectionDepends } from '../plan/depends-on-values.ts'
import type { Given } from '../plan/open-value.ts'
import type { ObjectSelection, ReadPlan } from '../plan/plan.ts'
import type { Source } from '../plan/source.ts'
import { compileAnyObject, typeOf } from './compile-any-object.ts'
import { compileConnection } from './compile-connection.ts'
import { compileSearch } from './compile-search.ts'
import { compileViews } from './compile-views.ts'
import { type Compiler, createCompiler } from './compiler.ts'
import { compileEnough } from './live/compile-enough.ts'
import { compileMatrix } from './matrix/compile-matrix.ts'
import { compileDiff } from './past/compile-diff.ts'
import { compileHistory } from './past/compile-history.ts'
import { objectsOf, objectWithUuid } from './source.ts'
import { identifier, type Sql, type Statement, sql, toStatement, toStatementPlannedForValues } from './sql.ts'

/**
 * One read as one statement. Its only row has the response's JSON, as text, in its first column `value`; no row means null.
 * For a matrix, two more columns have the numbers of rows and columns; for an object of any template, one more has its GraphQL type, and
 * for a search a list of them. If it is awaited, `holds` says whether it holds.
 */
export function compileRead(plan: ReadPlan): Statement {
  const read = compilePlan(plan, createCompiler())
  return plan.past !== undefined || dependsOnValues(plan) ? toStatementPlannedForValues(read) : toStatement(read)
}

/** Views of the source's objects with these keys: rows of `key`, `version`, `document` and `views`, which has JSON texts by view name. */
export function compileReadMany(
  source: Source,
  keys: Given<readonly string[]>,
  views: ReadonlyMap<string, ObjectSelection>,
): Statement {
  const compiler = createCompiler()
  const row = compiler.next()
  const o = identifier(row)
  const shown = compileViews(views, row, compiler)
  const read = sql`select ${o}.key, ${o}.version, ${o}.document, ${shown} as views from ${objectsOf(source, row, compiler)} and ${o}.key = any(${keys}::text[])`
  return [...views.values()].some(selectionDepends) ? toStatementPlannedForValues(read) : toStatement(read)
}

function compilePlan(plan: ReadPlan, compiler: Compiler): Sql {
  switch (plan.kind) {
    case 'object': {
      const row = compiler.next()
      const { selection, key } = plan
      return sql`select ${compiler.object(selection, row)} as value from ${objectsOf(selection.source, row, compiler)} and ${identifier(row)}.key = ${key}`
    }
    case 'connection':
      return compileConnection(plan.connection, undefined, compiler)
    case 'uuid':
      return compileUuidRead(plan, compiler)
    case 'matrix':
      return compileMatrix(plan.matrix, compiler)
    case 'search':
      return compileSearch(plan.search, compiler)
    case 'history':
      return sql`select ${compileHistory(plan.history, { key: sql`${plan.key}::text` }, compiler)} as value`
    case 'diff':
      return sql`select ${compileDiff(plan.diff, compiler)} as value`
    case 'enough':
      return compileEnough(plan.enough, compiler)
    default:
      return assertNever(plan)
  }
}

/**
 * An object of any template that the request can see. The row is found first; otherwise PostgreSQL would plan the whole selection once for each
 * partition.
 *
 *     select (case when o1.template in ('image', 'role') then '{"name":' || … end) as value, o1.type
 *     from (select *, '{"image": "Image", …}'::jsonb->>template as type
 *           from (select * from registry_with_uuid($1) where template in ('image', 'role') limit 1) as found) as o1
 */
function compileUuidRead({ uuid, selections }: Extract<ReadPlan, { kind: 'uuid' }>, compiler: Compiler): Sql {
  if (selections.length === 0) return sql`select null as value where false`
  const row = compiler.next()
  const sources = selections.map(({ source }) => source)
  const templates = sources.map(({ template }) => template)
  const object = compileAnyObject(selections, row, compiler)
  return sql`select ${object} as value, ${identifier(row)}.type from (select *, ${typeOf(templates)} as type from (${objectWithUuid(uuid, sources, compiler)}) as found) as ${identifier(row)}`
}
