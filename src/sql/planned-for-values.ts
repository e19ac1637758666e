import { type Sql, sql } from './sql.ts'

/**
 * The statement, planned for the values of each run though it is prepared: else PostgreSQL would in time keep a plan for
 * any values, and walk a whole table for a rare one. That plan has to reckon with the function, which is too dear for any;
 * where the values are known, nothing of the condition is left.
 */
export function plannedForValues(statement: Sql): Sql {
  return sql`select * from (${statement}) as planned where ${true}::boolean or registry_unplanned()`
}
