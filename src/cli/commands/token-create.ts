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
}

const mutation = `mutation RegistryCreateToken($name: String!, $expires: DateTime) {
  created: createToken(name: $name, expires: $expires) { token }
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
    const end = expires === undefined ? undefined : parseExpiry('--expires', expires, Date.now())
    const connection = await openConnection(options)
    // Sent again after it has run, it would make one more.
    const { created } = await connection.send<{ created: CreatedToken }>(
      mutation,
      { name, expires: end },
      { isRepeatable: false },
    )
    if (!options.quiet) writeError(describe(name, end))
    writeOut(`${created.token}\n`)
  },
}

function describe(name: string, end: string | undefined): string {
  const until = end === undefined ? 'has no end; --expires 90d gives it one' : `ends at ${end}`
  return `The token of ${name} ${until}. It is printed this once; registry token revoke ${name} ends it.\n`
}
