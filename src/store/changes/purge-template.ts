import { createCallerError, createInputError } from '../../errors.ts'
import { compileInsertWork, compileLockSetup } from '../../sql/changes/compile-generations.ts'
import { compilePurge } from '../../sql/compile-storage.ts'
import { compileForgetPast } from '../../sql/past/compile-since.ts'
import { withoutLostTargets } from '../../template/changes/lost-targets.ts'
import { quote } from '../../template/quote.ts'
import type { Run } from '../database.ts'
import { type Deed, type Doer, recordDeed } from '../trail.ts'
import { changeModel, loadGenerations, loadModel } from './generations.ts'
import { dropTask } from './tasks.ts'

/**
 * Deletes for good the objects, and their history, that a removed template left. Returns the number of objects. Throws if the
 * template is in use, or if a server is applying templates. A dry run does the same and takes it back.
 */
export async function purgeTemplate(run: Run, name: string, by: Doer, isDryRun: boolean): Promise<number> {
  await run({ text: 'begin', values: [] })
  try {
    const count = await purge(run, name)
    await recordDeed(run, purgeDeed(name, count, by))
    await run({ text: isDryRun ? 'rollback' : 'commit', values: [] })
    return count
  } catch (error) {
    await run({ text: 'rollback', values: [] })
    throw error
  }
}

export function purgeDeed(name: string, objects: number, by: Doer): Deed {
  return { action: 'TEMPLATE_PURGED', subject: name, details: { objects }, by }
}

async function purge(run: Run, name: string): Promise<number> {
  const [setup] = await run(compileLockSetup().inTransaction)
  if (setup?.taken !== true)
    throw createCallerError('SERVICE_UNAVAILABLE', 'A server is applying templates; try again shortly.')
  const [last] = await loadGenerations(run)
  const model = last && (await loadModel(run, last))
  const gone = model?.removed.filter((template) => template.name === name) ?? []
  if (!last || gone.length === 0) {
    const message = model?.byName.has(name)
      ? `the template ${quote(name)} is in use; only what a removed template left can be purged`
      : `no removed template is called ${quote(name)}`
    throw createInputError([{ path: ['name'], code: 'NOT_REMOVED', message }])
  }
  const storages = gone.flatMap(({ stored, former }) => [stored, ...(former ? [former.stored] : [])])
  await changeModel(run, last.number, (present) =>
    withoutLostTargets({
      ...present,
      removed: present.removed.filter((template) => template.name !== name),
      spent: [...present.spent, ...storages],
    }),
  )
  let count = 0
  for (const { stored, former } of gone) {
    const [row] = await run(compilePurge(stored))
    count += Number(row?.count ?? 0)
    if (former) {
      await run(compilePurge(former.stored))
      await run(compileInsertWork(last.number, dropTask(former.stored)))
    }
    await run(compileForgetPast(stored))
  }
  return count
}
