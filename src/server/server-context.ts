import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GraphQLParams } from 'graphql-yoga'
import type { ErrorCode } from '../errors.ts'
import type { Caller } from './caller.ts'
import type { ByteBudget, ByteShare } from './send/create-byte-budget.ts'

/** The state of one request. It is filled while the request is processed, and read by the log line at its end. */
export interface ServerContext {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly budget: ByteBudget
  /** The part of the budget that this request holds until it has ended. */
  readonly share: ByteShare
  /** Is told of each error in an answer. */
  readonly countError: (code: ErrorCode) => void
  /** The GraphQL parameters, once reading them has started. */
  params?: Promise<GraphQLParams>
  /** Who sends it, once finding out has started. */
  finding?: Promise<Caller>
  /** The same, once it is known. */
  caller?: Caller
  /** The name of the operation that ran, if it has one. */
  operation?: string
  /** The name of the route that answers, once it is found. */
  route?: string
  /** The first code of each root field that failed, by response key; `(request)` has that of the request as a whole. */
  codes?: Readonly<Record<string, string>>
}
