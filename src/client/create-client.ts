import { ClientError, GraphQLClient } from 'graphql-request'
import { createPositions } from './positions.ts'
import { splitCredentials } from './split-credentials.ts'
import { toHeaderBytes } from './to-header-bytes.ts'

export interface ClientOptions {
  /** The registry's GraphQL endpoint; with `user:password@` for a proxy in front of it that asks for them. */
  readonly url: string
  /**
   * Sent as a bearer token, in place of a user and password. A function is called before each request, so that it can renew a token
   * which ends; what it throws, `request` throws. No error shows a token.
   */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>) | undefined
  /** The caller; kept with every change. With a token, the registry takes it only as the one on whose behalf the token is used. */
  readonly actor?: string | undefined
  /** The URL of the pipeline's run; kept with every change. */
  readonly run?: string | undefined
}

/**
 * An operation with the types of its data and its variables, as GraphQL Code Generator makes it from a document: a parsed one,
 * or a text (`documentMode: string`).
 */
export interface TypedOperation<Data, Variables> {
  __apiType?: (variables: Variables) => Data
}

export interface RegistryClient {
  /**
   * Runs an operation and returns its data.
   *
   * @throws RegistryError if the registry answers with errors. If it cannot be reached, `fetch` throws its own error.
   */
  request<Data, Variables extends object>(
    operation: TypedOperation<Data, Variables>,
    ...variables: object extends Variables ? [variables?: Variables] : [variables: Variables]
  ): Promise<Data>
  /** The same for an operation as text, whose types nobody knows: `Data` is what the caller expects. */
  request<Data = unknown>(operation: string, variables?: object): Promise<Data>
}

/** One of the errors in an answer. */
export interface OperationError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: { readonly code?: string; readonly [name: string]: unknown }
}

/** The registry refused an operation, or a part of it. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  /** The code of the first error, such as `VERSION_CONFLICT`; docs/graphql.md lists them. Undefined if the answer was no GraphQL. */
  readonly code: string | undefined
  readonly errors: readonly OperationError[]
  /** The HTTP status. */
  readonly status: number

  constructor(status: number, errors: readonly OperationError[]) {
    super(errors.map(({ message }) => message).join('\n') || `The registry answered with HTTP ${status}.`)
    this.code = errors[0]?.extensions?.code
    this.errors = errors
    this.status = status
  }
}

/**
 * A client for typed operations. It may be used for any number of requests at once. What it reads shows what it has written before, also
 * where replicas answer reads.
 */
export function createClient({ url, token, actor, run }: ClientOptions): RegistryClient {
  const split = splitCredentials(new URL(url))
  const client = new GraphQLClient(split.url.href, {
    headers: {
      ...(actor && { 'X-Registry-Actor': toHeaderBytes(actor) }),
      ...(run && { 'X-Registry-Run': toHeaderBytes(run) }),
    },
  })
  const positions = createPositions()
  return {
    async request<Data>(operation: unknown, variables?: object): Promise<Data> {
      const given = typeof token === 'function' ? await token() : token
      const authorization = given ? toBearer(given) : split.authorization
      const document = operation instanceof String ? String(operation) : (operation as string)
      const { sent, note } = positions.next()
      const headers = {
        ...(authorization && { Authorization: authorization }),
        ...(sent !== undefined && { 'X-Registry-Position': sent }),
      }
      try {
        const { data, extensions } = await client.rawRequest<Data>(document, variables, headers)
        note((extensions as Extensions | undefined)?.position)
        return data
      } catch (error) {
        if (!(error instanceof ClientError)) throw error
        const { status, errors = [], extensions } = error.response
        note((extensions as Extensions | undefined)?.position)
        throw new RegistryError(status, errors as readonly OperationError[])
      }
    },
  }
}

interface Extensions {
  readonly position?: unknown
}

/** The header for a token. Without this check, `fetch` would show the token in its error. */
function toBearer(token: string): string {
  const text = token.trim()
  if (!/^[\x21-\x7e]+$/.test(text))
    throw new TypeError('The token is empty, or has a space, a line break or another character that no token has.')
  return `Bearer ${text}`
}
