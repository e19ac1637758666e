import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GraphQLParams } from 'graphql-yoga'
import type { Caller } from './caller.ts'
import type { ByteBudget, ByteShare } from './send/create-byte-budget.ts'

/** What one request carries through the server: filled on the way, read by the log line at its end. */
export interface ServerContext {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly budget: ByteBudget
  /** What this request holds of the budget, until it is answered and over. */
  readonly share: ByteShare
  /** What is asked, once somebody has begun to read it. */
  params?: Promise<GraphQLParams>
  caller?: Caller
  /** The name of the operation that ran, if it has one. */
  operation?: string
}
