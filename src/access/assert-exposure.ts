import { type Config, isLoopback } from '../config.ts'
import { ConfigError } from '../errors.ts'
import { defaultAccessDir } from './load-roles.ts'

/** What whoever reaches the port may do depends on these. */
type Exposure = Pick<Config, 'host' | 'production' | 'allowUnauthenticated'>

/** A line for the log. */
interface Remark {
  readonly level: 'info' | 'warn'
  readonly text: string
}

const howTo = `write roles into ${defaultAccessDir}, or set ADMIN_TOKEN: docs/access.md has the first role in ten lines`

/**
 * Whether the server may listen where it is told to: without rules of access, on loopback alone. Returns what the log should say of it.
 * Throws `ConfigError`.
 */
export function assertExposure(
  { host, production, allowUnauthenticated }: Exposure,
  hasRules: boolean,
): readonly Remark[] {
  if (hasRules) return []
  if (production)
    throw new ConfigError(
      'PRODUCTION: true needs rules of access, or everyone who reaches the port may do everything; write role files into the folder ACCESS_DIR, or set ADMIN_TOKEN',
    )
  const where = JSON.stringify(host)
  if (isLoopback(host)) {
    const text = `there are no rules of access: everyone on this machine may do everything. Before others can reach it, ${howTo}`
    return [{ level: 'info', text }]
  }
  if (allowUnauthenticated) {
    const text = `HOST is ${where} and there is no authentication: anyone who reaches this port can read, change and delete everything`
    return [{ level: 'warn', text }]
  }
  throw new ConfigError(
    `HOST: ${where} is reachable from other machines, and there are no rules of access. ` +
      `Listen on 127.0.0.1, or ${howTo}. ALLOW_UNAUTHENTICATED=true lets everyone do everything`,
  )
}
