import manifest from '../../../package.json' with { type: 'json' }
import { loadEnvFile, readConfig } from '../../config.ts'
import { ConfigError } from '../../errors.ts'
import type { Config } from '../../settings.ts'
import { version } from '../../version.ts'
import { exitCodes } from '../cli-error.ts'
import { checkDataDir } from './check-data-dir.ts'
import { checkDatabase, checkOther } from './check-database.ts'
import { checkAccessFiles, checkTemplateFiles, checkWebhookFiles } from './check-files.ts'
import { checkMetricsPort, checkServer } from './check-server.ts'
import { type Finding, fail, ok, unseen, warn } from './finding.ts'
import { type GivenSetting, listGivenSettings } from './list-given-settings.ts'
import { printFindings } from './print-findings.ts'

/** Looks at everything, prints what there is to say, and returns the exit code. It changes nothing. */
export async function runDoctor(options: {
  readonly isJson: boolean
  /** By variable, the options of the command line that have set it. */
  readonly flags: ReadonlyMap<string, string>
}): Promise<number> {
  const { config, settings, findings, isDatabaseKnown } = readSettings(options.flags)
  const { files, findings: ofTemplates } = await checkTemplateFiles(config)
  const ofAccess = await checkAccessFiles(config, files)
  const server = await checkServer(config)
  const all = [
    ...findings,
    checkNode(),
    ...ofTemplates,
    ...ofAccess,
    ...(await checkWebhookFiles(config, files)),
    ...(isDatabaseKnown
      ? await checkStorage(config, files, server.isServed)
      : [unseen('database', 'DATABASE_URL is wrong')]),
    ...server.findings,
    ...(await checkMetricsPort(config, server.isServed)),
  ]
  printFindings({ settings, findings: all }, options.isJson)
  return all.some(({ status }) => status === 'fail') ? exitCodes.failed : exitCodes.done
}

function readSettings(flags: ReadonlyMap<string, string>): {
  readonly config: Config
  readonly settings: readonly GivenSetting[]
  readonly findings: readonly Finding[]
  readonly isDatabaseKnown: boolean
} {
  const findings: Finding[] = []
  let inFile: ReadonlySet<string> = new Set()
  try {
    const loaded = loadEnvFile()
    inFile = loaded.names
    findings.push(...loaded.warnings.map((text) => warn('.env', text)))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    findings.push(fail('.env', error.message))
  }
  const { config, problems } = readConfig(process.env)
  findings.push(
    ...problems.map(({ message }) => fail('settings', message)),
    ...config.warnings.map((text) => warn('settings', text)),
  )
  const settings = listGivenSettings(process.env, { flags, inFile })
  const right = settings.filter(({ name }) => problems.every((problem) => problem.name !== name))
  const list = right.map(({ name, value, from }) => `${name}=${value} (${from})`).join(', ')
  const others = problems.length === 0 ? 'all' : 'all others'
  findings.unshift(ok('settings', list === '' ? `${others} have their defaults` : list))
  const isDatabaseKnown = config.databaseUrl !== undefined || !process.env['DATABASE_URL']?.trim()
  return { config, settings, findings, isDatabaseKnown }
}

function checkNode(): Finding {
  const found = `registry-store ${version} on Node ${process.versions.node}`
  const [least = '0'] = /[\d.]+$/.exec(manifest.engines.node) ?? []
  const isOld = process.versions.node.localeCompare(least, 'en', { numeric: true }) < 0
  return isOld ? fail('versions', found, `Update Node: it must be ${least} or newer.`) : ok('versions', found)
}

/** The embedded PostgreSQL, or the databases that the settings name. */
async function checkStorage(
  config: Config,
  files: Parameters<typeof checkDatabase>[0]['files'],
  isServed: boolean,
): Promise<readonly Finding[]> {
  const { databaseUrl, databaseDirectUrl, databaseReplicaUrls, databaseConnections } = config
  // One finds out how far the log of the primary is, if there are replicas.
  const wanted = databaseConnections + (databaseReplicaUrls.length > 0 ? 1 : 0)
  const looked = { files, wanted, isServed, hasDirect: databaseDirectUrl !== undefined }
  if (databaseUrl === undefined) {
    const { postgres, findings } = await checkDataDir(config.dataDir)
    if (postgres?.kind !== 'running') {
      const why = postgres
        ? 'the embedded PostgreSQL is not running; start the server, then look again'
        : 'DATA_DIR cannot be used'
      return [...findings, unseen('database', why), unseen('plan', why)]
    }
    const { connection } = postgres
    return [
      ...findings,
      ...(isServed ? [] : [leftBehind]),
      ...(await checkDatabase({ ...looked, connection, name: 'the embedded PostgreSQL' })),
    ]
  }
  return [
    ...(await checkDatabase({ ...looked, connection: { connectionString: databaseUrl }, name: 'DATABASE_URL' })),
    ...(databaseDirectUrl === undefined
      ? []
      : [
          await checkOther('direct', 'DATABASE_DIRECT_URL', { connectionString: databaseDirectUrl }, ({ pooler }) =>
            pooler === 'transaction' || pooler === 'statement'
              ? 'DATABASE_DIRECT_URL leads through a pooler as well'
              : undefined,
          ),
        ]),
    ...(await Promise.all(
      databaseReplicaUrls.map((connectionString, i) =>
        checkOther(`replica ${i + 1}`, 'DATABASE_REPLICA_URLS', { connectionString }, ({ isStandby }) =>
          isStandby ? undefined : 'it is no standby, but takes writes itself',
        ),
      ),
    )),
  ]
}

const leftBehind = warn(
  'data',
  'PostgreSQL is running on DATA_DIR, and no server answers where HOST and PORT say',
  'The server may be on another port (--port). If it was killed, the next start cleans up.',
)
