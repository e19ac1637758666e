import type { StalePlan, VerdictPlan } from '../../plan/latest/plan-verdict.ts'
import { type MatrixPlan, type Verdict, verdictLetters } from '../../plan/matrix/matrix-plan.ts'
import type { Compiler } from '../compiler.ts'
import { updateTime } from '../latest/update-time.ts'
import { compileOrdering, orderedTime } from '../ordering.ts'
import { literal, type Sql, sql } from '../sql.ts'
import { documentOf } from '../stored-document.ts'

/**
 * The letter of an object's verdict:
 *
 *     (case when o1.document @> '{"status": true}'::jsonb then case when greatest(o1.updated_at, o1.confirmed_at) < … then 'S' else 'P' end else 'F' end)
 */
export function compileVerdict({ passed, stale }: VerdictPlan, row: string, compiler: Compiler): Sql {
  const success = stale
    ? sql`case when ${isStale(stale, row)} then ${letter('STALE')} else ${letter('PASSED')} end`
    : letter('PASSED')
  return sql`(case when ${compiler.condition(passed, row)} then ${success} else ${letter('FAILED')} end)`
}

/** Whether an object is older than `staleAfter`, by the clock of the database or at the time of the read; one whose field has no time is older than all that have. */
function isStale({ after, by, at }: StalePlan, row: string): Sql {
  // In UTC, where every day has 24 hours.
  const since = sql`((${at ? sql`${at}::timestamptz` : sql`now()`} at time zone 'UTC') - ${literal(after)}::interval)`
  if (!by) return sql`${updateTime(row)} < ${since} at time zone 'UTC'`
  return sql`(${compileOrdering(by, documentOf(by, row))} < ${orderedTime(since)}) is not false`
}

/** The letter of a cell's verdict, if `isFilled` tells whether it has objects. */
function letterOfCell({ verdict }: MatrixPlan, isFilled: Sql): Sql {
  if (verdict) return sql`coalesce(filled.verdict, ${letter('MISSING')})`
  return sql`(case when ${isFilled} then ${letter('PRESENT')} else ${letter('MISSING')} end)`
}

/** Whether a cell has that verdict. */
export function hasVerdict(plan: MatrixPlan, verdict: Verdict, isFilled: Sql): Sql {
  return sql`${letterOfCell(plan, isFilled)} = ${letter(verdict)}`
}

/** The JSON of a cell's verdict: `case coalesce(filled.verdict, 'M') when 'P' then '"PASSED"' … end`. */
export function verdictOfCell(plan: MatrixPlan, isFilled: Sql): Sql {
  const cases = Object.entries(verdictLetters).map(
    ([verdict, text]) => sql` when ${literal(text)} then ${literal(JSON.stringify(verdict))}`,
  )
  return sql`(case ${letterOfCell(plan, isFilled)}${cases.reduce((all, one) => sql`${all}${one}`)} end)`
}

function letter(verdict: Verdict): Sql {
  return literal(verdictLetters[verdict])
}

/**
 * The letters of a row. Those of the whole matrix are joined once, row by row, and each row takes its part of them. They are bytes,
 * because PostgreSQL finds a part of a text only by counting all characters before it:
 *
 *     '"' || convert_from(substr(string_agg(convert_to(<letter>, 'UTF8'), '' order by …), (matrix_row.place - 1) * <columns> + 1, <columns>), 'UTF8') || '"'
 */
export function lettersOfRow(plan: MatrixPlan, isFilled: Sql): Sql {
  const bytes = sql`convert_to(${letterOfCell(plan, isFilled)}, 'UTF8')`
  const all = sql`coalesce(string_agg(${bytes}, ''::bytea order by cell.row_place, cell.column_place) filter (where cell.row_place is not null), ''::bytea)`
  const columns = sql`(select count(*)::int from matrix_column)`
  return sql`('"' || convert_from(substr(${all}, ((matrix_row.place - 1) * ${columns})::int + 1, ${columns}), 'UTF8') || '"')`
}
