import type { TemplateModel } from '../../template/model.ts'
import { runOn, settingsFor, withOwnConnection } from '../own-connection.ts'
import { loadGenerations } from './generations.ts'
import { findBrokenRules, listBrokenRules } from './refresh-model.ts'
import { type Setup, withSetup } from './with-setup.ts'

/** Looks for what servers with older templates have written against the rules of a generation, while it is served already. Never rejects. */
export async function lookForBrokenRules(
  generation: number,
  options: Setup & { readonly serve: (served: { readonly model: TemplateModel; readonly generation: number }) => void },
): Promise<void> {
  const { connection, logger, signal, serve } = options
  // There are no older servers where nothing has changed yet.
  if (signal.aborted || generation === 1) return
  try {
    // Others wait for the lock, so it is taken only where there is something to record.
    const broken = await withOwnConnection(settingsFor('setup', connection), (client) =>
      listBrokenRules(runOn(client), { number: generation }, 'earlier'),
    )
    if (broken.size === 0) return
    const model = await withSetup(options, async (_, run) => {
      const [last] = await loadGenerations(run)
      return last?.number === generation && last.isApplied ? findBrokenRules(run, last, 'earlier', logger) : undefined
    })
    if (model && !signal.aborted) serve({ model, generation })
  } catch (error) {
    if (!signal.aborted) logger.warn({ err: error }, 'cannot look for objects that do not fit their templates')
  }
}
