import { createInputError } from '../../errors.ts'
import { compileUpdateModel } from '../../sql/changes/compile-generations.ts'
import { compilePurge } from '../../sql/compile-storage.ts'
import { modelToJson } from '../../template/changes/model-json.ts'
import { quote } from '../../template/quote.ts'
import type { Run } from '../database.ts'
import { loadGenerations, loadModel } from './generations.ts'

/** Deletes for good the objects, and their history, that a removed template left. Returns the number of objects. */
export async function purgeTemplate(run: Run, name: string): Promise<number> {
  await run({ text: 'begin', values: [] })
  try {
    const [last] = await loadGenerations(run)
    const model = last && (await loadModel(run, last))
    const template = model?.removed.find((one) => one.name === name)
    if (!last || !model || !template) {
      const message = model?.byName.has(name)
        ? `the template ${quote(name)} is in use; only what a removed template left can be purged`
        : `no removed template is called ${quote(name)}`
      throw createInputError([{ path: ['name'], code: 'NOT_REMOVED', message }])
    }
    const [row] = await run(compilePurge(template))
    const removed = model.removed.filter((one) => one !== template)
    await run(compileUpdateModel(last.number, modelToJson({ ...model, removed })))
    await run({ text: 'commit', values: [] })
    return Number(row?.count ?? 0)
  } catch (error) {
    await run({ text: 'rollback', values: [] })
    throw error
  }
}
