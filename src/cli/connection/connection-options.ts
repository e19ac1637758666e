import type { Address } from './address.ts'
import type { Credentials } from './credentials.ts'
import type { Route } from './proxy.ts'

/** Where a connection leads, as whom, and how long it tries. */
export interface ConnectionOptions {
  /** The registry's GraphQL endpoint. */
  readonly address: Address
  readonly credentials: Credentials
  /** The way through a proxy; undefined for a direct one. */
  readonly route: Route | undefined
  /** How long one request may take, including retries; in milliseconds. */
  readonly timeout: number
  /** The number of retries if the registry cannot be reached. */
  readonly retries: number
  /** Sent with every request; values are header bytes, one character each. */
  readonly headers: Readonly<Record<string, string>>
  /** Gets a line for each event (`--verbose`). */
  readonly log: ((line: string) => void) | undefined
}
