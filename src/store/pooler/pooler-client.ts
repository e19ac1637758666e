import type pg from 'pg'
import { compileSettings } from '../../sql/session/compile-settings.ts'
import { isStartRefused } from '../database-error.ts'
import { findPooler, type PoolerKind } from './find-pooler.ts'
import type { StartupClient } from './startup-client.ts'

/** What lies between a connection and PostgreSQL. */
export interface Pooling {
  readonly kind: PoolerKind
  /** Gives the connection's settings to a transaction; undefined if the session has them already. */
  readonly settings: string | undefined
  /** Call this if it turns out to be wrong: the next connection finds out again. */
  readonly forget: () => void
}

const poolings = new WeakMap<pg.ClientBase, Pooling>()
const unpooled: Pooling = { kind: 'none', settings: undefined, forget: () => undefined }

/** Of a connected client. */
export function poolingOf(client: pg.ClientBase): Pooling {
  return poolings.get(client) ?? unpooled
}

/** To connect while finding out, in milliseconds. */
const patience = 3_500

/**
 * A class of clients which find out, when the first of them connects, whether there is a pooler. If there is, they start bare, and each
 * transaction must be given its settings: a session may come from another client, and go to another.
 */
export function createPoolerClient(Base: typeof StartupClient): typeof pg.Client {
  let found: Promise<PoolerKind> | undefined
  const forget = () => {
    found = undefined
  }
  const find = (config: pg.ClientConfig): Promise<PoolerKind> => {
    found ??= findPooler(() => {
      const client = new Base({
        ...config,
        // The pool has hidden it from those who copy.
        ...(config.password !== undefined && { password: config.password }),
        connectionTimeoutMillis: patience,
      })
      client.startsBare = true
      return client
    }).catch((error: unknown) => {
      forget()
      throw error
    })
    return found
  }
  return class PoolerClient extends Base {
    readonly #config: pg.ClientConfig

    constructor(config: pg.ClientConfig = {}) {
      super(config)
      this.#config = config
    }

    override connect(): Promise<this>
    override connect(callback: (error: Error) => void): void
    override connect(callback?: (error: Error) => void): Promise<this> | undefined {
      const connected = find(this.#config).then(async (kind) => {
        this.startsBare = kind !== 'none'
        const settings = this.startsBare ? compileSettings(this.startSettings)?.text : undefined
        poolings.set(this, { kind, settings, forget })
        try {
          await super.connect()
        } catch (error) {
          if (isStartRefused(error)) forget()
          throw error
        }
        return this
      })
      if (!callback) return connected
      connected.then(() => (callback as (error?: Error) => void)(), callback)
      return undefined
    }
  }
}
