import type { Command } from './command.ts'
import { tokenCreateCommand } from './token-create.ts'
import { tokenListCommand } from './token-ls.ts'
import { tokenRevokeCommand } from './token-revoke.ts'

/** `registry token …`: the tokens that the registry gives out. All of it needs `admin` where there are rules of access. */
export const tokenCommand: Command = {
  name: 'token',
  description: 'make, list and revoke tokens',
  commands: [tokenCreateCommand, tokenListCommand, tokenRevokeCommand],
}
