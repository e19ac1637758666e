import { createPlanRequest, type PlanRequest } from '../../plan/plan-request.ts'
import { compileLockPast } from '../../sql/past/compile-bring-past.ts'
import {
  compileFindLogged,
  compileFindUuids,
  compileForgetStatistics,
  compileLockObject,
  compilePurgeSamples,
  compilePurgeTraces,
  type StoredKey,
} from '../../sql/retention/compile-purge-object.ts'
import { compileForgetAnswers, compileLockAnswers } from '../../sql/writes/compile-kept-answer.ts'
import { originOf } from '../../template/changes/continue-model.ts'
import type { Template } from '../../template/model.ts'
import type { Run } from '../database.ts'
import { deleteFound } from '../delete-objects.ts'
import { type Deed, type Doer, recordDeed } from '../trail.ts'

/** What an administrator wants to be gone. */
export interface Purge {
  readonly template: Template
  readonly key: string
  /** Why: the trail keeps it. */
  readonly reason: string
  readonly by: Doer
  /** Everything is done and then rolled back. */
  readonly isDryRun: boolean
}

/**
 * Deletes an object, if it is there, as any delete does, and everything that is kept of what it was under any of its keys; also of one that
 * is gone. The trail keeps who did it, when and why, and the uuids, but not the key, which may be what has to go. Returns the deed, undefined
 * if there was nothing. Throws STILL_REFERENCED. `run` must have no time limit.
 */
export async function purgeObject(run: Run, request: PlanRequest, purge: Purge): Promise<Deed | undefined> {
  const deed = await purgeInTransaction(run, request, purge, await findFormerKeys(run, purge))
  if (deed && !purge.isDryRun) await forgetStatistics(run, request, purge)
  return deed
}

/**
 * The keys that the object has had in former storages. Of what is older than the history, only the log may still tell them; all of it is
 * read, so before anything is locked.
 */
async function findFormerKeys(run: Run, { template: { stored }, key }: Purge): Promise<readonly StoredKey[]> {
  if (originOf(stored) === stored) return []
  const uuids = await findUuids(run, stored, key)
  return uuids.length > 0 ? ((await run(compileFindLogged(stored, uuids))) as unknown as readonly StoredKey[]) : []
}

async function findUuids(run: Run, stored: string, key: string): Promise<readonly string[]> {
  return (await run(compileFindUuids(stored, key))).map(({ uuid }) => String(uuid))
}

async function purgeInTransaction(
  run: Run,
  request: PlanRequest,
  purge: Purge,
  formerKeys: readonly StoredKey[],
): Promise<Deed | undefined> {
  await run({ text: 'begin', values: [] })
  try {
    const deed = await purgeIn(run, request, purge, formerKeys)
    await run({ text: deed && !purge.isDryRun ? 'commit' : 'rollback', values: [] })
    return deed
  } catch (error) {
    await run({ text: 'rollback', values: [] })
    throw error
  }
}

/** Of all storages that are still there: that of servers with older templates may have gone meanwhile. */
async function forgetStatistics(run: Run, { model }: PlanRequest, { template }: Purge): Promise<void> {
  const { stored, former } = template
  const storages = [stored, ...(former && !model.spent.includes(former.stored) ? [former.stored] : [])]
  await run(compileForgetStatistics(storages))
}

async function purgeIn(
  run: Run,
  { model, limits, author }: PlanRequest,
  { template, key, reason, by }: Purge,
  formerKeys: readonly StoredKey[],
): Promise<Deed | undefined> {
  // Whoever purges may do everything, also what a delete of it reaches.
  const request = createPlanRequest({ model, limits, author })
  const [only, ...others] = template.key
  const path = only && others.length === 0 ? [only.graphqlName] : []
  // Before any object, as every write with a key does: they would wait for each other. Answers that come late would stay.
  await run(compileLockAnswers())
  // What a change of keys copies meanwhile would come back.
  await run(compileLockPast())
  const lock = async () => (await run(compileLockObject(template.stored, key))).map((row) => String(row.key))
  await deleteFound(run, request, template, lock, path)
  const uuids = await findUuids(run, template.stored, key)
  if (uuids.length === 0) return undefined
  const known = [{ template: template.stored, key }, ...formerKeys]
  const [row] = await run(compilePurgeTraces(template.stored, uuids, known))
  await run(compilePurgeSamples((row?.keys ?? []) as readonly string[]))
  const details = { uuids, versions: Number(row?.versions ?? 0), reason }
  const deed: Deed = { action: 'OBJECT_PURGED', subject: template.name, details, by }
  await recordDeed(run, deed)
  await run(compileForgetAnswers())
  return deed
}
