import { assertNever } from '../../errors.ts'
import {
  compileDaysAgo,
  compileExpireLog,
  compileExpirePast,
  compileExpireVersions,
  compileForgetPast,
  compileSettledUntil,
} from '../../sql/retention/compile-expire.ts'
import { storagesOf } from '../../template/changes/storages-of.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import type { Row, Run } from '../database.ts'

/** Does a piece of the work in a transaction, if it is this server's to do; undefined if it is another's, or the server stops. */
export type DoBatch = <Result>(work: (run: Run) => Promise<Result>) => Promise<Result | undefined>

/** Up to which of its changes a storage has been looked through. Kept in memory: a server that takes over looks through all once. */
export type Progress = Map<string, string>

/** What was removed. */
interface Expired {
  versions: number
  changes: number
}

/** Few enough that nobody waits. */
const batch = 1_000
/** Without a history, the feed still has its changes for so long. */
const daysOfFeed = 1

/**
 * Removes what the template's `history` does not keep, and returns how much.
 *
 * @param spared for how many milliseconds what others have replaced stays in any case, for those who follow the feed
 */
export async function expireHistory(
  run: Run,
  doBatch: DoBatch,
  template: Template,
  model: TemplateModel,
  progress: Progress,
  spared: number,
): Promise<Expired> {
  const { keptPast } = template
  const storages = storagesOf(template, model)
  const expired: Expired = { versions: 0, changes: 0 }
  switch (keptPast.kind) {
    case 'all':
      break
    case 'none': {
      await doBatch((own) => own(compileForgetPast(storages)))
      const until = await askTime(run, compileDaysAgo(daysOfFeed))
      const now = spared === 0 ? 'infinity' : await askTime(run, compileSettledUntil(spared))
      for (const stored of storages) {
        await expirePast(doBatch, stored, storages, now, expired)
        await readLog(doBatch, stored, until, progress, expired, (page) => compileExpireLog(page, storages))
      }
      break
    }
    case 'days': {
      const until = await askTime(run, compileDaysAgo(keptPast.days))
      for (const stored of storages) {
        await expirePast(doBatch, stored, storages, until, expired)
        await readLog(doBatch, stored, until, progress, expired, (page) => compileExpireLog(page, storages))
      }
      break
    }
    case 'versions': {
      const until = await askTime(run, compileSettledUntil(spared))
      for (const stored of storages)
        await readLog(doBatch, stored, until, progress, expired, (page) =>
          compileExpireVersions(page, storages, keptPast.count),
        )
      break
    }
    default:
      assertNever(keptPast)
  }
  return expired
}

async function askTime(run: Run, statement: Parameters<Run>[0]): Promise<string> {
  const [row] = await run(statement)
  return String(row?.time ?? row?.until)
}

async function expirePast(
  doBatch: DoBatch,
  stored: string,
  storages: readonly string[],
  until: string,
  expired: Expired,
): Promise<void> {
  for (let count = batch; count === batch; ) {
    const rows = await doBatch((own) => own(compileExpirePast(stored, storages, until, batch)))
    count = Number(rows?.[0]?.versions ?? 0)
    expired.versions += count
  }
}

/** Goes through the changes of a storage, page by page, up to a time; each page until nothing is left to remove. */
async function readLog(
  doBatch: DoBatch,
  stored: string,
  until: string,
  progress: Progress,
  expired: Expired,
  compile: (page: Parameters<typeof compileExpireLog>[0]) => Parameters<Run>[0],
): Promise<void> {
  for (;;) {
    const after = progress.get(stored) ?? '-infinity'
    const rows: readonly Row[] | undefined = await doBatch((own) => own(compile({ stored, after, until, most: batch })))
    if (!rows) return
    const [row] = rows
    const [versions, changes] = [Number(row?.versions ?? 0), Number(row?.changes ?? 0)]
    expired.versions += versions
    expired.changes += changes
    if (versions === batch || changes === batch) continue
    if (typeof row?.last !== 'string') return
    progress.set(stored, row.last)
  }
}
