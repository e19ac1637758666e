import type { Command } from 'commander'
import { addExamples } from './add-examples.ts'
import { exitCodes } from './cli-error.ts'
import type { FlushOptions } from './flush-spool.ts'
import { writeError, writeOut } from './terminal.ts'

/** `registry flush`: sends what `set --spool` has kept. */
export function addFlush(program: Command): void {
  const command = program
    .command('flush')
    .description('send the writes that set --spool has kept')
    .option('--refused', 'send also what the registry refused before')
    .allowExcessArguments(false)
  addExamples(command, ['registry flush'])
  command.action(async () => {
    process.exitCode = await flush(command.optsWithGlobals<FlushOptions>())
  })
}

async function flush(options: FlushOptions): Promise<number> {
  const { flushSpool } = await import('./flush-spool.ts')
  const { sent, refused, waiting, obstacle } = await flushSpool(options)
  if (!options.quiet) writeOut(`${sent} sent, ${refused.length} refused, ${waiting} waiting\n`)
  for (const refusal of refused) writeError(`refused: ${refusal}\n`)
  if (refused.length > 0) writeError('What was refused is kept; correct and send it with: registry flush --refused\n')
  if (obstacle) throw obstacle
  return refused.length > 0 ? exitCodes.failed : exitCodes.done
}
