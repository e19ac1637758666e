import { bindingOf, type PlanRequest } from '../plan/plan-request.ts'
import { bindStatement } from '../sql/bind-statement.ts'
import { compileReadMany } from '../sql/compile-read.ts'
import type { Template } from '../template/model.ts'
import type { Database } from './database.ts'

/** Those of the keys under which there is an object that the request can see. Asks nothing for no keys. */
export async function findExisting(
  { run }: Pick<Database, 'run'>,
  template: Template,
  request: PlanRequest,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows =
    keys.length > 0
      ? await run(bindStatement(compileReadMany(request.sourceOrNone(template), keys, new Map()), bindingOf(request)))
      : []
  return new Set(rows.map(({ key }) => String(key)))
}
