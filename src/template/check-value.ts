import type { InputIssue, Path } from '../errors.ts'
import { type ParseContext, ValueError } from './field-types/field-type.ts'
import { fieldTypes } from './field-types/field-types.ts'
import type { Json } from './json.ts'
import { matchesPattern } from './matches-pattern.ts'
import type { Field, TemplateModel } from './model.ts'
import { quote } from './quote.ts'

/** Whether a value must also satisfy the field's constraints and fit into its index. */
type Rules = 'all' | 'type alone'

/**
 * Checks a value that is not null against its field, with all the field's constraints unless `rules` says otherwise. Returns its
 * stored form, or undefined if it does not fit. Adds the problems to `issues`, with paths below `path`.
 *
 * @param broken takes the problems instead if all are rules that the value breaks: it could be stored, and an older object may have it
 */
export function checkValue(
  value: unknown,
  field: Field,
  path: Path,
  model: Pick<TemplateModel, 'byName'>,
  issues: InputIssue[],
  rules: Rules = 'all',
  broken: InputIssue[] = issues,
): Json | undefined {
  const problems: ValueProblem[] = []
  const stored = findProblems(value, field, path, model, problems, rules)
  const place = problems.every(({ isOfRule }) => isOfRule) ? broken : issues
  place.push(...problems.map((problem) => ({ path: problem.path, code: problem.code, message: describe(problem) })))
  return stored
}

/** One reason why a value does not fit. */
export interface ValueProblem {
  readonly path: Path
  readonly code: string
  /** The name of the field, or of the member of an object. */
  readonly name: string
  /** `"x" is not a list`; undefined if the value itself is missing. */
  readonly reason: string | undefined
  /** The value can be stored all the same, as it may have been before there was the rule. */
  readonly isOfRule: boolean
}

function describe({ name, reason }: ValueProblem): string {
  return reason === undefined ? `${name} is required` : `${name}: ${reason}`
}

/** Like `checkValue`, but reports the problems as data. */
export function findProblems(
  value: unknown,
  field: Field,
  path: Path,
  model: Pick<TemplateModel, 'byName'>,
  problems: ValueProblem[],
  rules: Rules = 'all',
): Json | undefined {
  if (!field.list) return checkItem(value, field, path, model, problems, rules)
  if (!Array.isArray(value)) {
    problems.push({ path, code: 'TYPE', name: field.name, reason: `${quote(value)} is not a list`, isOfRule: false })
    return undefined
  }
  return value.map((item, index) => checkItem(item, field, [...path, index], model, problems, rules) ?? null)
}

function checkItem(
  value: unknown,
  field: Field,
  path: Path,
  model: Pick<TemplateModel, 'byName'>,
  problems: ValueProblem[],
  rules: Rules,
): Json | undefined {
  const context: ParseContext = {
    isFilter: rules === 'type alone',
    templateOf(name) {
      const template = model.byName.get(name)
      if (!template) throw new Error(`no template "${name}"`)
      return template
    },
    parseMember(memberValue, member, segment) {
      const memberPath = segment === '' ? path : [...path, segment]
      if (memberValue === undefined && member.default?.kind === 'literal') return member.default.value
      if (memberValue !== null && memberValue !== undefined)
        return findProblems(memberValue, member, memberPath, model, problems, rules)
      if (member.required) {
        const isOfRule = field.type === 'object'
        problems.push({ path: memberPath, code: 'REQUIRED', name: member.name, reason: undefined, isOfRule })
      }
      return undefined
    },
  }
  try {
    if (value === null || value === undefined) throw new ValueError('null is not allowed here')
    const stored = fieldTypes[field.type].parse(value, field, context)
    if (rules === 'all') checkConstraints(stored, field, path, problems)
    return stored
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    problems.push({ path, code: error.code, name: field.name, reason: error.message, isOfRule: false })
    return undefined
  }
}

/** Matching takes linear time, but up to 25 µs per character with the largest pattern that a template may have. */
const longestMatched = 10_000

/** How long the text of an indexed value may be, in bytes: an index entry also holds the key. */
export function longestIndexed({ type }: Field): number {
  return fieldTypes[type].longestIndexed ?? 500
}

function checkConstraints(value: Json, field: Field, path: Path, problems: ValueProblem[]): void {
  const { pattern, minLength, maxLength, minimum, maximum } = field.constraints
  // What a reference itself breaks is a limit of its index.
  const isOfRule = field.type !== 'reference'
  const refuse = (code: string, reason: string) => problems.push({ path, code, name: field.name, reason, isOfRule })
  if (typeof value === 'string' && (field.indexed || field.unique || field.isIndexedTogether)) {
    const bytes = Buffer.byteLength(value)
    const longest = longestIndexed(field)
    if (bytes > longest)
      refuse(
        'TOO_LONG_FOR_INDEX',
        `takes ${bytes} bytes; an indexed value may take at most ${longest}: ${quote(value)}`,
      )
  }
  if (typeof value === 'string' && field.type !== 'bigint') {
    const length = minLength === undefined && maxLength === undefined ? 0 : [...value].length
    if (pattern !== undefined && value.length > longestMatched) {
      refuse(
        'TOO_LONG_FOR_PATTERN',
        `has ${value.length} characters; a text with a pattern may have at most ${longestMatched}`,
      )
    } else if (pattern !== undefined && !matchesPattern(pattern, value)) {
      refuse('PATTERN', `${quote(value)} does not match the pattern ${pattern}`)
    }
    if (minLength !== undefined && length < minLength) {
      refuse('MIN_LENGTH', `${quote(value)} has ${length} characters; at least ${minLength} are required`)
    }
    if (maxLength !== undefined && length > maxLength) {
      refuse('MAX_LENGTH', `${quote(value)} has ${length} characters; at most ${maxLength} are allowed`)
    }
  }
  if (typeof value === 'number' || field.type === 'bigint') {
    // Comparing a bigint with a number is exact in JavaScript.
    const number = typeof value === 'number' ? value : BigInt(value as string)
    if (minimum !== undefined && number < minimum) refuse('MINIMUM', `${number} is less than ${minimum}`)
    if (maximum !== undefined && number > maximum) refuse('MAXIMUM', `${number} is more than ${maximum}`)
  }
}
