import { findCaller } from '../ci/find-caller.ts'
import { CliError } from '../cli-error.ts'
import type { CommonOptions } from '../commands/common-options.ts'
import { writeError } from '../output/terminal.ts'
import { flushSpool, isAway } from './flush-spool.ts'
import { listNames, type SpooledWrite, spoolWrite } from './spool.ts'

/**
 * For `set --spool`: sends the waiting writes, then this one. If the registry cannot be reached, keeps this one for
 * `registry flush`, says so on stderr and succeeds. Every other failure is thrown.
 */
export async function setOrSpool(
  write: Pick<SpooledWrite, 'url' | 'template' | 'assignments' | 'ifVersion'>,
  options: CommonOptions,
  send: () => Promise<void>,
): Promise<void> {
  let obstacle: CliError | undefined
  if ((await listNames('waiting')).length > 0) {
    const flushed = await flushSpool(options, write.url)
    for (const refusal of flushed.refused) writeError(`refused: ${refusal}\n`)
    // This write must not overtake those that wait.
    obstacle = flushed.obstacle
  }
  try {
    if (!obstacle) return await send()
  } catch (error) {
    if (!isAway(error)) throw error
    obstacle = error
  }
  const [reason] = obstacle.message.split('\n')
  const file = await spoolWrite({ ...write, ...(await findCaller()), time: new Date().toISOString() }).catch(
    (error: Error) => {
      throw new CliError(obstacle.exitCode, `${reason}\nThe write cannot be kept here either: ${error.message}`)
    },
  )
  if (!options.quiet) writeError(`${reason}\nThe write is kept in ${file}\nSend it with: registry flush\n`)
}
