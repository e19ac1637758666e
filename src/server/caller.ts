import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { createRequestError } from './request-error.ts'

/** The caller and the pipeline run, as the request states them. */
export interface Caller {
  readonly actor: string | undefined
  readonly run: string | undefined
}

interface Header {
  readonly name: string
  /** The name in Node's list of headers. */
  readonly key: string
  readonly maxLength: number
}

const headers: Readonly<Record<keyof Caller, Header>> = {
  actor: { name: 'X-Registry-Actor', key: 'x-registry-actor', maxLength: 256 },
  run: { name: 'X-Registry-Run', key: 'x-registry-run', maxLength: 2_048 },
}

/** Reads the caller's headers. A blank header counts as absent; a value that cannot be stored unchanged is refused with 400. */
export function parseCaller(request: IncomingMessage): Caller {
  return { actor: parseHeader(request, headers.actor), run: parseHeader(request, headers.run) }
}

function parseHeader(request: IncomingMessage, header: Header): string | undefined {
  // Node computes `headersDistinct` when it is first read, so check `headers` before.
  if (request.headers[header.key] === undefined) return undefined
  const given = request.headersDistinct[header.key] ?? []
  const refuse = (problem: string) => createRequestError(400, 'INVALID_HEADER', `The header ${header.name} ${problem}.`)
  if (given.length > 1) throw refuse('is given more than once')
  // Node decodes header bytes as Latin-1.
  const bytes = Buffer.from(given[0] ?? '', 'latin1')
  if (!isUtf8(bytes)) throw refuse('is not UTF-8 text')
  const value = bytes.toString('utf8').trim()
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value)) throw refuse('has control characters')
  if ([...value].length > header.maxLength) {
    throw refuse(`has ${[...value].length} characters; at most ${header.maxLength} are allowed`)
  }
  return value === '' ? undefined : value
}
