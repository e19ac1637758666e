import type { InputIssue } from '../../errors.ts'
import type { UpsertItem } from '../../plan/plan.ts'
import { bindingOf, type PlanRequest } from '../../plan/plan-request.ts'
import type { PlannedItem } from '../../plan/plan-upsert.ts'
import { bindStatement } from '../../sql/bind-statement.ts'
import { compileUnkept } from '../../sql/writes/compile-unkept.ts'
import type { Template } from '../../template/model.ts'
import type { Run } from '../database.ts'

/**
 * The attributes, by key, of the values that the items may only keep and that their objects, as far as the request can see them, do not
 * have. Asks nothing if there are no such values.
 */
export async function findUnkept(
  run: Run,
  request: PlanRequest,
  template: Template,
  items: readonly UpsertItem[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const keeping = items.filter(({ keep }) => keep)
  const unkept = new Map<string, Set<string>>()
  if (keeping.length === 0) return unkept
  const statement = compileUnkept(request.sourceOrNone(template), keeping)
  for (const { key, attribute } of await run(bindStatement(statement, bindingOf(request))))
    unkept.set(String(key), (unkept.get(String(key)) ?? new Set()).add(String(attribute)))
  return unkept
}

/** What is wrong with an input for an object that is there: what it would keep is not. */
export function listIssues(
  planned: PlannedItem | undefined,
  unkept: ReadonlySet<string> | undefined,
): readonly InputIssue[] {
  if (!planned) return []
  return planned.issues.filter((issue) => {
    const attribute = planned.broken.get(issue)
    return attribute === undefined || unkept?.has(attribute) === true
  })
}
