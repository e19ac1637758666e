import type { GraphQLError } from 'graphql'
import { createInputError, createIssueError } from '../../errors.ts'
import type { UpsertItem } from '../../plan/plan.ts'
import { bindingOf, type PlanRequest } from '../../plan/plan-request.ts'
import { checkChanged } from '../../plan/writes/plan-change.ts'
import { bindStatement } from '../../sql/bind-statement.ts'
import { compileReadMany } from '../../sql/compile-read.ts'
import type { WrittenObject } from '../../sql/writes/compile-upsert.ts'
import type { JsonObject } from '../../template/json.ts'
import type { Template } from '../../template/model.ts'
import { describeKey } from '../../template/object-key.ts'
import type { Run } from '../database.ts'
import type { Upsert } from '../upsert-objects.ts'
import { listIssues } from './find-unkept.ts'

/**
 * Refuses a write that turned out to create an object that breaks rules, or to meet another version or other values than it may keep.
 *
 * @param unkept the attributes of these values, if the object is there
 */
export async function refuseWritten(
  run: Run,
  upsert: Upsert,
  item: UpsertItem,
  written: WrittenObject | undefined,
  unkept: ReadonlySet<string> | undefined,
): Promise<GraphQLError | undefined> {
  const own = upsert.planned[item.index]
  if (unkept) return createInputError(listIssues(own, unkept))
  // The caller cannot see the object any more.
  if (!written && item.keep && item.ifVersion === undefined) return createInputError(own?.issues ?? [])
  if (!written || (item.ifVersion && written.outcome === 'CREATED'))
    return conflictOf(run, upsert.request, upsert.template, item, written)
  if (written.outcome !== 'CREATED' && !item.change) return undefined
  const issues = [
    ...(written.outcome === 'CREATED' ? [...(own?.issues ?? []), ...(own?.ifCreated ?? [])] : []),
    ...checkChanged(item.change ?? {}, written.document as JsonObject, upsert.template, upsert.request.model),
  ]
  return issues.length > 0 ? createInputError(issues) : undefined
}

export async function conflictOf(
  run: Run,
  request: PlanRequest,
  template: Template,
  item: UpsertItem,
  created: WrittenObject | undefined,
): Promise<GraphQLError> {
  const read = () => compileReadMany(request.sourceOrNone(template), [item.key], new Map())
  const found = created ? undefined : (await run(bindStatement(read(), bindingOf(request))))[0]
  // An object that the caller may not read is there only for `ifVersion: 0`, which cannot be told otherwise.
  const unseen = item.ifVersion === 0 ? 'it exists' : 'it does not exist'
  const state = found ? `it is at version ${found.version}` : unseen
  return createIssueError({
    path: ['ifVersion'],
    code: 'VERSION_CONFLICT',
    message: `ifVersion: ${item.ifVersion} was given for the ${template.name} ${describeKey(item.key)}, but ${state}; read it again before you retry.`,
  })
}
