import type { Path } from '../../errors.ts'
import { findProblems, type ValueProblem } from '../check-value.ts'
import { fieldTypes } from '../field-types/field-types.ts'
import type { Json } from '../json.ts'
import type { Field, Template } from '../model.ts'

/** A literal in its stored form. */
export interface Literal {
  readonly kind: 'literal'
  readonly value: Json
}

/** A problem at a place within a value of a template. */
export interface WrongValue {
  readonly path: Path
  /** Undefined if the field needs text and YAML read something else because there are no quotes. */
  readonly message: string | undefined
  readonly suggestion?: string
}

/**
 * Reads a value that a template gives for one of its fields, and checks it against the field with all constraints; `byName` has
 * the templates whose keys a reference needs.
 */
export function parseLiteral(
  written: unknown,
  field: Field,
  byName: ReadonlyMap<string, Template>,
): Literal | WrongValue[] {
  const untyped = findUntyped(written, field)
  const problems: ValueProblem[] = []
  const value = findProblems(written, field, [], { byName }, problems)
  if (untyped.length === 0 && problems.length === 0 && value !== undefined) return { kind: 'literal', value }
  const isElsewhere = ({ path }: ValueProblem) => !untyped.some((other) => other.path.join() === path.join())
  const others = problems.filter(isElsewhere)
  return [
    ...untyped,
    ...others.map(({ path, name, reason = `${name} is required` }) => ({ path, message: `${reason}.` })),
  ]
}

/** Places that need text and where YAML read a number or a boolean. */
export function findUntyped(written: unknown, field: Field, path: Path = []): WrongValue[] {
  if (field.list && Array.isArray(written))
    return written.flatMap((item, index) => findUntyped(item, { ...field, list: false }, [...path, index]))
  if (field.type === 'object' && typeof written === 'object' && written !== null && !Array.isArray(written)) {
    const given = new Map(Object.entries(written))
    return field.members.flatMap((member) => {
      const value = given.get(member.name)
      return value === undefined ? [] : findUntyped(value, member, [...path, member.name])
    })
  }
  const isText = typeof written === 'string' || typeof written === 'object'
  return fieldTypes[field.type].needsQuotes && !isText ? [{ path, message: undefined }] : []
}
