import { randomUUID } from 'node:crypto'
import type { GraphQLError } from 'graphql'
import { createUnfitError } from '../errors.ts'

/**
 * `registry_unfit` puts this character on both sides of `["ev","[\"a\"]","owner"]` in place of a value. JSON never has it: in texts it
 * is escaped.
 */
const mark = '\u0001'

/** No attribute of a stored value can have this name. */
const unfitAttribute = randomUUID()

/** Whether JSON text from the database has values that do not fit their templates. */
export function hasUnfit(text: string): boolean {
  return text.includes(mark)
}

/** Parses JSON text from the database; in place of a value that does not fit its template stands an error, which graphql-js reports at that place. */
export function parseWithUnfit(text: string): unknown {
  if (!hasUnfit(text)) return JSON.parse(text)
  const json = text
    .split(mark)
    .map((part, i) => (i % 2 === 1 ? `{${JSON.stringify(unfitAttribute)}:${part}}` : part))
    .join('')
  return JSON.parse(json, (_, value: unknown) =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, unfitAttribute)
      ? toError((value as Readonly<Record<string, readonly [string, string, string]>>)[unfitAttribute])
      : value,
  )
}

function toError(place: readonly [string, string, string] | undefined): GraphQLError {
  const [template = '', key = '', field = ''] = place ?? []
  return createUnfitError(template, key, field)
}
