import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { addServe } from './serve.ts'
import { addTemplatesCheck } from './templates-check.ts'

/** Exit codes of the command line. */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const

/** The command line `registry`. Each command is a file that adds itself. */
export function createProgram(): Command {
  const program = new Command('registry')
    .description('A registry of typed objects: YAML templates become a GraphQL API over PostgreSQL.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showSuggestionAfterError()
    // Commander's own code for wrong usage is 1, which here means that a command was understood and failed.
    .exitOverride((error) => process.exit(error.exitCode === 0 ? exitCodes.done : exitCodes.usage))
  addServe(program)
  addTemplatesCheck(program)
  return program
}

function readVersion(): string {
  // As far away from src/cli as from dist/cli.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
