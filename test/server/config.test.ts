import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { isLoopback, loadConfig } from '../../src/config.ts'
import { ConfigError } from '../../src/errors.ts'
import { defaultLimits } from '../../src/limits.ts'

const defaults = {
  databaseUrl: undefined,
  databaseReplicaUrls: [],
  databaseConnections: 10,
  host: '127.0.0.1',
  port: 4000,
  drainSeconds: 0,
  templatesDir: 'object-templates',
  dataDir: '.registry',
  webhooksAllowPrivate: false,
  logLevel: 'info',
  allowedHosts: [],
  corsOrigins: [],
  allowUnauthenticated: false,
  production: false,
  introspection: true,
  graphiql: true,
  getQueries: true,
  limits: defaultLimits,
  warnings: [],
}

function problemsOf(env: Record<string, string>): string[] {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
  return []
}

test('an empty environment, and one of empty variables, give the defaults', () => {
  expect(loadConfig({})).toEqual(defaults)
  expect(
    loadConfig({ DATABASE_URL: '', HOST: '', PORT: ' ', LOG_LEVEL: '', CORS_ORIGINS: '', ALLOW_UNAUTHENTICATED: '' }),
  ).toEqual(defaults)
})

test('every variable is read', () => {
  expect(
    loadConfig({
      DATABASE_URL: 'postgresql://u:p%40@db:5432/registry?sslmode=require',
      DATABASE_DIRECT_URL: 'postgresql://u@direct/registry',
      DATABASE_PREPARED: 'true',
      DATABASE_REPLICA_URLS: 'postgresql://a,b/registry, postgresql://c/registry postgres://d/registry',
      DATABASE_CONNECTIONS: '30',
      LOG_FORMAT: 'pretty',
      METRICS_PORT: '9464',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
      HOST: '::1',
      PORT: '0',
      DRAIN_SECONDS: '20',
      TEMPLATES_DIR: '/etc/registry/my templates',
      DATA_DIR: 'data',
      WEBHOOKS_DIR: 'hooks',
      WEBHOOKS_ALLOW_PRIVATE: 'true',
      LOG_LEVEL: 'silent',
      ALLOWED_HOSTS: 'Registry.example.org, 10.0.0.5,,[FD00:0::5], fd00::5,registry.example.org.',
      CORS_ORIGINS: 'https://Dash.example.org, http://localhost:3000/,https://dash.example.org:443',
      ALLOW_UNAUTHENTICATED: 'true',
      INTROSPECTION: 'false',
      GRAPHIQL: 'false',
      GET_QUERIES: 'false',
      LIMIT_PAGE_SIZE: '50',
      LIMIT_STATEMENT_MILLISECONDS: '30000',
    }),
  ).toEqual({
    databaseUrl: 'postgresql://u:p%40@db:5432/registry?sslmode=require',
    databaseDirectUrl: 'postgresql://u@direct/registry',
    databasePrepared: true,
    databaseReplicaUrls: ['postgresql://a,b/registry', 'postgresql://c/registry', 'postgres://d/registry'],
    databaseConnections: 30,
    logFormat: 'pretty',
    metricsPort: 9464,
    tracesEndpoint: 'http://collector:4318',
    host: '::1',
    port: 0,
    drainSeconds: 20,
    templatesDir: '/etc/registry/my templates',
    dataDir: 'data',
    webhooksDir: 'hooks',
    webhooksAllowPrivate: true,
    logLevel: 'silent',
    allowedHosts: ['registry.example.org', '10.0.0.5', '[fd00::5]'],
    corsOrigins: ['https://dash.example.org', 'http://localhost:3000'],
    allowUnauthenticated: true,
    production: false,
    introspection: false,
    graphiql: false,
    getQueries: false,
    limits: { ...defaultLimits, pageSize: 50, statementMilliseconds: 30_000, callerStatements: 10 },
    warnings: [],
  })
})

test('all wrong values are reported at once, and a database URL is never shown', () => {
  expect(
    problemsOf({
      DATABASE_URL: 'mysql://root:secret@db/x',
      DATABASE_REPLICA_URLS: 'postgresql://u:secret@a/x,mysql://b',
      DATABASE_CONNECTIONS: '1',
      LOG_FORMAT: 'text',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317',
      HOST: '[::1]:80',
      PORT: '65536',
      LOG_LEVEL: 'INFO',
      ALLOWED_HOSTS: '*',
      CORS_ORIGINS: '*',
      ALLOW_UNAUTHENTICATED: 'yes',
    }),
  ).toEqual([
    'DATABASE_URL: its value (not shown, because it may contain a password) is not valid; expected a PostgreSQL connection URL, such as postgresql://user:password@host:5432/database',
    'DATABASE_REPLICA_URLS: its value (not shown, because it may contain a password) is not valid; expected PostgreSQL connection URLs separated by commas or spaces, such as postgresql://user:password@host:5432/database',
    'DATABASE_CONNECTIONS: "1" is not valid; expected a whole number from 2 to 1000',
    'HOST: "[::1]:80" is not valid; expected the IP address or host name to listen on, without port or brackets, such as 127.0.0.1, ::1 or 0.0.0.0',
    'PORT: "65536" is not valid; expected a port from 0 to 65535, where 0 means any free port',
    'LOG_LEVEL: "INFO" is not valid; expected one of fatal, error, warn, info, debug, trace, silent',
    'LOG_FORMAT: "text" is not valid; expected one of json, pretty',
    'OTEL_EXPORTER_OTLP_ENDPOINT: its value (not shown, because it may contain a password) is not valid; expected the URL of an OpenTelemetry collector, such as http://127.0.0.1:4318',
    'ALLOWED_HOSTS: "*" is not valid; expected host names and IP addresses separated by commas, without ports, such as registry.example.org,10.0.0.5',
    'CORS_ORIGINS: "*" is not valid; expected origins separated by commas, each in full and without *, such as https://dash.example.org,http://localhost:3000',
    'ALLOW_UNAUTHENTICATED: "yes" is not valid; expected true or false',
  ])
})

test('METRICS_PORT and PORT differ, but for 0', () => {
  expect(problemsOf({ PORT: '4001', METRICS_PORT: '4001' })).toEqual([
    'METRICS_PORT: 4001 is the value of PORT as well; choose another METRICS_PORT, or leave it out',
  ])
  expect(problemsOf({ METRICS_PORT: '4000' })).toHaveLength(1)
  expect(loadConfig({ PORT: '0', METRICS_PORT: '0' }).metricsPort).toBe(0)
})

test('a way past the pooler needs a DATABASE_URL', () => {
  const DATABASE_DIRECT_URL = 'postgresql://u@direct/registry'
  const problem = 'DATABASE_DIRECT_URL: it leads to the database of DATABASE_URL, which is not set'
  expect(problemsOf({ DATABASE_DIRECT_URL })).toEqual([problem])
  expect(problemsOf({ DATABASE_DIRECT_URL, DATABASE_URL: 'mysql://db/x' })).not.toContain(problem)
})

test('replicas need a DATABASE_URL', () => {
  const DATABASE_REPLICA_URLS = 'postgresql://u@standby/registry'
  expect(problemsOf({ DATABASE_REPLICA_URLS })).toEqual([
    'DATABASE_REPLICA_URLS: they lead to standbys of the database of DATABASE_URL, which is not set',
  ])
  expect(problemsOf({ DATABASE_REPLICA_URLS, DATABASE_URL: 'postgresql://u@primary/registry' })).toEqual([])
})

test.each(['-1', '4000.0', '0x10', '1e3', 'http', '4000 ;'])('PORT does not accept %s', (PORT) => {
  expect(problemsOf({ PORT })).toHaveLength(1)
})

test.each([
  'https://a.example/path',
  'a.example',
  'null',
  'https://u:p@a.example',
  'ftp://a.example',
  'https://a.example?x',
  'https://[::1',
  'https://*.example.org',
  'https://dash.*',
  'http://localhost:*',
])('CORS_ORIGINS does not take %s', (origin) => {
  expect(problemsOf({ CORS_ORIGINS: `https://ok.example,${origin}` })).toHaveLength(1)
})

test.each([
  'registry.example:4000',
  'https://registry.example',
  '*.example',
  '[::1',
  '10.0.0.256',
  'a b',
  'ok.example..',
  '10.0.0.5.',
  'fe80::1%eth0',
])('ALLOWED_HOSTS does not take %s', (host) => {
  expect(problemsOf({ ALLOWED_HOSTS: `ok.example,${host}` })).toHaveLength(1)
})

test.each([
  [{ PRODUCTION: 'true' }, [false, false, false]],
  [{ PRODUCTION: 'true', GRAPHIQL: 'true' }, [false, true, false]],
  [{ PRODUCTION: 'true', INTROSPECTION: 'true', GET_QUERIES: 'true' }, [true, false, true]],
  [{ PRODUCTION: 'false' }, [true, true, true]],
  [{ PRODUCTION: '' }, [true, true, true]],
])('%o gives introspection, GraphiQL and queries by GET as %o', (env, shown) => {
  const { introspection, graphiql, getQueries } = loadConfig(env as Record<string, string>)
  expect([introspection, graphiql, getQueries]).toEqual(shown)
})

test.each(['PRODUCTION', 'INTROSPECTION', 'GRAPHIQL', 'GET_QUERIES'])('%s takes true and false alone', (name) => {
  expect(problemsOf({ [name]: 'no' })).toEqual([`${name}: "no" is not valid; expected true or false`])
})

test('only addresses of this machine are loopback', () => {
  const hosts = [
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    'localhost',
    'LOCALHOST',
    '0.0.0.0',
    '::',
    '127.0.0.1.example',
    '10.0.0.1',
    '::ffff:127.0.0.1',
  ]
  expect(hosts.filter(isLoopback)).toEqual(['127.0.0.1', '127.9.9.9', '::1', 'localhost', 'LOCALHOST'])
})

test('.env in the working directory is read, the environment takes precedence, and a missing file is not an error', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'))
  const script = `import { loadEnvFile, loadConfig } from ${JSON.stringify(new URL('../../src/config.ts', import.meta.url).href)}
loadEnvFile(); const { port, host } = loadConfig(process.env); console.log(port, host)`
  const run = () =>
    execFileSync(process.execPath, ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script], {
      cwd: folder,
      env: { PATH: process.env['PATH'], PORT: '1' },
      encoding: 'utf8',
    })
  expect(run()).toBe('1 127.0.0.1\n')
  writeFileSync(join(folder, '.env'), 'PORT=2\nHOST=::1\n')
  expect(run()).toBe('1 ::1\n')
  rmSync(folder, { recursive: true })
})

test('a limit that is not a number is reported with the expected value, and an unknown limit causes a warning', () => {
  expect(problemsOf({ LIMIT_DEPTH: '0', LIMIT_LIST_VALUES: '1e4' })).toEqual([
    'LIMIT_DEPTH: "0" is not valid; expected a whole number from 1 to 2147483647: fields inside fields, fragments included',
    'LIMIT_LIST_VALUES: "1e4" is not valid; expected a whole number from 1 to 2147483647: values of one `in`, `notIn`, `hasSome` or `hasEvery`',
  ])
  const { warnings, limits } = loadConfig({ LIMIT_PAGESIZE: '7', LIMIT_CPU: '3' })
  expect(limits).toEqual(defaultLimits)
  expect(warnings).toEqual([
    'LIMIT_PAGESIZE is not a variable of the registry and has no effect; did you mean LIMIT_PAGE_SIZE?',
    expect.stringContaining(
      'LIMIT_CPU is not a limit of this server and has no effect; the limits are LIMIT_BODY_BYTES, ',
    ),
  ])
})

test.each([
  ['DATABSE_URL', 'DATABASE_URL'],
  ['DATABASE_URI', 'DATABASE_URL'],
  ['REGISTRY_TOKENS', 'REGISTRY_TOKEN'],
  ['CORS_ORIGIN', 'CORS_ORIGINS'],
  ['LOGLEVEL', 'LOG_LEVEL'],
  ['data-dir', 'DATA_DIR'],
  ['PROT', 'PORT'],
  ['port', 'PORT'],
  ['ADMIN_TOKEN_FILES', 'ADMIN_TOKEN_FILE'],
  ['ADMIN_TOKEN_PATH', 'ADMIN_TOKEN_FILE'],
  ['LOG_LEVEL_CONSOLE', 'LOG_LEVEL'],
  ['ACCESS_DIRECTORY', 'ACCESS_DIR'],
  ['GET_QUERY', 'GET_QUERIES'],
])('of %s, which has no effect, a start warns, and names %s', (name, meant) => {
  expect(loadConfig({ [name]: 'a secret' }).warnings).toEqual([
    `${name} is not a variable of the registry and has no effect; did you mean ${meant}?`,
  ])
})

test('variables of others are no concern of ours: of a shell, npm, Kubernetes, CI, or beside the one that they resemble', () => {
  const others = {
    ...{
      HOME: '/root',
      HOSTNAME: 'a',
      LOGNAME: 'a',
      POST: '1',
      PORTS: '1',
      SHELL: '/bin/sh',
      LANG: 'C',
      TEST_DIR: 'x',
    },
    ...{
      npm_config_port: '1',
      npm_package_name: 'x',
      REGISTRY_PORT: 'tcp://10.0.0.1:4000',
      REGISTRY_SERVICE_HOST: 'x',
    },
    ...{
      REGISTRY_USER: 'x',
      POSTGRES_PASSWORD: 'x',
      DATABASE_NAME: 'x',
      DATABASE_USER: 'x',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'x',
      PORT_8080: 'x',
      CI_REGISTRY: 'x',
      DATABSE_URL: '',
    },
    ...{ LOG_LEVEL: 'warn', LOGLEVEL: '3', DATABASE_URL: 'postgresql://a/b', DATABASE_URI: 'mysql://x' },
  }
  expect(loadConfig(others).warnings).toEqual([])
})

test('a limit of bytes in flight that is too small for one request causes a warning', () => {
  expect(loadConfig({ LIMIT_BYTES_IN_FLIGHT: '100000000' }).warnings).toEqual([])
  for (const LIMIT_BYTES_IN_FLIGHT of ['99999999', '1000']) {
    expect(loadConfig({ LIMIT_BYTES_IN_FLIGHT }).warnings).toEqual([
      'LIMIT_BYTES_IN_FLIGHT is less than LIMIT_BODY_BYTES or LIMIT_ANSWER_BYTES, so the server always refuses the largest bodies or answers',
    ])
  }
})

const adminToken = '0123456789abcdef'

const folder = mkdtempSync(join(tmpdir(), 'registry-admin-'))
let files = 0
afterAll(() => rmSync(folder, { recursive: true }))

/** Writes a file, and gives the settings that name it. */
function inFile(text: string): Record<string, string> {
  const file = join(folder, `token${++files}`)
  writeFileSync(file, text)
  return { ADMIN_TOKEN_FILE: file }
}

test.each([
  ['the variable', { ADMIN_TOKEN: adminToken }, adminToken],
  ['a file', inFile(adminToken), adminToken],
  ['a file that ends in a new line', inFile(`${adminToken}\n`), adminToken],
  ['a file of Windows', inFile(`${adminToken}\r\n`), adminToken],
  ['nowhere', { ADMIN_TOKEN: '', ADMIN_TOKEN_FILE: '' }, undefined],
])('the token of the administrator is in %s', (_, env, expected) => {
  expect(loadConfig(env as Record<string, string>).adminToken).toBe(expected)
})

test.each([
  [
    'is short',
    { ADMIN_TOKEN: 'secret-secret-1' },
    'ADMIN_TOKEN: the token (not shown) has 15 characters, which can be guessed',
  ],
  [
    'is short in a file',
    inFile('secret'),
    'ADMIN_TOKEN_FILE: the token (not shown) has 6 characters, which can be guessed',
  ],
  ['is nothing', inFile('\n'), 'ADMIN_TOKEN_FILE: the token (not shown) has 0 characters, which can be guessed'],
  ['is long', { ADMIN_TOKEN: 'secret'.repeat(200) }, 'ADMIN_TOKEN: the token (not shown) has 1200 characters'],
  [
    'has a space',
    { ADMIN_TOKEN: 'secret secret secret' },
    'ADMIN_TOKEN: the token (not shown) has a space or another character',
  ],
  [
    'has two lines',
    inFile(`${adminToken}\nsecret\n`),
    'ADMIN_TOKEN_FILE: the token (not shown) has a space or another character',
  ],
  [
    'is given twice',
    { ADMIN_TOKEN: adminToken, ...inFile('secret') },
    'ADMIN_TOKEN and ADMIN_TOKEN_FILE are both set; set one of them',
  ],
  [
    'is in a file that is not there',
    { ADMIN_TOKEN_FILE: '/nowhere/token' },
    'ADMIN_TOKEN_FILE: "/nowhere/token" cannot be read: it does not exist',
  ],
])('a token of the administrator that %s is refused, and not shown', (_, env, problem) => {
  const [found = '', ...others] = problemsOf(env as Record<string, string>)
  expect(others).toEqual([])
  expect(found).toContain(problem)
  expect(found).not.toContain('secret')
  expect(found).not.toContain(adminToken)
})
