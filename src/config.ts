/** The server's settings. They are read from the environment once, at start; all wrong values are reported together. */

import { isIP } from 'node:net'
import { ConfigError } from './errors.ts'
import { explainFileError } from './explain-file-error.ts'
import { type LimitName, type Limits, limits, limitVariable, mapLimits } from './limits.ts'
import { loadAdminToken } from './load-admin-token.ts'

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** What the server shows of itself. */
export interface Profile {
  /** Whether all callers may ask for the schema and are told its names; otherwise only those with the right to admin. */
  readonly introspection: boolean
  /** Whether browsers get GraphiQL at /graphql. */
  readonly graphiql: boolean
  /** Whether queries may be sent by GET. */
  readonly getQueries: boolean
}

/** Nothing is hidden. */
export const openProfile: Profile = { introspection: true, graphiql: true, getQueries: true }

export interface Config extends Profile {
  /** Undefined: the server starts its own PostgreSQL, with its data in `dataDir`. */
  readonly databaseUrl: string | undefined
  /** The most connections to the database that requests use at a time. */
  readonly databaseConnections: number
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly templatesDir: string
  /** The folder of roles. Undefined: `object-access`, if it is there. */
  readonly accessDir: string | undefined
  readonly dataDir: string
  readonly logLevel: LogLevel
  /** Host names and IP addresses that clients may use for the server, in addition to those of loopback. */
  readonly allowedHosts: readonly string[]
  /** Origins (`https://dash.example.org`) whose pages may read answers. Empty: no CORS at all. */
  readonly corsOrigins: readonly string[]
  readonly allowUnauthenticated: boolean
  /** Whether the server is to be closed: the settings of `Profile` are off unless they are set, and there must be rules of access. */
  readonly production: boolean
  /** The digest of the change of templates that the operator consents to. */
  readonly acceptTemplates: string | undefined
  /** Whoever sends it may do everything. Undefined: nobody may because of a token of the operator's. */
  readonly adminToken: string | undefined
  /** What one request may ask for. */
  readonly limits: Limits
  /** Warnings to log at each start. They do not stop it. */
  readonly warnings: readonly string[]
}

interface Setting<T> {
  /** The environment variable. */
  readonly name: string
  /** The values that it accepts, to follow "expected …". */
  readonly takes: string
  readonly default: T
  /** Undefined: the setting does not accept this text. */
  readonly parse: (text: string) => T | undefined
  /** Never print the value: it may contain a password. */
  readonly secret?: true
}

const yesOrNo = {
  takes: 'true or false',
  parse: (text: string) => (text === 'true' ? true : text === 'false' ? false : undefined),
}

const settings = {
  databaseUrl: {
    name: 'DATABASE_URL',
    takes: 'a PostgreSQL connection URL, such as postgresql://user:password@host:5432/database',
    default: undefined as string | undefined,
    parse: (text) => (/^postgres(ql)?:\/\/\S+$/i.test(text) ? text : undefined),
    secret: true,
  },
  databaseConnections: {
    name: 'DATABASE_CONNECTIONS',
    takes: 'a whole number from 2 to 1000',
    default: 10,
    parse: (text) => (/^\d{1,4}$/.test(text) && Number(text) >= 2 && Number(text) <= 1_000 ? Number(text) : undefined),
  },
  host: {
    name: 'HOST',
    takes: 'the IP address or host name to listen on, without port or brackets, such as 127.0.0.1, ::1 or 0.0.0.0',
    default: '127.0.0.1',
    parse: (text) => (isIP(text) !== 0 || isHostName(text) ? text : undefined),
  },
  port: {
    name: 'PORT',
    takes: 'a port from 0 to 65535, where 0 means any free port',
    default: 4000,
    parse: (text) => (/^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined),
  },
  templatesDir: { name: 'TEMPLATES_DIR', takes: 'a folder', default: 'object-templates', parse: (text) => text },
  accessDir: {
    name: 'ACCESS_DIR',
    takes: 'a folder',
    default: undefined as string | undefined,
    parse: (text) => text,
  },
  dataDir: { name: 'DATA_DIR', takes: 'a folder', default: '.registry', parse: (text) => text },
  logLevel: {
    name: 'LOG_LEVEL',
    takes: `one of ${logLevels.join(', ')}`,
    default: 'info',
    parse: (text) => logLevels.find((level) => level === text),
  },
  allowedHosts: {
    name: 'ALLOWED_HOSTS',
    takes: 'host names and IP addresses separated by commas, without ports, such as registry.example.org,10.0.0.5',
    default: [],
    parse: parseHosts,
  },
  corsOrigins: {
    name: 'CORS_ORIGINS',
    takes:
      'origins separated by commas, each in full and without *, such as https://dash.example.org,http://localhost:3000',
    default: [],
    parse: parseOrigins,
  },
  allowUnauthenticated: {
    name: 'ALLOW_UNAUTHENTICATED',
    ...yesOrNo,
    default: false,
  },
  production: { name: 'PRODUCTION', ...yesOrNo, default: false },
  introspection: { name: 'INTROSPECTION', ...yesOrNo, default: true },
  graphiql: { name: 'GRAPHIQL', ...yesOrNo, default: true },
  getQueries: { name: 'GET_QUERIES', ...yesOrNo, default: true },
  acceptTemplates: {
    name: 'ACCEPT_TEMPLATES',
    takes: 'the digest that the start prints with the plan that needs consent, such as 0f3b9c2ad41e7788',
    default: undefined as string | undefined,
    parse: (text) => (/^[A-Za-z0-9._-]{1,100}$/.test(text) ? text : undefined),
  },
} as const satisfies { readonly [K in Exclude<keyof Config, 'adminToken' | 'limits' | 'warnings'>]: Setting<Config[K]> }

/**
 * Reads `.env` in the working directory, if there is one, into `process.env`. It does not change variables that are already set.
 *
 * @throws ConfigError if the file exists but cannot be read
 */
export function loadEnvFile(): void {
  try {
    process.loadEnvFile()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return
    throw new ConfigError(
      `.env in the working directory cannot be read: ${explainFileError(error)}. Make it readable or remove it.`,
    )
  }
}

/**
 * The settings of an environment. An empty variable counts as unset.
 *
 * @throws ConfigError with every variable whose value is wrong, the value given, and the values it accepts
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = []
  const read = <T>(setting: Setting<T>): T => {
    const text = env[setting.name]?.trim()
    if (text === undefined || text === '') return setting.default
    const value = setting.parse(text)
    if (value !== undefined) return value
    const given = setting.secret ? 'its value (not shown, because it may contain a password)' : JSON.stringify(text)
    problems.push(`${setting.name}: ${given} is not valid; expected ${setting.takes}`)
    return setting.default
  }
  const production = read<boolean>(settings.production)
  const readShown = (setting: Setting<boolean>) => read({ ...setting, default: !production })
  const databaseUrl = read<Config['databaseUrl']>(settings.databaseUrl)
  const databaseConnections = read<Config['databaseConnections']>(settings.databaseConnections)
  const readAdminToken = () => {
    const { token, problem } = loadAdminToken(env)
    if (problem !== undefined) problems.push(problem)
    return token
  }
  const config = {
    databaseUrl,
    databaseConnections,
    host: read<Config['host']>(settings.host),
    port: read<Config['port']>(settings.port),
    templatesDir: read<Config['templatesDir']>(settings.templatesDir),
    accessDir: read<Config['accessDir']>(settings.accessDir),
    dataDir: read<Config['dataDir']>(settings.dataDir),
    logLevel: read<Config['logLevel']>(settings.logLevel),
    allowedHosts: read<Config['allowedHosts']>(settings.allowedHosts),
    corsOrigins: read<Config['corsOrigins']>(settings.corsOrigins),
    allowUnauthenticated: read<Config['allowUnauthenticated']>(settings.allowUnauthenticated),
    production,
    introspection: readShown(settings.introspection),
    graphiql: readShown(settings.graphiql),
    getQueries: readShown(settings.getQueries),
    acceptTemplates: read<Config['acceptTemplates']>(settings.acceptTemplates),
    adminToken: readAdminToken(),
    limits: mapLimits((name) => read(limitSetting(name, databaseConnections))),
  }
  const warnings: string[] = findUnknownLimits(env)
  const { bytesInFlight, bodyBytes, answerBytes } = config.limits
  if (bytesInFlight < Math.max(bodyBytes, answerBytes)) {
    warnings.push(
      'LIMIT_BYTES_IN_FLIGHT is less than LIMIT_BODY_BYTES or LIMIT_ANSWER_BYTES, so the server always refuses the largest bodies or answers',
    )
  }
  if (problems.length > 0) throw new ConfigError(problems.join('\n'))
  return { ...config, warnings }
}

function limitSetting(name: LimitName, connections: number): Setting<number> {
  return {
    name: limitVariable(name),
    takes: `a whole number from 1 to ${largestLimit}: ${limits[name].description}`,
    default: name === 'callerStatements' ? Math.ceil(connections / 3) : limits[name].default,
    parse: (text) => (/^[1-9]\d{0,9}$/.test(text) && Number(text) <= largestLimit ? Number(text) : undefined),
  }
}

/** PostgreSQL and timers take 31 bits. */
const largestLimit = 2_147_483_647

/** Warns of variables that look like limits but are not: they have no effect. */
function findUnknownLimits(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = new Set(Object.values(mapLimits(limitVariable)))
  return Object.keys(env)
    .filter((name) => name.startsWith('LIMIT_') && !known.has(name))
    .map((name) => `${name} is not a limit of this server and has no effect; the limits are ${[...known].join(', ')}`)
}

/** Whether only this machine can reach a server that listens on this host. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

/** Whether a server that listens on this host listens on all addresses of the machine, so that it is no name of the server. */
export function isEveryAddress(host: string): boolean {
  return isIP(host) === 6 ? new URL(`http://[${host}]`).hostname === '[::]' : host === '0.0.0.0'
}

/** RFC 1123, with `_`, which container networks use. Digits and dots alone are not accepted: they are a mistyped IP address. */
function isHostName(text: string): boolean {
  return (
    /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*$/i.test(text) && !/^[\d.]+$/.test(text)
  )
}

function parseHosts(text: string): readonly string[] | undefined {
  const hosts: string[] = []
  for (const part of text.split(',')) {
    const host = part.trim().toLowerCase()
    if (host === '') continue
    const address = /^\[(.*)\]$/.exec(host)?.[1] ?? host
    if (isIP(address) === 6 && URL.canParse(`http://[${address}]`)) hosts.push(normalizeAddress(address))
    else if (isIP(host) === 4) hosts.push(host)
    // A name with a dot at its end is the same name.
    else if (isHostName(host.replace(/\.$/, ''))) hosts.push(host.replace(/\.$/, ''))
    else return undefined
  }
  return [...new Set(hosts)]
}

/** An IPv6 address as it stands in a Host header: in brackets, in the normalized form of URLs. */
function normalizeAddress(address: string): string {
  return new URL(`http://[${address}]`).hostname
}

function parseOrigins(text: string): readonly string[] | undefined {
  const origins: string[] = []
  for (const part of text.split(',')) {
    const given = part.trim()
    if (given === '') continue
    if (!/^https?:\/\/[^/?#@\\\s*]+\/?$/i.test(given) || !URL.canParse(given)) return undefined
    origins.push(new URL(given).origin)
  }
  return [...new Set(origins)]
}
