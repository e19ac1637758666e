import { rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ConfigError } from '../errors.ts'
import { flushDirectory } from './flush-directory.ts'

/**
 * Gives a complete folder its name, in one step.
 *
 * @throws ConfigError if something has that name already
 */
export async function moveIntoPlace(complete: string, target: string): Promise<void> {
  await rename(complete, target).catch((error: NodeJS.ErrnoException) => {
    const isTaken = error.code === 'ENOTEMPTY' || error.code === 'EEXIST' || error.code === 'ENOTDIR'
    const reason = isTaken ? 'something of this name is there' : error.message
    throw new ConfigError(`${target} cannot be put into place: ${reason}.`, { cause: error })
  })
  await flushDirectory(dirname(target))
}
