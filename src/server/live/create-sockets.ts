import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError, getOperationAST } from 'graphql'
import { handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import { createCallerError, type ErrorCode, hasCode } from '../../errors.ts'
import type { Limits } from '../../limits.ts'
import type { Logger } from '../../logger.ts'
import { createExecutor } from '../../schema/create-executor.ts'
import { type Caller, parseCaller } from '../caller.ts'
import { codeErrors } from '../code-errors.ts'
import type { Served } from '../create-server.ts'
import type { Turns } from '../create-turns.ts'
import { createValidation } from '../create-validation.ts'
import { explainHost } from '../explain-host.ts'
import { findJsonExcess } from '../find-json-excess.ts'
import { removePrototypes } from '../null-prototype.ts'
import { parseBounded } from '../parse-bounded.ts'
import { envelopeDepth } from '../parse-request.ts'
import { parseTarget } from '../parse-target.ts'
import type { ByteBudget } from '../send/create-byte-budget.ts'
import { closeCodeOf, codes } from './close-codes.ts'
import { findToken } from './find-token.ts'
import { printRefusal, type Refusal } from './print-refusal.ts'

/** Subscriptions by WebSocket, with the protocol of graphql-ws. */
export interface Sockets {
  /** Takes a connection that is to become a WebSocket, or refuses it. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** Answers with this from now on. Clients that are connected are told to come again. */
  readonly serve: (served: Served) => void
  /** Ends all connections, and takes no others. */
  readonly close: () => void
}

/** What a client may send at a time, in bytes: an operation, and the variables of a filter. */
const largestMessage = 100_000
/** How many bytes may wait for a client that goes on asking without reading. */
const mostUnread = 16_000_000
/** The most subscriptions of one connection. */
const mostSubscriptions = 100
/** How often a connection is tried (ms); one that does not answer until the next time is closed. */
const pingPause = 12_000
/** The most bytes of why a connection is closed (RFC 6455, section 5.5). */
const mostReason = 123
/** At the end, how long (ms) the last events are on their way, and how long a client has to close its side. */
const lastEvents = 100
const closingTime = 1_000
/** A message has what a request by HTTP has, inside its `payload`. */
const messageDepth = envelopeDepth + 1
interface Extra {
  readonly socket: WebSocket
  readonly request: IncomingMessage
}

export function createSockets(options: {
  readonly ownHosts: ReadonlySet<string> | undefined
  readonly corsOrigins: readonly string[]
  readonly limits: Limits
  readonly logger: Logger
  readonly budget: ByteBudget
  readonly turns: Turns | undefined
  readonly countError: (code: ErrorCode) => void
}): Sockets {
  const { ownHosts, corsOrigins, limits, logger, budget, turns, countError } = options
  const server = new WebSocketServer({ noServer: true, maxPayload: largestMessage, handleProtocols })
  let protocol: ReturnType<typeof createProtocol> | undefined
  let isClosed = false

  return {
    upgrade(request, socket, head) {
      socket.on('error', () => undefined)
      const refusal = isClosed ? notServed : refuse(request)
      const current = protocol
      if (refusal || !current) {
        // Nobody else would: the client may keep its side open.
        socket.once('finish', () => socket.destroy())
        socket.end(printRefusal(refusal ?? notServed))
        return
      }
      server.handleUpgrade(request, socket, head, (connected) =>
        open(connected, { request, protocol: current, limits, budget }),
      )
    },
    serve(served) {
      protocol = createProtocol(served, { limits, logger, turns, countError })
      for (const client of server.clients) client.close(codes.restart, 'Subscribe again')
    },
    close() {
      isClosed = true
      for (const client of server.clients) {
        setTimeout(() => client.close(codes.goingAway, 'Going away'), lastEvents).unref()
        setTimeout(() => client.terminate(), closingTime).unref()
      }
    },
  }

  /** A page of another site can open a WebSocket, whatever CORS says, so the origin is looked at here. */
  function refuse(request: IncomingMessage): Refusal | undefined {
    const target = parseTarget(request)
    if (!target) return { status: 400 }
    if (ownHosts?.has(target.host) === false) return { status: 421, text: explainHost(target.host) }
    if (!/^\/graphql\/?(\?|$)/.test(target.url)) return { status: 404 }
    const { origin } = request.headers
    if (origin === undefined || corsOrigins.includes(origin)) return undefined
    return URL.canParse(origin) && new URL(origin).host === target.authority.toLowerCase() ? undefined : foreignPage
  }
}

const notServed: Refusal = { status: 503 }
const foreignPage: Refusal = {
  status: 403,
  text: 'A page of another site gets no connection, unless its origin is in the setting CORS_ORIGINS.\n',
}

function open(
  socket: WebSocket,
  {
    request,
    protocol,
    limits,
    budget,
  }: {
    readonly request: IncomingMessage
    readonly protocol: ReturnType<typeof createProtocol>
    readonly limits: Limits
    readonly budget: ByteBudget
  },
): void {
  const share = budget.openShare()
  let isAlive = true
  const ping = setInterval(() => {
    if (!isAlive) return socket.terminate()
    isAlive = false
    socket.ping()
  }, pingPause)
  // `ws` answers each.
  socket.on('ping', () => {
    if (socket.bufferedAmount > mostUnread) socket.terminate()
  })
  socket.on('pong', () => {
    isAlive = true
  })
  // Such as a message that is too large: the connection is closed anyway.
  socket.on('error', () => undefined)
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      // Resolves when the system has taken it: who does not read is not sent more.
      send: (data) =>
        new Promise((resolve, reject) => {
          if (socket.readyState !== socket.OPEN) return resolve()
          const size = Buffer.byteLength(data)
          if (!share.take(size)) {
            socket.close(codes.tryAgainLater, 'The server has no room for more answers')
            return resolve()
          }
          socket.send(data, (error) => {
            share.give(size)
            if (error) reject(error)
            else resolve()
          })
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (listener) => {
        socket.on('message', (data) => {
          if (socket.bufferedAmount > mostUnread) return socket.terminate()
          const excess = findJsonExcess(data as Buffer, limits, limits.jsonDepth + messageDepth)
          if (excess)
            return socket.close(codes.badRequest, `A message exceeds the limit "${excess}": ${limits[excess]}`)
          // A connection that breaks while something is sent.
          listener(String(data)).catch(() => socket.terminate())
        })
      },
    },
    { socket, request },
  )
  socket.on('close', (code, reason) => {
    clearInterval(ping)
    share.close()
    void closed(code, String(reason))
  })
}

function createProtocol(
  { schema, createContext, identify, introspects }: Served,
  {
    limits,
    logger,
    turns,
    countError,
  }: {
    readonly limits: Limits
    readonly logger: Logger
    readonly turns: Turns | undefined
    readonly countError: (code: ErrorCode) => void
  },
) {
  const executor = createExecutor(schema)
  const validate = createValidation(schema, limits)
  const callers = new WeakMap<WebSocket, Caller>()
  const tokens = new WeakMap<WebSocket, string>()
  const errorsOf = (errors: readonly unknown[]): readonly GraphQLError[] => {
    const coded = codeErrors({ errors }, logger, { res: { destroyed: false }, countError })
    return (coded.errors as readonly GraphQLError[]).map(withoutHttp)
  }
  return makeServer<Record<string, unknown>, Extra>({
    async onConnect({ connectionParams, extra }) {
      try {
        const token = findToken(connectionParams)
        callers.set(extra.socket, await parseCaller(extra.request, identify, token))
        if (token !== undefined) tokens.set(extra.socket, token)
        return true
      } catch (error) {
        const [refusal] = errorsOf([error])
        extra.socket.close(closeCodeOf(error), cut(refusal?.message ?? ''))
        return false
      }
    },
    async onSubscribe({ subscriptions, extra }, _id, { query, operationName, variables }: SubscribePayload) {
      const caller = callers.get(extra.socket)
      try {
        if (!caller) throw new Error('a subscription came before its caller')
        if (Object.keys(subscriptions).length > mostSubscriptions) throw createTooManyError()
        const token = tokens.get(extra.socket) ?? extra.request.headers.authorization
        const isGone = () => extra.socket.readyState !== extra.socket.OPEN
        const verifyCaller = () => verify(caller, extra.socket)
        await (turns ? turns.run(token, isGone, verifyCaller) : verifyCaller())
        const document = parseBounded(query, undefined, limits)
        const errors = validate(document, introspects(caller))
        if (errors.length > 0) return errorsOf(errors)
        const definition = getOperationAST(document, operationName)
        if (definition && definition.operation !== 'subscription') throw createSubscriptionsOnlyError()
        const contextValue = createContext(caller)
        return { schema, document, operationName, variableValues: removePrototypes(variables), contextValue }
      } catch (error) {
        return errorsOf([error])
      }
    },
    subscribe: async (args) => executor.subscribe(args),
    onNext(_context, _id, _payload, _args, { errors, ...others }) {
      return { ...others, ...(errors && { errors: errorsOf(errors).map(toJson) }) } as FormattedExecutionResult
    },
    onError: (_context, _id, _payload, errors) => errorsOf(errors).map(toJson),
  })
}

/** A token that has ended ends the connection, which it was for. */
async function verify(caller: Caller, socket: WebSocket): Promise<void> {
  try {
    await caller.verify()
  } catch (error) {
    if (hasCode(error, 'UNAUTHENTICATED')) socket.close(codes.unauthorized, cut((error as GraphQLError).message))
    throw error
  }
}

/** As much of a text as a close frame takes. */
function cut(reason: string): string {
  return reason.slice(0, new TextEncoder().encodeInto(reason, new Uint8Array(mostReason)).read)
}

function toJson(error: GraphQLError): GraphQLFormattedError {
  return error.toJSON()
}

/** What is for HTTP alone is not sent. */
function withoutHttp(error: GraphQLError): GraphQLError {
  const { http: _, ...extensions } = error.extensions
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    path: error.path ?? null,
    extensions,
  })
}

function createSubscriptionsOnlyError(): GraphQLError {
  return createCallerError(
    'BAD_USER_INPUT',
    'A WebSocket takes subscriptions only: send queries and mutations by HTTP.',
  )
}

function createTooManyError(): GraphQLError {
  return createCallerError(
    'LIMIT_EXCEEDED',
    `This connection has ${mostSubscriptions} subscriptions already, and no more are allowed; open another one.`,
  )
}
