/** The server's settings: their variables, the values that these take, and what they are without. */

import type { Limits } from './limits.ts'
import {
  parseConnections,
  parseDatabaseUrl,
  parseDatabaseUrls,
  parseDigest,
  parseHost,
  parseHosts,
  parseOrigins,
  parsePort,
} from './parse-setting.ts'

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

const logFormats = ['json', 'pretty'] as const
export type LogFormat = (typeof logFormats)[number]

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
  /** The database itself, where `databaseUrl` leads to a pooler: for migrations, and for what needs a session. Undefined: the same. */
  readonly databaseDirectUrl: string | undefined
  /** Whether statements are prepared by name. Undefined: unless a pooler is found. */
  readonly databasePrepared: boolean | undefined
  /** Standbys that may answer reads. */
  readonly databaseReplicaUrls: readonly string[]
  /** The most connections to the database that requests use at a time. */
  readonly databaseConnections: number
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** How long the server goes on serving after SIGTERM, while `/readyz` is 503, so that balancers notice. */
  readonly drainSeconds: number
  readonly templatesDir: string
  /** The folder of roles. Undefined: `object-access`, if it is there. */
  readonly accessDir: string | undefined
  /** The folder of webhooks. Undefined: `object-webhooks`, if it is there. */
  readonly webhooksDir: string | undefined
  /** Whether webhooks may go to private addresses. */
  readonly webhooksAllowPrivate: boolean
  readonly dataDir: string
  readonly logLevel: LogLevel
  /** Undefined: for people if the output is a terminal, for programs otherwise. */
  readonly logFormat: LogFormat | undefined
  /** The port on which the metrics are, without rules of access. Undefined: with everything else. */
  readonly metricsPort: number | undefined
  /** The address of what takes traces, by OTLP over HTTP. Undefined: there are none. */
  readonly tracesEndpoint: string | undefined
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

export interface Setting<T> {
  /** The environment variable. */
  readonly name: string
  /** What it is for, as part of a line of help. */
  readonly description: string
  /** The values that it accepts, to follow "expected …". */
  readonly takes: string
  readonly default: T
  /** What the server does without it, where the default alone does not say so. */
  readonly otherwise?: string
  /** The option of `registry serve`; with a name for its value, or else it sets `true`. None for secrets, which lists of processes show. */
  readonly flag?: { readonly long: string; readonly value?: string; readonly choices?: readonly string[] }
  /** Undefined: the setting does not accept this text. */
  readonly parse: (text: string) => T | undefined
  /** Never print the value: it may contain a password. */
  readonly secret?: true
}

const yesOrNo = {
  takes: 'true or false',
  parse: (text: string) => (text === 'true' ? true : text === 'false' ? false : undefined),
}

const folder = { takes: 'a folder', parse: (text: string) => text }

const database = 'a PostgreSQL connection URL, such as postgresql://user:password@host:5432/database'

export const settings = {
  databaseUrl: {
    name: 'DATABASE_URL',
    description: 'the PostgreSQL, 15 or newer',
    takes: database,
    default: undefined as string | undefined,
    otherwise: 'an embedded PostgreSQL',
    parse: parseDatabaseUrl,
    secret: true,
  },
  databaseDirectUrl: {
    name: 'DATABASE_DIRECT_URL',
    description: 'the PostgreSQL itself, where DATABASE_URL leads to a pooler',
    takes: database,
    default: undefined as string | undefined,
    otherwise: 'DATABASE_URL',
    parse: parseDatabaseUrl,
    secret: true,
  },
  databasePrepared: {
    name: 'DATABASE_PREPARED',
    description: 'whether statements are prepared by name',
    ...yesOrNo,
    default: undefined as boolean | undefined,
    otherwise: 'true, unless a pooler is found',
  },
  databaseReplicaUrls: {
    name: 'DATABASE_REPLICA_URLS',
    description: 'standbys that may answer reads',
    takes:
      'PostgreSQL connection URLs separated by commas or spaces, such as postgresql://user:password@host:5432/database',
    default: [],
    parse: parseDatabaseUrls,
    secret: true,
  },
  databaseConnections: {
    name: 'DATABASE_CONNECTIONS',
    description: 'the most connections to PostgreSQL that requests use at a time',
    takes: 'a whole number from 2 to 1000',
    default: 10,
    flag: { long: '--database-connections', value: 'n' },
    parse: parseConnections,
  },
  host: {
    name: 'HOST',
    description: 'where to listen; anything but loopback needs rules of access, or ALLOW_UNAUTHENTICATED',
    takes: 'the IP address or host name to listen on, without port or brackets, such as 127.0.0.1, ::1 or 0.0.0.0',
    default: '127.0.0.1',
    flag: { long: '--host', value: 'host' },
    parse: parseHost,
  },
  port: {
    name: 'PORT',
    description: 'the port to listen on',
    takes: 'a port from 0 to 65535, where 0 means any free port',
    default: 4000,
    flag: { long: '--port', value: 'port' },
    parse: parsePort,
  },
  drainSeconds: {
    name: 'DRAIN_SECONDS',
    description: 'how long it goes on serving after SIGTERM, so that balancers notice',
    takes: 'a whole number from 0 to 300',
    default: 0,
    parse: (text) => (/^\d{1,3}$/.test(text) && Number(text) <= 300 ? Number(text) : undefined),
    flag: { long: '--drain-seconds', value: 'n' },
  },
  templatesDir: {
    name: 'TEMPLATES_DIR',
    description: 'the folder of the object templates',
    ...folder,
    default: 'object-templates',
    flag: { long: '--templates', value: 'folder' },
  },
  accessDir: {
    name: 'ACCESS_DIR',
    description: 'the folder of the roles',
    ...folder,
    default: undefined as string | undefined,
    otherwise: 'object-access, if it is there',
    flag: { long: '--access', value: 'folder' },
  },
  webhooksDir: {
    name: 'WEBHOOKS_DIR',
    description: 'the folder of the webhooks',
    ...folder,
    default: undefined as string | undefined,
    otherwise: 'object-webhooks, if it is there',
    flag: { long: '--webhooks', value: 'folder' },
  },
  webhooksAllowPrivate: {
    name: 'WEBHOOKS_ALLOW_PRIVATE',
    description: 'webhooks may go to private addresses',
    ...yesOrNo,
    default: false,
  },
  dataDir: {
    name: 'DATA_DIR',
    description: 'where the embedded PostgreSQL keeps its data',
    ...folder,
    default: '.registry',
    flag: { long: '--data-dir', value: 'folder' },
  },
  logLevel: {
    name: 'LOG_LEVEL',
    description: 'what is logged; at debug, one line a request',
    takes: `one of ${logLevels.join(', ')}`,
    default: 'info',
    flag: { long: '--log-level', value: 'level', choices: logLevels },
    parse: (text) => logLevels.find((level) => level === text),
  },
  logFormat: {
    name: 'LOG_FORMAT',
    description: 'for programs or for people',
    takes: `one of ${logFormats.join(', ')}`,
    default: undefined as LogFormat | undefined,
    otherwise: 'pretty on a terminal, else json',
    flag: { long: '--log-format', value: 'format', choices: logFormats },
    parse: (text) => logFormats.find((format) => format === text),
  },
  metricsPort: {
    name: 'METRICS_PORT',
    description: 'a port for the metrics alone, without rules of access',
    takes: 'a port from 0 to 65535, where 0 means any free port',
    default: undefined as number | undefined,
    otherwise: 'with everything else',
    flag: { long: '--metrics-port', value: 'port' },
    parse: parsePort,
  },
  tracesEndpoint: {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    description: 'where traces are sent',
    otherwise: 'nowhere',
    takes: 'the URL of an OpenTelemetry collector, such as http://127.0.0.1:4318',
    default: undefined as string | undefined,
    parse: (text) => (/^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined),
    secret: true,
  },
  allowedHosts: {
    name: 'ALLOWED_HOSTS',
    description: 'names that clients may use for the server, beside localhost and HOST',
    takes: 'host names and IP addresses separated by commas, without ports, such as registry.example.org,10.0.0.5',
    default: [],
    flag: { long: '--allowed-hosts', value: 'names' },
    parse: parseHosts,
  },
  corsOrigins: {
    name: 'CORS_ORIGINS',
    description: 'origins whose pages may read answers',
    takes:
      'origins separated by commas, each in full and without *, such as https://dash.example.org,http://localhost:3000',
    default: [],
    flag: { long: '--cors-origins', value: 'origins' },
    parse: parseOrigins,
  },
  allowUnauthenticated: {
    name: 'ALLOW_UNAUTHENTICATED',
    description: 'let in everyone who reaches the port, although there are no rules of access',
    ...yesOrNo,
    default: false,
    flag: { long: '--allow-unauthenticated' },
  },
  production: {
    name: 'PRODUCTION',
    description: 'close the server: the next three are false, and there must be rules of access',
    ...yesOrNo,
    default: false,
    flag: { long: '--production' },
  },
  introspection: {
    name: 'INTROSPECTION',
    description: 'whether everyone may see the schema',
    ...yesOrNo,
    default: true,
  },
  graphiql: { name: 'GRAPHIQL', description: 'whether browsers get GraphiQL', ...yesOrNo, default: true },
  getQueries: { name: 'GET_QUERIES', description: 'whether queries may be sent by GET', ...yesOrNo, default: true },
  acceptTemplates: {
    name: 'ACCEPT_TEMPLATES',
    description: 'the digest of a change of templates to consent to',
    takes: 'the digest that the start prints with the plan that needs consent, such as 0f3b9c2ad41e7788',
    default: undefined as string | undefined,
    flag: { long: '--accept-templates', value: 'digest' },
    parse: parseDigest,
  },
} as const satisfies { readonly [K in Exclude<keyof Config, 'adminToken' | 'limits' | 'warnings'>]: Setting<Config[K]> }

/** What is wrong with the value of a variable, as a sentence that names it. */
export interface SettingProblem {
  readonly name: string
  readonly message: string
}
