import { GraphQLClient } from 'graphql-request'

export interface ClientOptions {
  /** The registry's GraphQL endpoint. */
  readonly url: string
  /** The caller; kept with every change. The registry trusts it only while it has no authentication. */
  readonly actor?: string | undefined
  /** The URL of the pipeline's run; kept with every change. */
  readonly run?: string | undefined
}

/** A client for the typed documents that `graphql` makes (`generated/gql.ts`). Errors of the registry are thrown. */
export function createClient({ url, actor, run }: ClientOptions): GraphQLClient {
  return new GraphQLClient(url, {
    headers: {
      ...(actor && { 'X-Registry-Actor': toHeaderBytes(actor) }),
      ...(run && { 'X-Registry-Run': toHeaderBytes(run) }),
    },
  })
}

/** The registry reads these headers as UTF-8, while `fetch` expects the bytes of a header, one character each. */
function toHeaderBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
