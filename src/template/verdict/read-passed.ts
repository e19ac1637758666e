import type { Path } from '../../errors.ts'
import { assertNever } from '../../errors.ts'
import { findProblems, type ValueProblem } from '../check-value.ts'
import { equalityOperators, listOperators, ValueError } from '../field-types/field-type.ts'
import { fieldTypes } from '../field-types/field-types.ts'
import { filterOptionsOf } from '../field-types/filter-options.ts'
import { type OperatorName, operators } from '../field-types/operators.ts'
import { isRelativeTime } from '../field-types/relative-time.ts'
import type { Json, JsonObject } from '../json.ts'
import { findUntyped, type WrongValue } from '../literals/parse-literal.ts'
import type { Field } from '../model.ts'
import { translatePattern } from '../patterns/translate-pattern.ts'
import { quote } from '../quote.ts'
import { didYouMean, listNames } from '../suggest.ts'
import { fieldNamed } from './field-named.ts'

/** A problem at a place within `passed`. */
export interface WrongPassed extends WrongValue {
  /** The problem is the name at that place, not what it holds. */
  readonly isName?: true
}

/** How many filters and operators `passed` may have: each matrix works them out for each of its objects. */
const mostConditions = 100

const logic: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT'])
const quantifiers: ReadonlySet<string> = new Set(['some', 'none', 'every'])

/**
 * Reads `passed`: a `where` over these fields, with the fields' present names. The values stay as they are written, in JSON; the plan
 * of a matrix reads them like those of any `where`. `skipped` are fields whose own declaration is wrong: what is asked of them is not
 * checked. Returns every problem at once.
 */
export function readPassed(
  written: unknown,
  fields: readonly Field[],
  skipped: ReadonlySet<string> = new Set(),
): JsonObject | readonly WrongPassed[] {
  const wrong: WrongPassed[] = []
  let conditions = 0
  const where = readWhere(written, [])
  if (conditions > mostConditions)
    wrong.push({ path: [], message: `passed has ${conditions} conditions; at most ${mostConditions} are allowed.` })
  return wrong.length > 0 ? wrong : where

  /** The entries of a mapping that must have one, each read with its place. */
  function readEntries(
    value: unknown,
    path: Path,
    suggestion: string,
    read: (name: string, entry: unknown, path: Path) => readonly [string, Json] | undefined,
  ): JsonObject {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      wrong.push({ path, message: `${quote(value)} is not a filter.`, suggestion })
      return {}
    }
    const entries = Object.entries(value)
    if (entries.length === 0) wrong.push({ path, message: 'The filter is empty.', suggestion })
    conditions += entries.length
    return Object.fromEntries(entries.flatMap(([name, entry]) => toList(read(name, entry, [...path, name]))))
  }

  function readWhere(value: unknown, path: Path): JsonObject {
    const names = [...fields.map(({ name }) => name), ...logic]
    return readEntries(value, path, 'Write a filter such as { status: { equals: true } }.', (name, entry, at) => {
      if (logic.has(name)) return [name, readLogic(entry, at, readWhere)]
      const field = fieldNamed(name, fields)
      if (field?.reference) {
        const message = `${name} is a reference; passed looks at the object's own values only.`
        wrong.push({ path: at, message, suggestion: 'Filter by another field.', isName: true })
        return undefined
      }
      if (field) return [field.name, readField(entry, field, at)]
      if (skipped.has(name)) return undefined
      const suggestion = didYouMean(name, names) ?? `The fields are ${listNames(names.slice(0, -logic.size))}.`
      wrong.push({ path: at, message: `${quote(name)} is not a field of this template.`, suggestion, isName: true })
      return undefined
    })
  }

  function readLogic(value: unknown, path: Path, read: (one: unknown, path: Path) => Json): Json {
    if (!Array.isArray(value)) return [read(value, path)]
    if (value.length === 0)
      wrong.push({ path, message: 'The list is empty.', suggestion: 'Write at least one filter.' })
    return value.map((one, index) => read(one, [...path, index]))
  }

  function readField(value: unknown, field: Field, path: Path): JsonObject {
    const names = operatorNames(field)
    const options = filterOptionsOf(field)
    const members = field.type === 'object' && !field.list ? field.members : []
    const known = [...names, ...options, ...members.map((member) => member.name), ...(members.length > 0 ? logic : [])]
    let compares = false
    const filter = readEntries(value, path, `Write { ${names[0]}: … }.`, (name, entry, at) => {
      compares ||= !options.includes(name)
      if (members.length > 0 && logic.has(name))
        return [name, readLogic(entry, at, (one, place) => readField(one, field, place))]
      const member = fieldNamed(name, members)
      if (member) return [member.name, readField(entry, member, at)]
      if (field.type === 'object' && field.list && quantifiers.has(name)) return [name, readItems(entry, field, at)]
      if (options.includes(name)) return [name, readOption(name, entry, at)]
      const operator = names.find((one) => one === name)
      if (operator) return [name, readOperand(operator, entry, field, at)]
      const suggestion = didYouMean(name, known) ?? `${field.name} takes ${listNames(known)}.`
      wrong.push({ path: at, message: `${quote(name)} is not an operator of ${field.name}.`, suggestion, isName: true })
      return undefined
    })
    if (Object.keys(filter).length > 0 && !compares)
      wrong.push({ path, message: 'The filter compares nothing.', suggestion: `Write { ${names[0]}: … }.` })
    return filter
  }

  /** The filter of some, none or every item of a list of objects; an empty one means any item. */
  function readItems(value: unknown, field: Field, path: Path): Json {
    const isAny = typeof value === 'object' && value !== null && Object.keys(value).length === 0
    return isAny && !Array.isArray(value) ? {} : readField(value, { ...field, list: false }, path)
  }

  function readOption(name: string, value: unknown, path: Path): Json {
    if (name === 'mode') return readOneOf(value, ['default', 'insensitive'], path)
    return readList(value, path, (one, at) => readText(one, at))
  }

  function readOperand(operator: OperatorName, value: unknown, field: Field, path: Path): Json {
    const item = { ...field, list: false }
    const { takes } = operators[operator]
    switch (takes) {
      case 'value':
        return readValue(value, field, path)
      case 'ordered': {
        if (field.type === 'json' && typeof value !== 'number' && typeof value !== 'string')
          wrong.push({ path, message: `${quote(value)} has no order.`, suggestion: 'Write a number or a text.' })
        return readValue(value, field, path)
      }
      case 'values':
        return readList(value, path, (one, at) => readValue(one, field, at))
      case 'item':
        return readValue(value, item, path)
      case 'items':
        return readList(value, path, (one, at) => readValue(one, item, at))
      case 'text':
        return readText(value, path)
      case 'pattern':
        return readPattern(readText(value, path), path)
      case 'boolean':
        if (typeof value === 'boolean') return value
        wrong.push({ path, message: `${quote(value)} is not true or false.` })
        return null
      default:
        return assertNever(takes)
    }
  }

  function readPattern(value: Json, path: Path): Json {
    try {
      if (typeof value === 'string') translatePattern(value)
    } catch (error) {
      if (!(error instanceof ValueError)) throw error
      wrong.push({ path, message: `${error.message}.` })
    }
    return value
  }

  function readValue(value: unknown, field: Field, path: Path): Json {
    if ((field.type === 'datetime' || field.type === 'date') && isRelativeTime(value)) {
      const message = `${quote(value)} is relative to the time of a request; what passed says of an object must not change with the time.`
      wrong.push({ path, message, suggestion: 'Write staleAfter to say how long a success counts.' })
      return value
    }
    const untyped = findUntyped(value, field)
    const problems: ValueProblem[] = []
    if (untyped.length === 0) findProblems(value, field, [], { byName: new Map() }, problems, 'type alone')
    const found = problems.map(({ path, name, reason = `${name} is required` }) => ({ path, message: `${reason}.` }))
    wrong.push(...[...untyped, ...found].map((one) => ({ ...one, path: [...path, ...one.path] })))
    return toJson(value)
  }

  function readList(value: unknown, path: Path, read: (one: unknown, path: Path) => Json): Json {
    if (Array.isArray(value)) return value.map((one, index) => read(one, [...path, index]))
    wrong.push({ path, message: `${quote(value)} is not a list.` })
    return null
  }

  function readText(value: unknown, path: Path): Json {
    if (typeof value === 'string') return value
    wrong.push({ path, message: typeof value === 'object' ? `${quote(value)} is not a text.` : undefined })
    return null
  }

  function readOneOf(value: unknown, known: readonly string[], path: Path): Json {
    if (typeof value === 'string' && known.includes(value)) return value
    wrong.push({ path, message: `${quote(value)} is not one of ${known.join(', ')}.` })
    return null
  }
}

function operatorNames(field: Field): readonly OperatorName[] {
  const { operators } = fieldTypes[field.type]
  if (!field.list) return operators
  return field.type === 'object' ? [...operators, 'isEmpty'] : [...equalityOperators, ...listOperators]
}

/** A value that YAML or JSON gave, as JSON: a whole number that is too large for a double becomes a text. */
function toJson(value: unknown): Json {
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.map(toJson)
  if (typeof value !== 'object' || value === null) return value as Json
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, toJson(one)]))
}

function toList<Item>(item: Item | undefined): readonly Item[] {
  return item === undefined ? [] : [item]
}
