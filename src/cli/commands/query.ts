import { describeFileError } from '../../explain-file-error.ts'
import { parseJsonText } from '../arguments/parse-json-text.ts'
import { CliError, createUsageError, exitCodes } from '../cli-error.ts'
import { createAnswerError } from '../connection/connection.ts'
import { openConnection } from '../connection/open-connection.ts'
import { TextReadError } from '../import/text-read-error.ts'
import { printExcerpt, printInline } from '../output/print-safely.ts'
import { isTerminal, writeJson } from '../output/terminal.ts'
import type { Command } from './command.ts'
import type { CommonOptions } from './common-options.ts'

interface QueryOptions extends CommonOptions {
  readonly variable?: readonly string[]
}

/** `registry query FILE|-`: runs any GraphQL and prints its data. */
export const queryCommand: Command<QueryOptions> = {
  name: 'query',
  description: 'run a GraphQL operation and print its data',
  operands: [{ name: 'FILE', isRequired: true, description: 'the document; - for stdin' }],
  options: [
    {
      long: '--variable',
      short: '-v',
      value: 'name=value',
      description: 'a variable as text, or name:=JSON; can be repeated',
      isList: true,
    },
  ],
  examples: ['registry query missing.graphql -v commit=b312abb', "echo '{ images { totalCount } }' | registry query -"],
  async run([file = '-'], options) {
    const variables = parseVariables(options.variable ?? [])
    const document = await readDocument(file)
    const connection = await openConnection(options)
    // The operation can be any mutation, so it is unknown whether it may run twice.
    const { data, errors } = await connection.ask(document, variables, { isRepeatable: false })
    if (data != null) writeJson(`${JSON.stringify(data, null, isTerminal(1) ? 2 : undefined)}\n`)
    if (errors?.length) throw createAnswerError(errors)
  },
}

async function readDocument(file: string): Promise<string> {
  const { readText } = await import('../read-text-file.ts')
  try {
    return await readText(file)
  } catch (error) {
    if (error instanceof TextReadError)
      throw new CliError(exitCodes.failed, `${file === '-' ? 'stdin' : file}:${error.line}: ${error.message}`)
    const isDocument = /^\s*(\{|(query|mutation|subscription|fragment)\b)/.test(file)
    const remedy = isDocument ? "\nTo run a document that is in no file: echo 'DOCUMENT' | registry query -" : ''
    throw new CliError(exitCodes.failed, `${describeFileError(file, error)}${remedy}`)
  }
}

function parseVariables(texts: readonly string[]): { readonly [name: string]: unknown } {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, isJson, value] = /^([_A-Za-z]\w*)(:?)=(.*)$/su.exec(text) ?? []
      if (name === undefined || value === undefined)
        throw createUsageError(`-v takes name=value, not ${JSON.stringify(text)}.`)
      if (!isJson) return [name, value]
      try {
        return [name, parseJsonText(value)]
      } catch (error) {
        throw createUsageError(
          `-v ${name}: ${printExcerpt(value)} is not JSON (${printInline((error as Error).message)})`,
        )
      }
    }),
  )
}
