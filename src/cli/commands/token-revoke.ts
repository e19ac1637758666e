import { CliError, exitCodes } from '../cli-error.ts'
import { openConnection } from '../connection/open-connection.ts'
import { writeOut } from '../output/terminal.ts'
import type { Command } from './command.ts'
import type { CommonOptions } from './common-options.ts'

const mutation = 'mutation RegistryRevokeToken($name: String!) { revoked: revokeToken(name: $name) }'

/** `registry token revoke NAME` */
export const tokenRevokeCommand: Command<CommonOptions> = {
  name: 'revoke',
  description: 'end all tokens of a name',
  operands: [{ name: 'NAME', isRequired: true, description: 'the name that they were made with' }],
  examples: ['registry token revoke jenkins'],
  async run([name = ''], options) {
    const connection = await openConnection(options)
    // Sent again after it has run, it would find none.
    const { revoked } = await connection.send<{ revoked: boolean }>(mutation, { name }, { isRepeatable: false })
    if (!revoked)
      throw new CliError(
        exitCodes.notFound,
        `There is no token ${JSON.stringify(name)} that could be used.\nList the tokens with: registry token ls`,
      )
    if (!options.quiet) writeOut(`${name} revoked\n`)
  },
}
