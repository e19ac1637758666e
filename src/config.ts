/** The server's settings. They are read from the environment once, at start; all wrong values are reported together. */

import { isIP } from 'node:net'
import { readEnvFile } from './env-file.ts'
import { ConfigError } from './errors.ts'
import { warnOfUnknownVariables } from './known-variables.ts'
import { type LimitName, limits, limitVariable, mapLimits } from './limits.ts'
import { loadAdminToken } from './load-admin-token.ts'
import { type Config, type Setting, type SettingProblem, settings } from './settings.ts'

/** What `.env` has added to the environment. */
export interface LoadedEnvFile {
  /** The variables that have their values from the file. */
  readonly names: ReadonlySet<string>
  /** What is wrong with its lines. */
  readonly warnings: readonly string[]
}

/**
 * Reads `.env` in the working directory, if there is one, into `process.env`. It does not change variables that are already set.
 *
 * @throws ConfigError if the file exists but cannot be read
 */
export function loadEnvFile(): LoadedEnvFile {
  const { values, warnings } = readEnvFile('.env') ?? { values: {}, warnings: [] }
  const added = Object.entries(values).filter(([name]) => process.env[name] === undefined)
  for (const [name, value] of added) process.env[name] = value
  return { names: new Set(added.map(([name]) => name)), warnings }
}

/**
 * Reads `.env` as `loadEnvFile` does. Returns what is wrong with its lines, and the variables that are nearly settings: either may be why
 * a setting is not what the operator has meant.
 *
 * @throws ConfigError if the file exists but cannot be read
 */
export function loadEnvironment(): readonly string[] {
  const { warnings } = loadEnvFile()
  return [...warnings, ...warnOfUnknownVariables(process.env)]
}

/**
 * The settings of an environment. An empty variable counts as unset.
 *
 * @param fileWarnings what is wrong with the lines of `.env`
 * @throws ConfigError with every variable whose value is wrong, the value given, and the values it accepts; and with all warnings, which
 *   may be the reason
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>>,
  fileWarnings: readonly string[] = [],
): Config {
  const { config, problems } = readConfig(env)
  const warnings = [...fileWarnings, ...config.warnings]
  if (problems.length > 0)
    throw new ConfigError([...problems.map(({ message }) => message), ...warnings.map(printWarning)].join('\n'))
  return { ...config, warnings }
}

/** A warning where no log has it. */
export function printWarning(warning: string): string {
  return `warning: ${warning}`
}

/** The same, with the default of each variable whose value is wrong, and what is wrong. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): {
  readonly config: Config
  readonly problems: readonly SettingProblem[]
} {
  const problems: SettingProblem[] = []
  const refuse = (name: string, wrong: string) => problems.push({ name, message: `${name}: ${wrong}` })
  const read = <T>(setting: Setting<T>): T => {
    const text = env[setting.name]?.trim()
    if (text === undefined || text === '') return setting.default
    const value = setting.parse(text)
    if (value !== undefined) return value
    const given = setting.secret ? 'its value (not shown, because it may contain a password)' : JSON.stringify(text)
    refuse(setting.name, `${given} is not valid; expected ${setting.takes}`)
    return setting.default
  }
  const production = read<boolean>(settings.production)
  const readShown = (setting: Setting<boolean>) => read({ ...setting, default: !production })
  const readAdminToken = () => {
    const { token, problem } = loadAdminToken(env)
    if (problem !== undefined) problems.push(problem)
    return token
  }
  const settled = {
    databaseUrl: read<Config['databaseUrl']>(settings.databaseUrl),
    databaseDirectUrl: read<Config['databaseDirectUrl']>(settings.databaseDirectUrl),
    databasePrepared: read<Config['databasePrepared']>(settings.databasePrepared),
    databaseReplicaUrls: read<Config['databaseReplicaUrls']>(settings.databaseReplicaUrls),
    databaseConnections: read<Config['databaseConnections']>(settings.databaseConnections),
    host: read<Config['host']>(settings.host),
    port: read<Config['port']>(settings.port),
    drainSeconds: read<Config['drainSeconds']>(settings.drainSeconds),
    templatesDir: read<Config['templatesDir']>(settings.templatesDir),
    accessDir: read<Config['accessDir']>(settings.accessDir),
    webhooksDir: read<Config['webhooksDir']>(settings.webhooksDir),
    webhooksAllowPrivate: read<Config['webhooksAllowPrivate']>(settings.webhooksAllowPrivate),
    dataDir: read<Config['dataDir']>(settings.dataDir),
    logLevel: read<Config['logLevel']>(settings.logLevel),
    logFormat: read<Config['logFormat']>(settings.logFormat),
    metricsPort: read<Config['metricsPort']>(settings.metricsPort),
    tracesEndpoint: read<Config['tracesEndpoint']>(settings.tracesEndpoint),
    allowedHosts: read<Config['allowedHosts']>(settings.allowedHosts),
    corsOrigins: read<Config['corsOrigins']>(settings.corsOrigins),
    allowUnauthenticated: read<Config['allowUnauthenticated']>(settings.allowUnauthenticated),
    production,
    introspection: readShown(settings.introspection),
    graphiql: readShown(settings.graphiql),
    getQueries: readShown(settings.getQueries),
    acceptTemplates: read<Config['acceptTemplates']>(settings.acceptTemplates),
    adminToken: readAdminToken(),
  }
  const { port, metricsPort } = settled
  if (metricsPort === port && port !== 0)
    refuse('METRICS_PORT', `${port} is the value of PORT as well; choose another METRICS_PORT, or leave it out`)
  const ownLimits = mapLimits((name) => read(limitSetting(name, settled.databaseConnections)))
  const warnings = [...warnOfUnknownVariables(env)]
  const { bytesInFlight, bodyBytes, answerBytes } = ownLimits
  if (bytesInFlight < Math.max(bodyBytes, answerBytes)) {
    warnings.push(
      'LIMIT_BYTES_IN_FLIGHT is less than LIMIT_BODY_BYTES or LIMIT_ANSWER_BYTES, so the server always refuses the largest bodies or answers',
    )
  }
  if (!env[settings.databaseUrl.name]?.trim()) {
    if (settled.databaseDirectUrl !== undefined)
      refuse('DATABASE_DIRECT_URL', 'it leads to the database of DATABASE_URL, which is not set')
    if (settled.databaseReplicaUrls.length > 0)
      refuse('DATABASE_REPLICA_URLS', 'they lead to standbys of the database of DATABASE_URL, which is not set')
  }
  return { config: { ...settled, limits: ownLimits, warnings }, problems }
}

function limitSetting(name: LimitName, connections: number): Setting<number> {
  return {
    name: limitVariable(name),
    description: limits[name].description,
    takes: `a whole number from 1 to ${largestLimit}: ${limits[name].description}`,
    default: name === 'callerStatements' ? Math.ceil(connections / 3) : limits[name].default,
    parse: (text) => (/^[1-9]\d{0,9}$/.test(text) && Number(text) <= largestLimit ? Number(text) : undefined),
  }
}

/** PostgreSQL and timers take 31 bits. */
const largestLimit = 2_147_483_647

/** Whether only this machine can reach a server that listens on this host. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/** Whether a server that listens on this host listens on all addresses of the machine, so that it is no name of the server. */
export function isEveryAddress(host: string): boolean {
  return isIP(host) === 6 ? new URL(`http://[${host}]`).hostname === '[::]' : host === '0.0.0.0'
}
