import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Identify, Identity } from '../access/identity.ts'
import type { Author } from '../plan/plan.ts'
import type { CallerInfo } from '../schema/request-context.ts'
import { createRequestError } from './request-error.ts'
import type { ServerContext } from './server-context.ts'

/** Who sends a request, and what its writes are recorded under. */
export interface Caller {
  readonly identity: Identity
  readonly author: Author
  /** The IP address that the request comes from: a proxy's, if there is one. */
  readonly address: string | undefined
  /** What its reads must see, as an earlier answer said it. */
  readonly position: string | undefined
  readonly connection: Socket
  /** Rejects when its credentials are not good any more. */
  readonly verify: () => Promise<unknown>
}

/** An answer to a write has it, and a request that reads brings it. */
export const positionHeader = 'X-Registry-Position'

/** What GraphQL's context says of a caller. */
export function describeCaller({ identity, address, connection, verify }: Caller): CallerInfo {
  return { kind: identity.kind, roles: identity.roles.map(({ name }) => name), address, connection, verify }
}

/** Who sends the request, found out once, whichever way it takes. Throws as `parseCaller` does. */
export async function findCaller(context: ServerContext, identify: Identify): Promise<Caller> {
  context.finding ??= parseCaller(context.req, identify)
  context.caller = await context.finding
  return context.caller
}

/**
 * Reads the caller's headers. A blank header counts as absent; a value that cannot be stored unchanged is refused with 400. With
 * credentials, `X-Registry-Actor` only says on whose behalf they are used. `authorization` stands in place of the header. Throws
 * UNAUTHENTICATED.
 */
export async function parseCaller(
  request: IncomingMessage,
  identify: Identify,
  authorization?: string,
): Promise<Caller> {
  const actor = parseHeader(request, 'X-Registry-Actor', 256)
  const run = parseHeader(request, 'X-Registry-Run', 2_048)
  const given =
    authorization !== undefined
      ? [authorization]
      : request.headers.authorization === undefined
        ? []
        : (request.headersDistinct['authorization'] ?? [])
  const identity = await identify(given)
  const { kind } = identity
  return {
    identity,
    address: request.socket.remoteAddress,
    connection: request.socket,
    verify: () => identify(given),
    position: parseHeader(request, positionHeader, 1_024),
    author:
      kind === 'everyone' ? { actor, run } : { actor: identity.actor, run: identity.run ?? run, onBehalfOf: actor },
  }
}

function parseHeader(request: IncomingMessage, name: string, maxLength: number): string | undefined {
  const key = name.toLowerCase()
  // Node computes `headersDistinct` when it is first read, so check `headers` before.
  if (request.headers[key] === undefined) return undefined
  const given = request.headersDistinct[key] ?? []
  const refuse = (problem: string) => createRequestError(400, 'INVALID_HEADER', `The header ${name} ${problem}.`)
  if (given.length > 1) throw refuse('is given more than once')
  // Node decodes header bytes as Latin-1.
  const bytes = Buffer.from(given[0] ?? '', 'latin1')
  if (!isUtf8(bytes)) throw refuse('is not UTF-8 text')
  const value = bytes.toString('utf8').trim()
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value)) throw refuse('has control characters')
  const { length } = [...value]
  if (length > maxLength) throw refuse(`has ${length} characters; at most ${maxLength} are allowed`)
  return value === '' ? undefined : value
}
