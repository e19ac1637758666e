import type { GraphQLError } from 'graphql'
import { createIssueError } from '../../errors.ts'
import type { UpsertItem } from '../../plan/plan.ts'
import type { PlanRequest } from '../../plan/plan-request.ts'
import type { WrittenObject } from '../../sql/writes/compile-upsert.ts'
import { compileClaimUuids, compileFindHolders, compileReleaseUuids } from '../../sql/writes/compile-uuids.ts'
import { describeKey } from '../../template/object-key.ts'
import { quote } from '../../template/quote.ts'
import type { Row, Run } from '../database.ts'
import { Refusal } from '../refusal.ts'
import type { Upsert } from '../upsert-objects.ts'
import { findSeen } from './item-rules.ts'

/** Whether an item brings a uuid of its own. Others get random ones, which no object has. */
export function importsUuid({ meta }: UpsertItem): boolean {
  return typeof meta?.uuid === 'string'
}

/**
 * Has other imports of the same uuids wait while this transaction writes. Returns what to do after the write: it throws the refusals of new
 * objects whose uuid an object of another template has.
 */
export async function claimUuids(
  run: Run,
  upsert: Upsert,
  items: readonly UpsertItem[],
): Promise<(written: ReadonlyMap<string, WrittenObject>) => Promise<void>> {
  const uuids = items.filter(importsUuid).map(({ meta }) => String(meta?.uuid))
  if (uuids.length === 0) return async () => undefined
  await run(compileClaimUuids(uuids))
  return async (written) => {
    // An existing object keeps its own uuid, whatever its input says.
    const created = items.filter((item) => importsUuid(item) && written.get(item.key)?.outcome === 'CREATED')
    const failures = new Map<number, GraphQLError>()
    const taken = created.map(({ meta }) => String(meta?.uuid))
    const holders = taken.length > 0 ? await run(compileFindHolders(upsert.template.stored, taken)) : []
    for (const { index, meta } of created) {
      const held = holders.filter(({ uuid }) => uuid === String(meta?.uuid).toLowerCase())
      if (held.length === 0) continue
      const subject = await describeHolder(run, upsert.request, held)
      failures.set(
        index,
        createIssueError({
          path: [...(upsert.planned[index]?.path ?? []), '_meta', 'uuid'],
          code: 'UNIQUE_CONFLICT',
          message: `_meta.uuid: ${subject} already has the uuid ${quote(meta?.uuid)}; leave it out, or use a new one.`,
        }),
      )
    }
    if (failures.size > 0) throw new Refusal(failures)
    await run(compileReleaseUuids(uuids))
  }
}

/** Which object has the uuid, for those who may read it. */
async function describeHolder(run: Run, request: PlanRequest, holders: readonly Row[]): Promise<string> {
  for (const { stored, key } of holders) {
    const template = request.model.templates.find((one) => one.stored === stored)
    if (!template) continue
    const seen = await findSeen(run, request, template, [String(key)])
    if (seen.size > 0) return `the ${template.name} ${describeKey(String(key))}`
  }
  return 'another object'
}
