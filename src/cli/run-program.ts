import { version } from '../version.ts'
import { CliError, exitCodes } from './cli-error.ts'
import { type CommandLine, parseCommandLine } from './command-line/parse-command-line.ts'
import { toName } from './command-line/read-command-line.ts'
import { registryCommand } from './commands/commands.ts'
import { printSafely } from './output/print-safely.ts'
import { printErrorLabel } from './output/print-style.ts'
import { writeOut, writeStyled } from './output/terminal.ts'

/** Runs a command line and returns the exit code. Failures are reported on stderr. */
export async function runProgram(args: readonly string[]): Promise<number> {
  try {
    if (args.some((text) => text.includes('\ufffd')))
      (await import('./command-line/assert-utf8.ts')).assertUtf8Arguments(args)
    return await runCommandLine(parseCommandLine(args, registryCommand))
  } catch (error) {
    const { message, exitCode } = toCliError(error)
    writeStyled(2, `${printErrorLabel()} ${printSafely(message)}\n`)
    return exitCode
  }
}

/** Loads only what a call needs at the start; help and messages are loaded later, because people can wait for them. */
async function runCommandLine(line: CommandLine): Promise<number> {
  switch (line.kind) {
    case 'call':
      await assertTimes(line)
      return (await line.command.run?.(line.operands, line.options, line.template)) ?? exitCodes.done
    case 'help': {
      const { printHelp } = await import('./command-line/print-help.ts')
      writeOut(await printHelp(line.path))
      return exitCodes.done
    }
    case 'version':
      writeOut(`${version}\n`)
      return exitCodes.done
    case 'mistake': {
      const { explainMistake } = await import('./command-line/explain-mistake.ts')
      return explainMistake(line)
    }
  }
}

async function assertTimes({ command, options }: Extract<CommandLine, { kind: 'call' }>): Promise<void> {
  for (const option of command.options ?? []) {
    const value = option.isTime && options[toName(option)]
    if (typeof value === 'string') (await import('./arguments/assert-time.ts')).assertTime(option.long, value)
  }
}

/** Failures of the operating system, such as a full disk, keep its message. Any other error is a bug of ours. */
function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error
  if (error instanceof Error && 'syscall' in error) return new CliError(exitCodes.failed, error.message)
  const trace = error instanceof Error ? error.stack : String(error)
  return new CliError(exitCodes.failed, `This is a bug in registry itself; please report it.\n${trace}`)
}
