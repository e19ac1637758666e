import { createInputError, createIssueError } from '../../errors.ts'
import type { VersionSource } from '../../plan/past/history-plan.ts'
import { bindingOf, type PlanRequest } from '../../plan/plan-request.ts'
import { bindStatement } from '../../sql/bind-statement.ts'
import { compileFindVersion, compileListVersions } from '../../sql/past/compile-find-version.ts'
import type { JsonObject } from '../../template/json.ts'
import { describeKey } from '../../template/object-key.ts'
import type { Database } from '../database.ts'

/** How many versions a refusal names. */
const named = 10

export interface FoundVersion {
  /** Its stored document. */
  readonly document: JsonObject
  /** The stored document of the object as it is now; empty if there is none. */
  readonly present: JsonObject
}

/**
 * The version with that number under a key. Throws NOT_FOUND, with the versions that there are, if the caller may read none with this
 * number, and BAD_USER_INPUT for a deletion.
 *
 * @param argument the name of the argument that gives the version
 */
export async function findVersion(
  { run }: Pick<Database, 'run'>,
  plan: VersionSource,
  key: string,
  version: number,
  argument: string,
  request: PlanRequest,
): Promise<FoundVersion> {
  const binding = bindingOf(request)
  const [row] = await run(bindStatement(compileFindVersion(plan, key, version), binding))
  const path = [argument]
  const title = `${plan.source.template.name} ${describeKey(key)}`
  if (row?.outcome === 'DELETED') {
    const message = `${argument}: version ${version} is the deletion of the ${title}; give the version before it, ${version - 1}`
    throw createInputError([{ path, code: 'DELETED', message }])
  }
  if (row?.document) return { document: row.document as JsonObject, present: (row.present as JsonObject | null) ?? {} }
  const rows = await run(bindStatement(compileListVersions(plan, key, named), binding))
  const known = rows.map((one) => String(one.version))
  const there = row
    ? 'its document is not kept any more'
    : known.length > 0
      ? `there are ${known.join(', ')}${known.length === named ? ' and maybe older ones' : ''}`
      : 'there is no version under this key'
  throw createIssueError({
    path,
    code: 'NOT_FOUND',
    message: `${argument}: the ${title} has no version ${version} to restore: ${there}.`,
  })
}
