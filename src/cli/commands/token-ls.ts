import type { Json } from '../arguments/parse-value.ts'
import { askOwnField } from '../connection/ask-own-field.ts'
import { openConnection } from '../connection/open-connection.ts'
import { createWriter, type Format, formatNames } from '../output/create-writer.ts'
import type { Command } from './command.ts'
import type { CommonOptions } from './common-options.ts'

interface ListOptions extends CommonOptions {
  readonly output: Format
  readonly revoked?: boolean
}

/** What is known of a token, by the names that are printed, with those of GraphQL. The token itself is nowhere. */
const fields = {
  name: 'name',
  state: 'state',
  expires: 'expires',
  last_use: 'lastUse',
  create_time: 'createTime',
  created_by: 'createdBy',
} as const
const fieldsOfRevoked = { revoke_time: 'revokeTime', revoked_by: 'revokedBy' } as const

/** `registry token ls` */
export const tokenListCommand: Command<ListOptions> = {
  name: 'ls',
  description: 'list the tokens: whether they can be used, until when, and when they were last used',
  options: [
    { long: '--revoked', description: 'also those that were revoked' },
    {
      long: '--output',
      short: '-o',
      value: 'format',
      description: 'the output format',
      choices: formatNames.filter((name) => name !== 'shell'),
      default: 'table',
    },
  ],
  examples: ['registry token ls', 'registry token ls -o json | jq -r ".[].name"'],
  async run(_operands, { output, revoked = false, ...options }) {
    const shown: Readonly<Record<string, string>> = { ...fields, ...(revoked && fieldsOfRevoked) }
    const tokens = await askOwnField<readonly Readonly<Record<string, Json>>[]>(
      await openConnection(options),
      'tokens',
      `(includeRevoked: ${revoked}) { ${Object.values(shown).join(' ')} }`,
    )
    const columns = Object.keys(shown)
    const writer = await createWriter(output, { template: { name: 'token', fields: [] }, columns, isSingle: false })
    writer.write(
      tokens.map((token) => Object.fromEntries(columns.map((name) => [name, token[shown[name] ?? name] ?? null]))),
    )
    writer.end()
  },
}
