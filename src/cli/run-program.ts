import { CommanderError } from 'commander'
import { CliError, exitCodes } from './cli-error.ts'
import { createProgram } from './create-program.ts'
import { printSafely } from './print-safely.ts'
import { printErrorLabel } from './print-style.ts'
import { writeStyled } from './terminal.ts'

/** Runs a command line. Returns the exit code; everything that fails has been said on stderr. */
export async function runProgram(args: readonly string[]): Promise<number> {
  const program = createProgram(args)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return Number(process.exitCode ?? exitCodes.done)
  } catch (error) {
    // Commander has printed its message. Its own code for wrong usage is 1, which here means that a command failed.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    if (!(error instanceof CliError)) throw error
    writeStyled(2, `${printErrorLabel()} ${printSafely(error.message)}\n`)
    return error.exitCode
  }
}
