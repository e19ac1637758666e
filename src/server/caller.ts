import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { createRequestError } from './request-error.ts'

/** The caller and the pipeline run, as the request states them. */
export interface Caller {
  readonly actor: string | undefined
  readonly run: string | undefined
}

/** Reads the caller's headers. A blank header counts as absent; a value that cannot be stored unchanged is refused with 400. */
export function parseCaller(request: IncomingMessage): Caller {
  return { actor: parseHeader(request, 'X-Registry-Actor', 256), run: parseHeader(request, 'X-Registry-Run', 2_048) }
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
