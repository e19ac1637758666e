import { type GraphQLInputType, type GraphQLLeafType, getNullableType, isInputObjectType, isListType } from 'graphql'
import type { Path } from '../errors.ts'
import type { CallerValues } from '../plan/rights.ts'

/** What stands for a value of the caller: `{actor}`, `{claims.project}`. */
const placeholder = /\{(actor|claims\.([A-Za-z0-9_.:/-]+))\}/g

/** The placeholders of a text, each with its braces. */
export function listPlaceholders(text: string): readonly string[] {
  return [...new Set(text.match(placeholder))]
}

/** The text with the caller's values; undefined if the caller lacks one of them. */
export function fillPlaceholders(text: string, caller: CallerValues): string | undefined {
  const values = listPlaceholders(text).map((one) => callerValue(one, caller))
  if (values.includes(undefined)) return undefined
  return text.replaceAll(placeholder, (one) => callerValue(one, caller) as string)
}

/**
 * The value that a placeholder stands for. A list, an object and an empty text are none: `startsWith` of nothing would be true of
 * everything.
 */
function callerValue(written: string, { actor, claims }: CallerValues): string | undefined {
  const name = written.slice(1, -1)
  const value = name === 'actor' ? actor : ownValue(claims, name.slice('claims.'.length))
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined
  if (typeof value === 'boolean') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function ownValue(claims: CallerValues['claims'], name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined
}

/** A text with placeholders, at its place in a `where`. */
export interface PlaceholderText {
  readonly text: string
  readonly type: GraphQLLeafType
  readonly path: Path
}

/** The value, of that type, with another in the place of each text that has placeholders. */
export function mapPlaceholders(
  value: unknown,
  type: GraphQLInputType,
  replace: (found: PlaceholderText) => unknown,
  path: Path = [],
): unknown {
  const inner = getNullableType(type)
  if (isListType(inner)) {
    if (!Array.isArray(value)) return mapPlaceholders(value, inner.ofType, replace, path)
    return value.map((item, i) => mapPlaceholders(item, inner.ofType, replace, [...path, i]))
  }
  if (isInputObjectType(inner)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const fields = inner.getFields()
    return mapMembers(value, (member, name) => {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined
      return field ? mapPlaceholders(member, field.type, replace, [...path, name]) : member
    })
  }
  return mapTexts(value, path, (text, at) => replace({ text, type: inner as GraphQLLeafType, path: at }))
}

/** Inside of json, texts stand deeper. */
function mapTexts(value: unknown, path: Path, replace: (text: string, path: Path) => unknown): unknown {
  if (typeof value === 'string') return listPlaceholders(value).length > 0 ? replace(value, path) : value
  if (Array.isArray(value)) return value.map((item, i) => mapTexts(item, [...path, i], replace))
  if (typeof value !== 'object' || value === null) return value
  return mapMembers(value, (member, name) => mapTexts(member, [...path, name], replace))
}

function mapMembers(value: object, toResult: (member: unknown, name: string) => unknown): Record<string, unknown> {
  const result: Record<string, unknown> = Object.create(null)
  for (const [name, member] of Object.entries(value)) result[name] = toResult(member, name)
  return result
}
