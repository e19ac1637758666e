import { GraphQLClient } from 'graphql-request'
import { splitCredentials } from './split-credentials.ts'
import { toHeaderBytes } from './to-header-bytes.ts'

export interface ClientOptions {
  /** The registry's GraphQL endpoint; with `user:password@` for a proxy in front of it that asks for them. */
  readonly url: string
  /** Sent as a bearer token, in place of a user and password. */
  readonly token?: string | undefined
  /** The caller; kept with every change. The registry trusts it only while it has no authentication. */
  readonly actor?: string | undefined
  /** The URL of the pipeline's run; kept with every change. */
  readonly run?: string | undefined
}

/** A client for the typed documents that `graphql` makes (`generated/gql.ts`). Errors of the registry are thrown. */
export function createClient({ url, token, actor, run }: ClientOptions): GraphQLClient {
  const split = splitCredentials(new URL(url))
  const authorization = token ? `Bearer ${token}` : split.authorization
  return new GraphQLClient(split.url.href, {
    headers: {
      ...(authorization && { Authorization: authorization }),
      ...(actor && { 'X-Registry-Actor': toHeaderBytes(actor) }),
      ...(run && { 'X-Registry-Run': toHeaderBytes(run) }),
    },
  })
}
