import type { ConnectionOptions } from 'node:tls'
import type pg from 'pg'
import { isEncryptionRefused } from '../database-error.ts'
import { driverConnectionOf } from '../driver-connection.ts'
import { StartupClient } from '../pooler/startup-client.ts'
import type { DatabaseHost, DatabaseHosts, TargetSession } from './parse-database-url.ts'

/** A host, and the way to encrypt that it takes. */
interface Choice {
  readonly host: string
  readonly port: number
  readonly ssl: ConnectionOptions | false
}

/** So that all hosts have been tried when the pool gives up, in milliseconds. */
const patience = 3_500

/**
 * A class of clients that connect to the first of several hosts that takes them and is what is asked for, beginning with the one that
 * was taken last. Each is tried by a connection of its own, since the driver's client connects once.
 */
export function createHostClient({ hosts, target }: DatabaseHosts): typeof StartupClient {
  let last = 0
  const choose = async (config: pg.ClientConfig, startsBare: boolean): Promise<Choice> => {
    const failures: { readonly host: DatabaseHost; readonly error: NodeJS.ErrnoException }[] = []
    const wanted: readonly TargetSession[] = target === 'prefer-standby' ? ['standby', 'any'] : [target]
    for (const one of wanted) {
      for (let i = 0; i < hosts.length; i++) {
        const place = (last + i) % hosts.length
        const host = hosts[place] as DatabaseHost
        try {
          const time = Math.max(patience / hosts.length / wanted.length, 500)
          const choice = await tryHost(host, one, config, startsBare, time)
          last = place
          return choice
        } catch (error) {
          failures.push({ host, error: error as NodeJS.ErrnoException })
        }
      }
    }
    throw summarize(failures)
  }
  return class HostClient extends StartupClient {
    readonly #config: pg.ClientConfig

    constructor(config: pg.ClientConfig = {}) {
      super(config)
      this.#config = config
    }

    override connect(): Promise<this>
    override connect(callback: (error: Error) => void): void
    override connect(callback?: (error: Error) => void): Promise<this> | undefined {
      const connected = choose(this.#config, this.startsBare).then(async (choice) => {
        point(this, choice)
        await super.connect()
        return this
      })
      if (!callback) return connected
      connected.then(() => (callback as (error?: Error) => void)(), callback)
      return undefined
    }
  }
}

/** Sends a client that has not connected yet to that host. */
function point(client: pg.Client, { host, port, ssl }: Choice): void {
  Object.assign(client, { host, port, ssl })
  Object.assign(driverConnectionOf(client), { ssl })
}

/** @throws the error of the last way to connect, or that the host is not what is asked for */
async function tryHost(
  { host, port, ssl: ways }: DatabaseHost,
  target: TargetSession,
  config: pg.ClientConfig,
  startsBare: boolean,
  connectionTimeoutMillis: number,
): Promise<Choice> {
  for (const [i, ssl] of ways.entries()) {
    const choice = { host, port, ssl }
    const client = new StartupClient({
      ...config,
      ...(config.password !== undefined && { password: config.password }),
      connectionTimeoutMillis,
      query_timeout: connectionTimeoutMillis,
    })
    client.startsBare = startsBare
    point(client, choice)
    try {
      await client.connect()
      const { rows } = await client.query<{ standby: boolean; readonly: boolean }>(
        "select pg_is_in_recovery() as standby, current_setting('transaction_read_only') = 'on' as readonly",
      )
      const refusal = refuse(target, rows[0] ?? { standby: false, readonly: false })
      if (refusal) throw Object.assign(new Error(`${refusal} (target_session_attrs=${target})`), { code: '25006' })
      return choice
    } catch (error) {
      if (i === ways.length - 1 || !isEncryptionRefused(error)) throw error
    } finally {
      void client.end().catch(() => undefined)
    }
  }
  throw new Error('no way to connect')
}

function refuse(target: TargetSession, is: { standby: boolean; readonly: boolean }): string | undefined {
  switch (target) {
    case 'read-write':
      return is.readonly ? 'it takes no writes' : undefined
    case 'read-only':
      return is.readonly ? undefined : 'it takes writes'
    case 'primary':
      return is.standby ? 'it is a standby' : undefined
    case 'standby':
      return is.standby ? undefined : 'it is no standby'
    case 'any':
    case 'prefer-standby':
      return undefined
  }
}

/** One error for all hosts. Its code is one that may pass, if there is any: another attempt may then help. */
function summarize(failures: readonly { readonly host: DatabaseHost; readonly error: NodeJS.ErrnoException }[]): Error {
  const [only, ...others] = failures
  if (only && others.length === 0) return only.error
  const reasons = failures.map(({ host: { host, port }, error }) => `${host}:${port}: ${error.message || error.code}`)
  const passing = failures.find(
    ({ error: { code = '' } }) => code.startsWith('E') || code === '25006' || code === '57P03',
  )
  return Object.assign(new Error(`no host can be used; ${[...new Set(reasons)].join('; ')}`), {
    code: (passing ?? failures[0])?.error.code ?? 'ETIMEDOUT',
  })
}
