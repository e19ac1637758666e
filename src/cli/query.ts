import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { addExamples } from './add-examples.ts'
import { CliError, createUsageError, exitCodes } from './cli-error.ts'
import { createAnswerError } from './connection.ts'
import { type CommonOptions, openConnection } from './open-connection.ts'
import { isTerminal, writeOut } from './terminal.ts'

interface QueryOptions extends CommonOptions {
  readonly variable?: readonly string[]
  readonly operation?: string
}

/** `registry query FILE|-`: runs any GraphQL and prints its data. */
export function addQuery(program: Command): void {
  const command = program
    .command('query')
    .description('run a GraphQL operation and print its data')
    .argument('<FILE>', 'the document; - for stdin')
    .option(
      '-v, --variable <name=value>',
      'a variable as text, or name:=JSON; once for each',
      (text: string, before: string[] = []) => [...before, text],
    )
    .allowExcessArguments(false)
  addExamples(command, [
    'registry query missing.graphql -v commit=b312abb',
    "echo '{ images { totalCount } }' | registry query -",
  ])
  command.action((file: string) => runQuery(file, command.optsWithGlobals<QueryOptions>()))
}

async function runQuery(file: string, options: QueryOptions): Promise<void> {
  const variables = parseVariables(options.variable ?? [])
  const document = readDocument(file)
  const connection = await openConnection(options)
  // Whether it may run twice is not known: it may be any mutation.
  const { data, errors } = await connection.ask(document, variables, { isRepeatable: false })
  if (data != null) writeOut(`${JSON.stringify(data, null, isTerminal(1) ? 2 : undefined)}\n`)
  if (errors?.length) throw createAnswerError(errors)
}

function readDocument(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new CliError(exitCodes.failed, `${file} cannot be read: ${(error as Error).message}`)
  }
}

function parseVariables(texts: readonly string[]): { readonly [name: string]: unknown } {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, isJson, value] = /^([_A-Za-z]\w*)(:?)=(.*)$/su.exec(text) ?? []
      if (name === undefined || value === undefined)
        throw createUsageError(`-v takes name=value; ${JSON.stringify(text)} is not.`)
      if (!isJson) return [name, value]
      try {
        return [name, JSON.parse(value)]
      } catch (error) {
        throw createUsageError(`-v ${name}: ${value} is not JSON (${(error as Error).message})`)
      }
    }),
  )
}
