import { openConnection } from '../connection/open-connection.ts'
import { createWriter, type Format, formatNames } from '../output/create-writer.ts'
import type { Command } from './command.ts'
import type { CommonOptions } from './common-options.ts'

interface ListOptions extends CommonOptions {
  readonly output: Format
}

/** All that is known of a token, by the names of GraphQL: the token itself is nowhere. */
const columns = ['name', 'createdAt', 'createdBy', 'expiresAt', 'usedOn', 'revokedAt', 'revokedBy'] as const

type ListedToken = Readonly<Record<(typeof columns)[number], string | null>>

const query = `query RegistryTokens { tokens { ${columns.join(' ')} } }`

/** `registry token ls` */
export const tokenListCommand: Command<ListOptions> = {
  name: 'ls',
  description: 'list the tokens: who made them, until when they hold, when they were last used',
  options: [
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
  async run(_operands, { output, ...options }) {
    const { tokens } = await (await openConnection(options)).send<{ tokens: readonly ListedToken[] }>(query)
    const writer = await createWriter(output, {
      template: { name: 'token', fields: [] },
      columns: output === 'json' || output === 'ndjson' || output === 'yaml' ? undefined : columns,
      isSingle: false,
    })
    writer.write(tokens)
    writer.end()
  },
}
