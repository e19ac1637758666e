import { isEveryAddress, isLoopback } from '../config.ts'
import { ConfigError } from '../errors.ts'
import type { Config } from '../settings.ts'
import type { Role } from './role.ts'

/** How far callers without a token get. */
export interface Guard {
  /** Whether they may do nothing. */
  readonly isGuarded: boolean
  /** To be logged at each start. */
  readonly warnings: readonly string[]
}

type Exposed = Pick<Config, 'production' | 'host' | 'allowedHosts' | 'allowUnauthenticated' | 'adminToken'>

/**
 * Finds out whom the rules of access keep out. Throws ConfigError with all settings that would let in everyone from other machines, or
 * that are for production and have no rules.
 */
export function assertGuarded(config: Exposed, roles: readonly Role[]): Guard {
  const { host, allowedHosts } = config
  const isReachable = !isLoopback(host)
  const problems: string[] = []
  const warnings: string[] = []
  if (roles.length === 0 && config.adminToken === undefined) {
    if (config.production) problems.push(productionWithoutRules)
    if (isReachable && config.allowUnauthenticated)
      warnings.push(
        `HOST is ${JSON.stringify(host)} and there are no rules of access: anyone who reaches this port can read, change and delete everything`,
      )
    else if (isReachable)
      problems.push(
        `HOST: ${JSON.stringify(host)} is reachable from other machines, and there are no rules of access. ` +
          'Write role files into the folder ACCESS_DIR or set ADMIN_TOKEN, listen on 127.0.0.1 behind a proxy that authenticates, or set ALLOW_UNAUTHENTICATED=true',
      )
    if (problems.length > 0) throw new ConfigError(problems.join('\n'))
    return { isGuarded: false, warnings }
  }
  const forAnyone = roles.filter(({ who }) => who.some(({ kind }) => kind === 'anyone')).map(({ name }) => name)
  if (forAnyone.length > 0 && isReachable && allowedHosts.length === 0)
    warnings.push(
      `ALLOWED_HOSTS is not set, and callers without a token have roles (${forAnyone.join(', ')}): so that no other site can borrow its readers' browsers, the server answers to localhost${isEveryAddress(host) ? '' : ` and ${host}`} only; set ALLOWED_HOSTS to its names`,
    )
  return { isGuarded: forAnyone.length === 0, warnings }
}

const productionWithoutRules =
  'PRODUCTION: true needs rules of access, or everyone who reaches the port may do everything; write role files into the folder ACCESS_DIR, or set ADMIN_TOKEN'
