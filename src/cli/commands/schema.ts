import { openConnection } from '../connection/open-connection.ts'
import { writeOut } from '../output/terminal.ts'
import type { Command } from './command.ts'
import type { CommonOptions } from './common-options.ts'

/** `registry schema`: the registry's GraphQL schema. */
export const schemaCommand: Command<CommonOptions> = {
  name: 'schema',
  description: 'print the GraphQL schema of the registry',
  examples: ['registry schema > schema.graphql'],
  async run(_operands, options) {
    const connection = await openConnection(options)
    writeOut(await connection.read('/schema.graphql'))
  },
}
