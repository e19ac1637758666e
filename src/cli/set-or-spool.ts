import { findCaller } from './ci-headers.ts'
import { flushSpool, isAway } from './flush-spool.ts'
import type { CommonOptions } from './open-connection.ts'
import { listNames, spoolWrite } from './spool.ts'
import { writeError } from './terminal.ts'

export interface SpoolableWrite {
  /** The address of the registry. */
  readonly url: string
  readonly template: string
  readonly assignments: readonly string[]
  readonly ifVersion: number | undefined
}

/**
 * For `set --spool`: sends what waits from before, then this; or, where the registry is away, keeps this for
 * `registry flush`, says so on stderr, and is content. Whatever else goes wrong is thrown.
 */
export async function setOrSpool(write: SpoolableWrite, options: CommonOptions, send: () => Promise<void>): Promise<void> {
  try {
    if ((await listNames('waiting')).length > 0) {
      const { obstacle, refused } = await flushSpool(options)
      for (const refusal of refused) writeError(`refused: ${refusal}\n`)
      // Not before those that wait.
      if (obstacle) throw obstacle
    }
    await send()
  } catch (error) {
    if (!isAway(error)) throw error
    const file = await spoolWrite({ ...write, ...(await findCaller(process.env)), time: new Date().toISOString() })
    const [reason] = error.message.split('\n')
    if (!options.quiet) writeError(`${reason}\nThe write is kept in ${file}\nSend it with: registry flush\n`)
  }
}
