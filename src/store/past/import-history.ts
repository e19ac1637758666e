import type { GraphQLError } from 'graphql'
import { createCallerError, createIssueError, type Path } from '../../errors.ts'
import type { ImportedHistory, ImportedVersion, PlannedImport } from '../../plan/past/imported-history.ts'
import { bindingOf, type PlanRequest } from '../../plan/plan-request.ts'
import { assertAll } from '../../plan/rights.ts'
import { allObjects, seesAll } from '../../plan/source.ts'
import { bindStatement } from '../../sql/bind-statement.ts'
import {
  compileEndVersions,
  compileKnownVersions,
  compileKnowSince,
  compilePurged,
  compileTakeAway,
  compileWriteVersions,
  type VersionRow,
} from '../../sql/past/compile-import-history.ts'
import { compileFindReferrer } from '../../sql/writes/compile-delete.ts'
import { compileHold, compileKeep } from '../../sql/writes/compile-rules.ts'
import { compileClaimUuids, compileFindHolders, compileReleaseUuids } from '../../sql/writes/compile-uuids.ts'
import type { Template } from '../../template/model.ts'
import { withArticle } from '../../template/names/with-article.ts'
import { describeKey } from '../../template/object-key.ts'
import type { Database, Run } from '../database.ts'
import { violatedIndex } from '../database-error.ts'
import { combineErrors } from '../refusal.ts'
import { groupTargets, refuseMissing, targetId } from '../writes/targets.ts'
import { joinHistory, type KnownVersion } from './join-history.ts'

export interface HistoryCounts {
  /** How many objects got versions. */
  readonly objects: number
  readonly versions: number
  /** How many objects had all of theirs. */
  readonly unchanged: number
}

/** What is to be written of a history, and what the object is now. */
interface Joined {
  readonly history: ImportedHistory
  readonly versions: readonly ImportedVersion[]
  readonly present: KnownVersion | undefined
}

type Failures = Map<number, GraphQLError>

/**
 * Writes what objects were in another registry, all or nothing: versions that are there already stay, others follow them. Throws
 * VERSION_CONFLICT for an object that has another history here, or was purged here, NOT_FOUND for a part that does not follow,
 * UNIQUE_CONFLICT, REFERENCE_NOT_FOUND, and STILL_REFERENCED for one that is deleted in its last version;
 * FORBIDDEN if such a one is there and the caller may not delete it.
 */
export async function importHistory(
  database: Pick<Database, 'transaction'>,
  request: PlanRequest,
  { histories, sinces }: PlannedImport,
  isDryRun: boolean,
): Promise<HistoryCounts> {
  try {
    return await database.transaction(
      async (run) => {
        const failures: Failures = new Map()
        await refusePurged(run, histories, failures)
        const joined: Joined[] = []
        for (const [template, own] of groupByTemplate(histories))
          joined.push(...(await joinAll(run, template, own, isDryRun, failures)))
        stopAt(failures)
        const written = joined.filter(({ versions }) => versions.length > 0)
        const groups = groupByTemplate(written)
        for (const [template, own] of groups) if (own.some(isGone)) assertAll(request.rights, 'delete', template)
        for (const [template, own] of groups) await write(run, template, own, failures)
        stopAt(failures)
        // A dry run has not written what lines before these bring.
        for (const [template, own] of isDryRun ? [] : groups)
          await refuseReferred(run, request, template, own, failures)
        if (!isDryRun) await refuseMissingTargets(run, request, written, failures)
        stopAt(failures)
        for (const { template, since } of sinces) await run(compileKnowSince(template.stored, since))
        return {
          objects: written.length,
          versions: written.reduce((sum, { versions }) => sum + versions.length, 0),
          unchanged: joined.length - written.length,
        }
      },
      isDryRun ? 'rollback' : 'commit',
    )
  } catch (error) {
    if (violatedIndex(error) === undefined) throw error
    throw createCallerError(
      'UNIQUE_CONFLICT',
      'One of these objects has a key, a uuid or a unique value that another object has here; import histories into a registry that does not have these objects.',
      { cause: error },
    )
  }
}

function stopAt(failures: Failures): void {
  if (failures.size > 0) throw combineErrors(failures)
}

/** In the order of their names, so that imports wait for each other instead of deadlocking. */
function groupByTemplate<One extends ImportedHistory | Joined>(all: readonly One[]): [Template, readonly One[]][] {
  const templateOfOne = (one: One) => ('history' in one ? one.history.template : one.template)
  const templates = [...new Set(all.map(templateOfOne))].sort((a, b) => (a.stored < b.stored ? -1 : 1))
  return templates.map((template) => [template, all.filter((one) => templateOfOne(one) === template)])
}

/** It is there, and deleted in its last version. */
function isGone({ present, versions }: Joined): boolean {
  return present !== undefined && versions.at(-1)?.outcome === 'DELETED'
}

function titleOf({ template, key }: ImportedHistory): string {
  return `${template.name} ${describeKey(key)}`
}

function pathOf({ index }: ImportedHistory, ...rest: Path): Path {
  return ['objects', index, ...rest]
}

/** What was deleted for good stays so, also where an older export has it. */
async function refusePurged(run: Run, histories: readonly ImportedHistory[], failures: Failures): Promise<void> {
  const uuids = new Set(histories.flatMap(({ versions }) => versions.map(({ uuid }) => uuid)))
  const purged = new Map((await run(compilePurged([...uuids]))).map(({ uuid, time }) => [uuid, time]))
  for (const history of histories) {
    const version = history.versions.find(({ uuid }) => purged.has(uuid))
    if (!version) continue
    const message = `the ${titleOf(history)} was purged here at ${purged.get(version.uuid)}, so its history does not come back; leave it out`
    failures.set(history.index, createIssueError({ path: pathOf(history), code: 'VERSION_CONFLICT', message }))
  }
}

/** Locks the objects and compares what is known here with what is given. */
async function joinAll(
  run: Run,
  template: Template,
  histories: readonly ImportedHistory[],
  isDryRun: boolean,
  failures: Failures,
): Promise<readonly Joined[]> {
  const keys = histories.map(({ key }) => key)
  await run(compileHold(template, keys))
  const from = histories.map(({ after, versions }) => after ?? versions[0]?.version ?? 1)
  const known = new Map<string, KnownVersion[]>(keys.map((key) => [key, []]))
  const rows = await run(compileKnownVersions(template.stored, keys, from))
  for (const row of rows as unknown as readonly KnownVersion[]) known.get(row.key)?.push(row)
  return histories.flatMap((history) => {
    const there = known.get(history.key) ?? []
    const joined = joinHistory(history, there, isDryRun)
    if ('versions' in joined)
      return [{ history, versions: joined.versions, present: there.find((one) => one.is_present) }]
    const message = `the ${titleOf(history)} ${joined.message}`
    failures.set(history.index, createIssueError({ path: pathOf(history), code: joined.code, message }))
    return []
  })
}

async function write(run: Run, template: Template, joined: readonly Joined[], failures: Failures): Promise<void> {
  const { stored } = template
  const uuids = joined.flatMap(({ history }) => history.versions.at(-1)?.uuid ?? [])
  await run(compileClaimUuids(uuids))
  await takeAway(run, stored, joined)
  await run(compileWriteVersions(stored, listRows(joined), template.keptPast.kind !== 'none'))
  const holders = new Set((await run(compileFindHolders(stored, uuids))).map(({ uuid }) => String(uuid)))
  for (const { history } of joined) {
    const uuid = history.versions.at(-1)?.uuid ?? ''
    if (!holders.has(uuid)) continue
    const message = `an object of another template already has the uuid of the ${titleOf(history)}, "${uuid}"`
    failures.set(history.index, createIssueError({ path: pathOf(history), code: 'UNIQUE_CONFLICT', message }))
  }
  await run(compileReleaseUuids(uuids))
}

/** The objects that have been brought before and go on as other versions. */
async function takeAway(run: Run, stored: string, joined: readonly Joined[]): Promise<void> {
  const next = new Map(joined.map(({ history, versions }) => [history.key, versions[0]?.time ?? '']))
  const present = joined.filter((one) => one.present).map(({ history }) => history.key)
  if (present.length === 0) return
  const rows = await run(compileTakeAway(stored, present))
  const ended = rows.map(({ key, uuid, version }) => ({
    uuid: String(uuid),
    version: Number(version),
    until: next.get(String(key)) ?? '',
  }))
  await run(compileEndVersions(stored, ended))
}

function listRows(joined: readonly Joined[]): VersionRow[] {
  let place = 0
  return joined.flatMap(({ history, versions }) =>
    versions.map((version, i): VersionRow => {
      const until = versions[i + 1]?.time ?? null
      const isDeletion = version.outcome === 'DELETED'
      return {
        place: place++,
        key: history.key,
        uuid: version.uuid,
        outcome: version.outcome ?? null,
        version: version.version,
        time: version.time,
        until: isDeletion ? null : until,
        actor: version.actor,
        run: version.run,
        on_behalf_of: version.onBehalfOf,
        document: version.document ?? null,
        refs: version.refs,
        created_at: version.createTime,
        updated_at: version.updateTime,
        created_by: version.createdBy,
        created_for: version.createdFor,
        updated_by: version.updatedBy,
        updated_for: version.updatedFor,
        is_present: until === null && !isDeletion,
        is_confirmed: version.isConfirmed,
      }
    }),
  )
}

/** To objects that were there and are deleted in their last version, no other object may refer any more. */
async function refuseReferred(
  run: Run,
  request: PlanRequest,
  template: Template,
  joined: readonly Joined[],
  failures: Failures,
): Promise<void> {
  const gone = joined.filter(isGone)
  if (gone.length === 0) return
  const keys = gone.map(({ history }) => history.key)
  const { templates, removed } = request.model
  for (const from of [...templates, ...removed])
    for (const field of from.fields) {
      if (field.reference?.to !== template.name) continue
      const statement = compileFindReferrer(allObjects(from), field, keys, [])
      const [row] = await run(bindStatement(statement, bindingOf(request)))
      const referred = gone.find(({ history }) => history.key === row?.target)?.history
      if (!referred) continue
      const isNamed = templates.includes(from) && seesAll(request.sourceOrNone(from))
      const by = isNamed
        ? `${withArticle(from.name)} refers to it here (its ${field.name})`
        : 'something refers to it here'
      const message = `the ${titleOf(referred)} is deleted in its last version, but ${by}; import the history of that first`
      failures.set(referred.index, createIssueError({ path: pathOf(referred), code: 'STILL_REFERENCED', message }))
    }
}

/** Locks what the objects refer to, as every write does; it may have been written just before. */
async function refuseMissingTargets(
  run: Run,
  request: PlanRequest,
  written: readonly Joined[],
  failures: Failures,
): Promise<void> {
  const targets = written.flatMap(({ history }) => history.targets)
  const there = new Set<string>()
  for (const { source, keys } of groupTargets(targets, request)) {
    for (const { key } of await run(compileKeep(source, keys))) there.add(targetId(source.template.name, String(key)))
  }
  for (const { history } of written) {
    const missing = history.targets.filter(({ to, key }) => !there.has(targetId(to, key)))
    const error = refuseMissing(missing, pathOf(history))
    if (error) failures.set(history.index, error)
  }
}
