import { exitCodes } from '../cli-error.ts'
import { writeError, writeOut } from '../output/terminal.ts'
import type { FlushOptions } from '../spool/flush-spool.ts'
import type { Command } from './command.ts'

/** `registry flush`: sends what `set --spool` has kept. */
export const flushCommand: Command<FlushOptions> = {
  name: 'flush',
  description: 'send the writes that set --spool kept',
  options: [{ long: '--refused', description: 'also send the writes that the registry refused before' }],
  examples: ['registry flush'],
  async run(_operands, options) {
    const { flushSpool } = await import('../spool/flush-spool.ts')
    const { sent, refused, waiting, obstacle } = await flushSpool(options)
    if (!options.quiet) writeOut(`${sent} sent, ${refused.length} refused, ${waiting} waiting\n`)
    for (const refusal of refused) writeError(`refused: ${refusal}\n`)
    if (refused.length > 0)
      writeError('The refused writes are kept; correct them and send them with: registry flush --refused\n')
    if (obstacle) throw obstacle
    return refused.length > 0 ? exitCodes.failed : exitCodes.done
  },
}
