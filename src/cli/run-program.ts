import { CliError, exitCodes } from './cli-error.ts'
import { parsePlainCall } from './command-line/parse-plain-call.ts'
import { printSafely } from './output/print-safely.ts'
import { printErrorLabel } from './output/print-style.ts'
import { writeStyled } from './output/terminal.ts'

/** Runs a command line. Returns the exit code; everything that fails has been said on stderr. */
export async function runProgram(args: readonly string[]): Promise<number> {
  try {
    const call = parsePlainCall(args) ?? (await (await import('./command-line/parse-call.ts')).parseCall(args))
    if (typeof call === 'number') return call
    const { command, operands, options, template } = call
    return (await command.run?.(operands, options, template)) ?? exitCodes.done
  } catch (error) {
    const { message, exitCode } = toCliError(error)
    writeStyled(2, `${printErrorLabel()} ${printSafely(message)}\n`)
    return exitCode
  }
}

/** What the operating system refuses, such as a full disk, is said in its words. Everything else is a fault of ours. */
function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error
  if (error instanceof Error && 'syscall' in error) return new CliError(exitCodes.failed, error.message)
  const trace = error instanceof Error ? error.stack : String(error)
  return new CliError(exitCodes.failed, `This is a fault of registry itself; please report it.\n${trace}`)
}
