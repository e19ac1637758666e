import { CommanderError } from 'commander'
import { exitCodes } from '../cli-error.ts'
import type { Call } from '../commands/command.ts'
import { createProgram } from './create-program.ts'

/** Reads any command line. Help and what is wrong with it have been printed where it gives an exit code. */
export async function parseCall(args: readonly string[]): Promise<Call | number> {
  let call: Call | undefined
  const program = createProgram(args, (found) => {
    call = found
  })
  try {
    await program.parseAsync([...args], { from: 'user' })
    return call ?? exitCodes.usage
  } catch (error) {
    // Commander's own code for wrong usage is 1, which here means that a command failed.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    throw error
  }
}
