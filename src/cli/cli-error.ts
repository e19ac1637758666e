/** The exit codes of every command (docs/command-line.md). */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  conflict: 4,
  timeout: 5,
  unreachable: 6,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Ends a command. Its message goes to stderr and says what to do. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: ExitCode
  /** The registry's own code (`extensions.code`), if the registry refused. */
  readonly code: string | undefined
  /** Whether the same may succeed after a while: the registry is away, busy or about to start. */
  readonly isPassing: boolean

  constructor(
    exitCode: ExitCode,
    message: string,
    options: { readonly code?: string | undefined; readonly cause?: unknown; readonly isPassing?: boolean } = {},
  ) {
    super(message, { cause: options.cause })
    this.exitCode = exitCode
    this.code = options.code
    this.isPassing = options.isPassing ?? false
  }
}

/** The command was written wrongly: nothing was sent, exit 2. */
export function createUsageError(message: string): CliError {
  return new CliError(exitCodes.usage, message)
}
