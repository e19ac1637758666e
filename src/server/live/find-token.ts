import type { GraphQLError } from 'graphql'
import { createCallerError } from '../../errors.ts'

/**
 * As a header, as clients write it into `connectionParams`: `{ authorization: "Bearer …" }`, `{ headers: { Authorization } }`, `{ token }`.
 * Clients without a token write null or an empty text. Throws BAD_USER_INPUT for anything else: nobody means to be a caller without one.
 */
export function findToken(params: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const headers = params?.['headers'] ?? undefined
  if (headers !== undefined && (typeof headers !== 'object' || Array.isArray(headers)))
    throw createParamsError('headers', 'an object')
  for (const place of [params, headers as Readonly<Record<string, unknown>> | undefined])
    for (const name of ['authorization', 'Authorization', 'token']) {
      const given = place?.[name] ?? ''
      if (typeof given !== 'string') throw createParamsError(name, 'a text')
      if (given !== '') return /\s/.test(given.trim()) ? given : `Bearer ${given.trim()}`
    }
  return undefined
}

function createParamsError(name: string, kind: string): GraphQLError {
  return createCallerError('BAD_USER_INPUT', `In connectionParams, "${name}" must be ${kind}.`)
}
