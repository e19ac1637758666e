import type { CommandOption } from './command.ts'

/** The options that every command has. */
export interface CommonOptions {
  readonly url?: string
  readonly timeout?: string
  readonly retries?: string
  readonly quiet?: boolean
  readonly verbose?: boolean
}

/** The values of common options that are not given. */
export const commonDefaults = { url: 'http://127.0.0.1:4000/graphql', timeout: 30, retries: 2 } as const

export const commonOptions: readonly CommandOption[] = [
  { long: '--url', value: 'url', description: `the registry; REGISTRY_URL, or ${commonDefaults.url}, if not given` },
  {
    long: '--timeout',
    value: 'seconds',
    description: `how long to wait for an answer; ${commonDefaults.timeout} if not given`,
  },
  {
    long: '--retries',
    value: 'n',
    description: `how many times to try again if the registry cannot be reached; ${commonDefaults.retries} if not given`,
  },
  { long: '--quiet', short: '-q', description: 'print only the result' },
  { long: '--verbose', description: 'report on stderr what happens' },
]
