import { fieldNameInGraphql } from '../../template/names/name-in-graphql.ts'
import { createUsageError } from '../cli-error.ts'
import type { Template, TemplateField, TemplateList } from '../connection/template.ts'
import { onlyKeyFieldOf } from '../connection/template-names.ts'
import { toGraphqlValue } from '../connection/to-graphql.ts'
import { whereToGraphql } from '../connection/where-to-graphql.ts'
import { findPath } from './find-path.ts'
import { findField, findTemplate } from './find-template.ts'
import { parseText } from './parse-assignments.ts'
import { parseJsonOption } from './parse-json-text.ts'
import type { Json } from './parse-value.ts'
import { suggestComparison, suggestIs, suggestLogic, suggestNot } from './suggest-comparison.ts'

/** A `where` of the registry. */
export interface Where {
  readonly [name: string]: Json
}

/*
 * expression = and { "or" and }
 * and        = not { "and" not }
 * not        = "not" not | "(" expression ")" | comparison
 * comparison = path ( "is" [ "not" ] "null" | "has" value | operator value )
 * path       = name { "." name }                   through references, into objects, or into _meta
 * operator   = "=" | "!=" | "<" | "<=" | ">" | ">=" | "~" | "!~"
 * value      = bare word | 'text' | "text"
 */
const token =
  /\s*(?:(?<mark>[()])|(?<operator>!=|<=|>=|!~|[=<>~])|'(?<single>(?:[^'\\]|\\.)*)'|"(?<double>(?:[^"\\]|\\.)*)"|(?<word>[^\s()=<>~!'"][^\s()]*?(?=[\s()]|!=|!~|<|>|=|~|$)))/suy
/** A bare value ends at the next space or parenthesis, whatever it contains. */
const valueToken = /\s*(?:'(?<single>(?:[^'\\]|\\.)*)'|"(?<double>(?:[^"\\]|\\.)*)"|(?<word>[^\s()'"][^\s()]*))/suy

interface Token {
  readonly kind: 'mark' | 'operator' | 'text' | 'word' | 'end'
  readonly text: string
  readonly at: number
}

/** The registry takes less; deeper ones would end where the stack does. */
const deepest = 100

/** The value of `--where`, or of another `option`: JSON is a `where` of the registry, an expression is compiled to one. */
export function parseWhere(text: string, template: Template, templates: TemplateList, option = '--where'): Where {
  if (!text.trimStart().startsWith('{')) return parseExpression(text, template, templates, option)
  return whereToGraphql(parseJsonOption(option, text), template, templates) as Where
}

/** The condition that `field` is `value`; the value of a reference is its target's key. Values have the names of files. */
export function isEqual(field: TemplateField, value: Json, templates: TemplateList): Where {
  if (field.type === 'reference' && field.list)
    throw createUsageError(
      `${field.name} is a list of references; --where '${field.name} has …' finds one of them, --where '{"${field.name}": {"none": {}}}' those without any.`,
    )
  const graphqlName = fieldNameInGraphql(field.name)
  if (value === null) return { [graphqlName]: { isNull: true } }
  if (field.type !== 'reference') return { [graphqlName]: { equals: toGraphqlValue(value, field, templates) } }
  const target = findTemplate(templates, field.to ?? '')
  const only = onlyKeyFieldOf(target)
  if (only) return { [graphqlName]: isEqual(only, value, templates) }
  if (typeof value !== 'object' || Array.isArray(value))
    throw createUsageError(`${field.name} is a JSON object of ${target.key.join(', ')}.`)
  const parts = Object.entries(value as Where).map(([name, part]) => isEqual(findField(target, name), part, templates))
  return { [graphqlName]: Object.assign({}, ...parts) as Where }
}

/** What a `where` of one field asks of it. */
export function conditionIn(where: Where): Where {
  return Object.values(where)[0] as Where
}

/** The condition that all of these hold; undefined for none. */
export function allOf(conditions: readonly Where[]): Where | undefined {
  return conditions.length > 1 ? { AND: conditions } : conditions[0]
}

function parseExpression(text: string, template: Template, templates: TemplateList, option: string): Where {
  let position = 0
  let next = read(token)

  function read(form: RegExp): Token {
    form.lastIndex = position
    const match = form.exec(text)
    if (!match) {
      if (text.slice(position).trim() === '') return { kind: 'end', text: 'the end', at: text.length }
      throw refuse('cannot be read', position, suggestNot(text, position))
    }
    position = form.lastIndex
    const at = match.index
    const { single, double, ...bare } = match.groups as Record<string, string | undefined>
    const quoted = single ?? double
    if (quoted !== undefined) return { kind: 'text', text: quoted.replace(/\\(.)/gsu, '$1'), at }
    const kind = (['mark', 'operator', 'word'] as const).find((one) => bare[one] !== undefined) ?? 'word'
    return { kind, text: bare[kind] ?? '', at }
  }

  /** `instead` is what was probably meant, if there is something like it. */
  function refuse(problem: string, at: number, instead?: string) {
    const rest = text.slice(at).trim()
    const shown = rest.length > 100 ? `${rest.slice(0, 100)}…` : rest
    const remedy =
      instead === undefined
        ? 'It takes JSON, or an expression such as: status=true and not commit~b3*'
        : `Did you mean: ${instead}`
    return createUsageError(
      `${option}: ${problem} ${rest === '' ? 'at the end' : `at ${JSON.stringify(shown)}`}.\n${remedy}`,
    )
  }

  const take = (): Token => {
    const taken = next
    next = read(token)
    return taken
  }
  const isNext = (text: string, kind: 'mark' | 'word' = 'word'): boolean =>
    next.kind === kind && next.text.toLowerCase() === text
  const accept = (text: string, kind?: 'mark' | 'word'): boolean => {
    if (!isNext(text, kind)) return false
    take()
    return true
  }

  let depth = 0
  const parseOr = (): Where => parseList('or', 'OR', parseAnd)
  const parseAnd = (): Where => parseList('and', 'AND', parseNot)
  function parseList(word: string, operator: string, parsePart: () => Where): Where {
    const parts = [parsePart()]
    while (accept(word)) parts.push(parsePart())
    return parts.length === 1 ? (parts[0] as Where) : { [operator]: parts }
  }
  function parseNot(): Where {
    if (depth > deepest) throw refuse(`more than ${deepest} parentheses and "not" are inside each other`, next.at)
    depth++
    const where = accept('not') ? { NOT: [parseNot()] } : accept('(', 'mark') ? parseInner() : parseComparison()
    depth--
    return where
  }

  function parseInner(): Where {
    const inner = parseOr()
    if (!accept(')', 'mark')) throw refuse('a ")" is missing', next.at, suggestLogic(next.text))
    return inner
  }

  function parseComparison(): Where {
    const path = take()
    if (path.kind !== 'word') throw refuse('a field is missing', path.at)
    if (accept('is')) {
      const isNull = !accept('not')
      if (!accept('null')) throw refuse('"null" is missing', next.at, suggestIs(path.text, isNull, next.text))
      return place(path.text, () => ({ isNull }))
    }
    if (next.kind !== 'operator' && !isNext('has'))
      throw refuse(
        'one of = != < <= > >= ~ !~, "has" or "is null" is missing',
        next.at,
        suggestComparison(path.text, text.slice(next.at).trimStart()),
      )
    const operator = next.text.toLowerCase()
    const { at } = next
    const behind = text[position] ?? ''
    const value = read(valueToken)
    // A value that begins with one of these signs stands in quotes.
    if (value.kind === 'word' && ['=', '<', '>'].includes(behind))
      throw refuse(
        `${operator}${behind} is not an operator`,
        at,
        suggestComparison(path.text, text.slice(at).trimStart()),
      )
    if (value.kind !== 'word' && value.kind !== 'text') throw refuse('a value is missing', value.at)
    next = read(token)
    return compare(path.text, operator, value.text)
  }

  /** Puts a condition at the end of a path. */
  function place(path: string, condition: (field: TemplateField) => Where): Where {
    const fields = findPath(path, template, templates, (end) =>
      createUsageError(`${option}: ${end} has no fields that an expression can name; use JSON.`),
    )
    const whole = condition(fields.at(-1) as TemplateField)
    // A condition on a reference has its name already, from `isEqual`.
    return fields.reduceRight<Where>((inner, field) => ({ [fieldNameInGraphql(field.name)]: inner }), whole)
  }

  function compare(path: string, operator: string, value: string): Where {
    const isNegated = operator === '!=' || operator === '!~'
    const condition = place(path, (field) => {
      assertComparable(path, operator, field, option)
      if (operator === 'has') return hasItem(field, value, templates)
      if (operator === '~' || operator === '!~') return parseGlob(field, value, option)
      if (operator === '=' || operator === '!=') {
        const parsed = parseText(field, value, templates)
        return conditionIn(isEqual(field, field.list ? [parsed] : parsed, templates))
      }
      const name = { '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' }[operator] as string
      return { [name]: parseText(field, value, templates) }
    })
    return isNegated ? { NOT: [condition] } : condition
  }

  const where = parseOr()
  if (next.kind !== 'end') throw refuse('"and" or "or" is missing', next.at, suggestLogic(next.text))
  return where
}

/** Throws a usage error for a comparison that the field does not have; the error names one that it has. */
function assertComparable(path: string, operator: string, field: TemplateField, option: string): void {
  const isEquality = operator === '=' || operator === '!='
  if (field.type === 'object') {
    if (field.list) throw createUsageError(`${option}: the items of ${path} are objects; use JSON: {"some": …}`)
    const member = field.fields[0]?.name ?? '…'
    throw createUsageError(`${option}: ${path} is an object; compare its members, such as ${path}.${member}`)
  }
  if (field.list && operator !== 'has' && !isEquality)
    throw createUsageError(
      `${option}: ${path} is a list, which ${operator} cannot compare; use "${path} has …" to find an item.`,
    )
  if (operator === 'has' && !field.list && field.type !== 'json')
    throw createUsageError(
      `${option}: has finds an item of a list, but ${path} is not a list; compare it with = or another operator.`,
    )
}

/** The condition that a list has an item; an item of a list of references is given by its key. */
function hasItem(field: TemplateField, text: string, templates: TemplateList): Where {
  const item = { ...field, list: false }
  const value = parseText(item, text, templates)
  return field.type === 'reference'
    ? { some: conditionIn(isEqual(item, value, templates)) }
    : { has: toGraphqlValue(value, item, templates) }
}

/** `b3*`, `*-generic` or `*ntp*`; without a `*`, the text itself. */
function parseGlob(field: TemplateField, pattern: string, option: string): Where {
  if (field.type !== 'string' && field.type !== 'version')
    throw createUsageError(`${option}: ~ compares texts; ${field.name} is of type ${field.type}.`)
  const [, before, text, after] = /^(\*?)(.*?)(\*?)$/su.exec(pattern) as unknown as [string, string, string, string]
  if (text.includes('*'))
    throw createUsageError(`${option}: in ${field.name}~${pattern}, * is allowed only at the beginning and at the end.`)
  if (before && after) return { contains: text }
  return { [after ? 'startsWith' : before ? 'endsWith' : 'equals']: text }
}
