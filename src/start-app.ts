/** The registry as a process: settings, logger, signals, port, exit code. */

import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import closeWithGrace from 'close-with-grace'
import { type App, createApp } from './app.ts'
import { isEveryAddress, loadConfig, loadEnvFile } from './config.ts'
import { ConfigError } from './errors.ts'
import { openLogOutput } from './log-output.ts'
import { createLogger } from './logger.ts'
import { printVisibly } from './print-visibly.ts'
import type { Config } from './settings.ts'
import { printIssues, TemplateError } from './template/issue.ts'

/**
 * Runs the registry as a process, until SIGTERM or SIGINT. Mistakes of the operator are reported on stderr, with exit code 1.
 *
 * @param flags by variable, the options of the command line that have set it: `--port` for PORT
 */
export async function startApp(flags: ReadonlyMap<string, string> = new Map()): Promise<void> {
  const stopping = new AbortController()
  let starting: Promise<App> | undefined
  // An aborted start must still stop everything that it has started.
  const close = async (notice?: number) => (await starting?.catch(() => undefined))?.close(notice)
  // Balancers send nothing to a server that was not ready yet, and who presses Ctrl-C does not want to wait.
  let isServing = false
  let notice = 0
  try {
    const config = loadConfig(process.env, loadEnvFile().warnings)
    const logger = createLogger(config.logLevel, await openLogOutput(config.logFormat, process.env))
    for (const warning of config.warnings) logger.warn(warning)
    const delay = longestClosing + 1_000 * config.drainSeconds
    const closer = closeWithGrace({ delay, logger: false, skip: stopSignals }, async ({ err }) => {
      if (err) logger.fatal({ err }, 'unexpected failure')
      stopping.abort()
      await close(notice)
      logger.info('stopped')
    })
    onStopSignal((signal) => {
      if (isServing && signal === 'SIGTERM') notice = config.drainSeconds
      logger.info({ signal, ...(notice > 0 && { drainSeconds: notice }) }, 'stopping')
      void closer.close()
    })
    starting = createApp(config, logger, {
      signal: stopping.signal,
      async listen(server, metricsServer) {
        const nameOf = (variable: string) => flags.get(variable) ?? variable
        await listen(server.http, config, { host: nameOf('HOST'), port: nameOf('PORT') })
        logger.info(`listening on ${printUrl(server.http)}/graphql`)
        if (!metricsServer || config.metricsPort === undefined) return
        const { host, metricsPort } = config
        await listen(metricsServer, { host, port: metricsPort }, { host: nameOf('HOST'), port: nameOf('METRICS_PORT') })
        logger.info(`metrics on ${printUrl(metricsServer)}/metrics`)
      },
    })
    const app = await starting
    void app.lost.then(fail)
    await app.prepared
    isServing = true
    const url = printUrl(app.server.http, isEveryAddress(config.host) ? 'localhost' : undefined)
    logger.info(`ready: the page is at ${url}/, GraphQL at ${url}/graphql`)
  } catch (error) {
    await fail(error)
  }

  async function fail(error: unknown): Promise<void> {
    if (stopping.signal.aborted) return
    stopping.abort()
    process.exitCode = 1
    reportFailure(error)
    await close()
    process.exit()
  }
}

const stopSignals: ('SIGINT' | 'SIGTERM')[] = ['SIGINT', 'SIGTERM']

/**
 * Calls back at the first signal to stop. Under npm, a Ctrl-C arrives twice, from the terminal and from npm. A second signal
 * at least a second later ends the process at once.
 */
function onStopSignal(stop: (signal: NodeJS.Signals) => void): void {
  let askedAt: number | undefined
  for (const name of stopSignals) {
    process.on(name, (signal) => {
      if (askedAt === undefined) stop(signal)
      else if (Date.now() - askedAt > 1_000) process.exit(1)
      askedAt ??= Date.now()
    })
  }
}

/** Running requests get 10 s, and the embedded PostgreSQL some more; in milliseconds, without DRAIN_SECONDS. */
const longestClosing = 40_000

/** `http://127.0.0.1:4000`; with another host, where the server listens on all addresses of the machine. */
function printUrl(http: Server, host?: string): string {
  const { address, port, family } = http.address() as AddressInfo
  return `http://${host ?? (family === 'IPv6' ? `[${address}]` : address)}:${port}`
}

/** `names` are what the operator has written to set the host and the port. */
function listen(
  http: Server,
  { host, port }: Pick<Config, 'host' | 'port'>,
  names: { readonly host: string; readonly port: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(
          new ConfigError(
            `${names.port}: ${port} is in use by another program on ${host}; choose another ${names.port}`,
          ),
        )
      else if (error.code === 'EACCES')
        reject(new ConfigError(`${names.port}: this user may not listen on ${port}; choose a ${names.port} above 1023`))
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
        reject(new ConfigError(`${names.host}: ${JSON.stringify(host)} is not an address of this machine`))
      else reject(error)
    })
    http.listen({ host, port }, resolve)
  })
}

function reportFailure(error: unknown): void {
  process.stderr.write(`${printVisibly(describeFailure(error))}\n`)
}

function describeFailure(error: unknown): string {
  if (error instanceof TemplateError) return printIssues(error.issues)
  if (error instanceof ConfigError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
