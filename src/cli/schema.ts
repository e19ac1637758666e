import type { Command } from 'commander'
import { addExamples } from './add-examples.ts'
import { type CommonOptions, openConnection } from './open-connection.ts'
import { writeOut } from './terminal.ts'

/** `registry schema`: the registry's GraphQL schema. */
export function addSchema(program: Command): void {
  const command = program
    .command('schema')
    .description('print the GraphQL schema of the registry')
    .allowExcessArguments(false)
  addExamples(command, ['registry schema > schema.graphql'])
  command.action(async () => {
    const connection = await openConnection(command.optsWithGlobals<CommonOptions>())
    writeOut(await connection.read('/schema.graphql'))
  })
}
