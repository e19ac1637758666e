import type { InputIssue } from '../errors.ts'
import { type ParseContext, ValueError } from './field-types/field-type.ts'
import { fieldTypes } from './field-types/field-types.ts'
import type { Json } from './json.ts'
import { matchesPattern } from './matches-pattern.ts'
import type { Field, TemplateModel } from './model.ts'
import { quote } from './quote.ts'

type Path = readonly (string | number)[]

/**
 * Checks a value that is not null against its field, with all the field's constraints, and returns it in the
 * form in which it is stored; undefined where it does not fit. What is wrong is added to `issues`,
 * with paths below `path`.
 */
export function checkValue(
  value: unknown,
  field: Field,
  path: Path,
  model: Pick<TemplateModel, 'byName'>,
  issues: InputIssue[],
): Json | undefined {
  if (!field.list) return checkItem(value, field, path, model, issues)
  if (!Array.isArray(value)) {
    issues.push({ path, code: 'TYPE', message: `${field.name}: ${quote(value)} is not a list` })
    return undefined
  }
  return value.map((item, index) => checkItem(item, field, [...path, index], model, issues) ?? null)
}

function checkItem(
  value: unknown,
  field: Field,
  path: Path,
  model: Pick<TemplateModel, 'byName'>,
  issues: InputIssue[],
): Json | undefined {
  const context: ParseContext = {
    templateOf(name) {
      const template = model.byName.get(name)
      if (!template) throw new Error(`no template "${name}"`)
      return template
    },
    parseMember(memberValue, member, segment) {
      const memberPath = segment === '' ? path : [...path, segment]
      if (memberValue === undefined && member.default?.kind === 'literal') return member.default.value
      if (memberValue !== null && memberValue !== undefined)
        return checkValue(memberValue, member, memberPath, model, issues)
      if (member.required) issues.push({ path: memberPath, code: 'REQUIRED', message: `${member.name} is required` })
      return undefined
    },
  }
  try {
    if (value === null || value === undefined) throw new ValueError('null is not a value here')
    const stored = fieldTypes[field.type].parse(value, field, context)
    checkConstraints(stored, field, path, issues)
    return stored
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    issues.push({ path, code: error.code, message: `${field.name}: ${error.message}` })
    return undefined
  }
}

/** Matching takes time linear in the text, but up to 25 µs a character with the largest pattern that a template may have. */
const longestMatched = 10_000

/** What an index entry has room for beside a key, in bytes. */
const longestIndexed = 500

function checkConstraints(value: Json, field: Field, path: Path, issues: InputIssue[]): void {
  const { pattern, minLength, maxLength, minimum, maximum } = field.constraints
  const refuse = (code: string, message: string) => issues.push({ path, code, message: `${field.name}: ${message}` })
  if (typeof value === 'string' && (field.indexed || field.unique)) {
    const bytes = Buffer.byteLength(value)
    const longest = fieldTypes[field.type].longestIndexed ?? longestIndexed
    if (bytes > longest)
      refuse('TOO_LONG_FOR_INDEX', `takes ${bytes} bytes, an indexed value at most ${longest}: ${quote(value)}`)
  }
  if (typeof value === 'string' && field.type !== 'bigint') {
    const length = minLength === undefined && maxLength === undefined ? 0 : [...value].length
    if (pattern !== undefined && value.length > longestMatched) {
      refuse('TOO_LONG_FOR_PATTERN', `has ${value.length} characters, a text with a pattern at most ${longestMatched}`)
    } else if (pattern !== undefined && !matchesPattern(pattern, value)) {
      refuse('PATTERN', `${quote(value)} does not match the pattern ${pattern}`)
    }
    if (minLength !== undefined && length < minLength) {
      refuse('MIN_LENGTH', `${quote(value)} has ${length} characters, at least ${minLength} are needed`)
    }
    if (maxLength !== undefined && length > maxLength) {
      refuse('MAX_LENGTH', `${quote(value)} has ${length} characters, at most ${maxLength} are allowed`)
    }
  }
  if (typeof value === 'number' || field.type === 'bigint') {
    // Comparing a bigint with a number is exact in JavaScript.
    const number = typeof value === 'number' ? value : BigInt(value as string)
    if (minimum !== undefined && number < minimum) refuse('MINIMUM', `${number} is less than ${minimum}`)
    if (maximum !== undefined && number > maximum) refuse('MAXIMUM', `${number} is more than ${maximum}`)
  }
}
