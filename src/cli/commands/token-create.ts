import { parseExpiry } from '../arguments/parse-expiry.ts'
import { openConnection } from '../connection/open-connection.ts'
import { writeError, writeOut } from '../output/terminal.ts'
import type { Command } from './command.ts'
import type { CommonOptions } from './common-options.ts'

interface CreateOptions extends CommonOptions {
  readonly expires?: string
}

interface CreatedToken {
  readonly token: string
  readonly name: string
  readonly expires: string | null
  /** How many tokens of this name can now be used. */
  readonly live: number
  readonly warnings: readonly string[]
}

const mutation = `mutation RegistryCreateToken($name: String!, $expires: DateTime) {
  created: createToken(name: $name, expires: $expires) { token name expires live warnings }
}`

/** `registry token create NAME`: stdout has the token and nothing else, so that it can go into a file or another command. */
export const tokenCreateCommand: Command<CreateOptions> = {
  name: 'create',
  description: 'make a token, and print it: it can be seen this once',
  operands: [{ name: 'NAME', isRequired: true, description: 'who writes with it, and what role files grant to' }],
  options: [
    {
      long: '--expires',
      value: 'when',
      description: 'when it ends, from now on (90d, 12h, 2w) or by the day (2027-01-01); never, if not given',
    },
  ],
  examples: [
    'registry token create jenkins --expires 90d > token',
    'registry token create ntp-ci --expires 2027-01-01 | gh secret set REGISTRY_TOKEN',
  ],
  async run([name = ''], { expires, ...options }) {
    const end = expires === undefined ? undefined : parseExpiry('--expires', expires)
    const connection = await openConnection(options)
    // Sent again after it has run, it would make one more.
    const { created } = await connection.send<{ created: CreatedToken }>(
      mutation,
      { name, expires: end },
      { isRepeatable: false },
    )
    if (!options.quiet) writeError(describe(created))
    writeOut(`${created.token}\n`)
  },
}

function describe({ name, expires, live, warnings }: CreatedToken): string {
  return [
    expires === null
      ? `The token of ${name} never ends; --expires 90d sets an end.`
      : `The token of ${name} ends at ${expires}.`,
    'It is printed this once.',
    ...(live > 1 ? [`${live} tokens of ${name} can be used now; registry token revoke ${name} ends all of them.`] : []),
    ...warnings,
  ]
    .map((line) => `${line}\n`)
    .join('')
}
