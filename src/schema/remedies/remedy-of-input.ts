import {
  type GraphQLInputFieldMap,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
} from 'graphql'
import { didYouMean } from '../../template/suggest.ts'
import { caselessElsewhere, entryOf, fieldsElsewhere, rangesElsewhere } from './elsewhere.ts'
import type { Given } from './given.ts'
import { inputFieldsOf, isDirection, placeOf, takesLeaf, takesList } from './input-places.ts'

/** The names by which other APIs lead to an object that exists already, or compare with a value. */
const wrappers: ReadonlySet<string> = new Set([
  'equals',
  'eq',
  '_eq',
  'equalTo',
  'set',
  '_set',
  'connect',
  'connectOrCreate',
  'connectById',
  'where',
  'data',
  'create',
  'is',
  'name',
  'id',
  'key',
])
const fieldWords: ReadonlySet<string> = new Set(['field', 'column', 'by', 'name', 'key', 'property', 'sort'])
const directionWords: ReadonlySet<string> = new Set(['direction', 'order', 'dir', 'sort', 'sortOrder'])

/** What to write instead of an entry that an input type does not have; undefined if nobody can know. */
export function remedyOfEntry(type: GraphQLInputObjectType, name: string, value: Given): string | undefined {
  const fields = inputFieldsOf(type)
  const known = Object.keys(fields)
  const place = placeOf(type)
  return (
    remedyOfMetaEntry(fields, name, value) ??
    (place === 'order' ? remedyOfOrderEntry(known, name, value) : undefined) ??
    (place === 'data' ? remedyOfDataEntry(known, name, value) : remedyOfFilterEntry(type, known, name, value)) ??
    didYouMean(name, known)
  )
}

/** `{image: {name: "a"}}` in the input of an image. */
function remedyOfDataEntry(known: readonly string[], name: string, { entries, literal }: Given): string | undefined {
  const isOfType = entries.length > 0 && entries.every(([one]) => known.includes(one))
  return isOfType ? `Leave ${name} out: ${literal}.` : undefined
}

/** `createdAt`, `updateTime` */
function remedyOfMetaEntry(fields: GraphQLInputFieldMap, name: string, value: Given): string | undefined {
  const paths = Object.hasOwn(fieldsElsewhere, name) ? fieldsElsewhere[name] : undefined
  const [, inner = name] = paths?.find(([outer, one]) => outer === '_meta' && one !== undefined) ?? []
  const meta = fields['_meta']
  if (inner !== name && Object.hasOwn(fields, inner)) return write(`{${inner}: ${value.literal}}`)
  const isThere = meta && Object.hasOwn(inputFieldsOf(meta.type), inner)
  return isThere ? write(`{_meta: {${inner}: ${value.literal}}}`) : undefined
}

function remedyOfFilterEntry(
  type: GraphQLInputObjectType,
  known: readonly string[],
  name: string,
  value: Given,
): string | undefined {
  const fields = inputFieldsOf(type)
  const found = entryOf(name, known)
  const entry = found === 'has' && value.kind === 'list' ? 'hasEvery' : found
  if (value.literal === 'null' && known.includes('isNull') && (entry === 'equals' || entry === 'not'))
    return write(`{isNull: ${entry === 'equals'}}`)
  if (entry === 'isNull') return `Write {isNull: true}, or {isNull: false}.`
  if (entry === 'some' && isLeaf(value)) return exampleOfWhere(fields['some']?.type, '{some: ', value, '}')
  const [least, most, ...more] = value.items
  if (rangesElsewhere.has(name) && known.includes('gte') && least && most && more.length === 0)
    return write(`{gte: ${least.literal}, lte: ${most.literal}}`)
  if (entry !== undefined) {
    const pattern = name.endsWith('like') ? fromLike(value) : undefined
    if (pattern) return write(`{${pattern}${modeOf(name, known)}}`)
    const list =
      fields[entry] && takesList(fields[entry].type) && value.kind === 'object' ? `[${value.literal}]` : value.literal
    return write(`{${entry}: ${list}${modeOf(name, known)}}`)
  }
  const some = fields['some']
  if (placeOf(type) === 'quantifiers' && some && isEntry(some.type, name))
    return write(`{some: {${writeEntry(some.type, name, value)}}}`)
  if (name === 'some' || name === 'is' || name === 'every' || name === 'none')
    return value.kind === 'object' ? `Leave ${name} out: ${value.literal}.` : undefined
  const inside = splitSuffix(fields, name, value) ?? compareField(fields, name, value)
  return inside === undefined ? undefined : write(inside)
}

/** `{name: {equals: "a"}}` for `{equals: "a"}` in the filter of a reference. */
function compareField(fields: GraphQLInputFieldMap, name: string, value: Given): string | undefined {
  const comparisons = ['equals', 'not', 'in', 'notIn']
  const operator = comparisons.includes(name) ? name : entryOf(name, comparisons)
  const field = Object.entries(fields).find(([, { type }]) => placeOf(type) === 'operators')?.[0]
  return operator === undefined || field === undefined ? undefined : `{${field}: {${operator}: ${value.literal}}}`
}

function isEntry(type: GraphQLInputType, name: string): boolean {
  const fields = inputFieldsOf(type)
  return Object.hasOwn(fields, name) || entryOf(name, Object.keys(fields)) !== undefined
}

/** `name: {equals: "a"}` for `name: "a"` in a filter. */
export function writeEntry(where: GraphQLInputType, name: string, value: Given): string {
  const type = inputFieldsOf(where)[name]?.type
  const isBare = type && placeOf(type) === 'operators' && isLeaf(value)
  return isBare ? `${name}: {equals: ${value.literal}}` : `${name}: ${value.literal}`
}

/** `{name: {contains: "a"}}` for `name_contains: "a"`. */
export function splitSuffix(fields: GraphQLInputFieldMap, name: string, value: Given): string | undefined {
  const [, field = '', operator = ''] = /^(.+?)_{1,2}([a-z]\w*)$/i.exec(name) ?? []
  const type = Object.hasOwn(fields, field) ? fields[field]?.type : undefined
  if (!type) return undefined
  const operators = Object.keys(inputFieldsOf(type))
  const found = camel(operator, operators) ?? entryOf(operator, operators)
  return found === undefined ? undefined : `{${field}: {${writeEntry(type, found, value)}}}`
}

/** The name with the same letters. */
function camel(name: string, known: readonly string[]): string | undefined {
  return known.find((one) => one.toLowerCase() === name.replaceAll('_', '').toLowerCase())
}

function modeOf(name: string, known: readonly string[]): string {
  return caselessElsewhere.has(name) && known.includes('mode') ? ', mode: insensitive' : ''
}

/** `"%ntp%"` contains, `"ntp%"` starts with, and what has more wildcards is a regular expression. */
function fromLike({ kind, says }: Given): string | undefined {
  if (kind !== 'text' || says.length > 50) return undefined
  const [, before, text = '', after] = /^(%?)([^%_]*)(%?)$/u.exec(says) ?? []
  if (before === undefined) {
    const escaped = says.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    return `matches: ${JSON.stringify(`^${escaped.replaceAll('%', '.*').replaceAll('_', '.')}$`)}`
  }
  const operator = before ? (after ? 'contains' : 'endsWith') : after ? 'startsWith' : 'equals'
  return `${operator}: ${JSON.stringify(text)}`
}

/** `{field: name, direction: DESC}` */
function remedyOfOrderEntry(known: readonly string[], name: string, value: Given): string | undefined {
  const field = fieldWords.has(name) ? camel(value.says, known) : undefined
  if (field !== undefined) return write(`{${field}: asc}, or {${field}: desc}`)
  if (directionWords.has(name))
    return write(`the field with its direction: ${example(known, directionOf(value.says) ?? 'asc')}`)
  return undefined
}

function example(known: readonly string[], direction: string): string {
  return `{${known.find((name) => name !== '_meta') ?? 'name'}: ${direction}}`
}

/** `DESC`, `asc_nulls_last`, `descending`, `-1` */
export function directionOf(written: string): 'asc' | 'desc' | undefined {
  if (/^(?:desc|-1$)/i.test(written)) return 'desc'
  return /^(?:asc|\+?1$)/i.test(written) ? 'asc' : undefined
}

/** What to write instead of a value that does not have its type. `name` is the entry or the argument that it was given for. */
export function remedyOfValue(type: GraphQLInputType, name: string, value: Given): string | undefined {
  if (isDirection(type)) {
    const given = value.kind === 'object' ? value.entries.map(([, one]) => one) : [value]
    const direction = given.map(({ says, literal }) => directionOf(says || literal)).find((one) => one !== undefined)
    return direction && write(`${name}: ${direction}`)
  }
  const named = getNamedType(type)
  if (isEnumType(named))
    return remedyOfMember(
      named.getValues().map((one) => one.name),
      name,
      value,
    )
  if (takesLeaf(type)) return remedyOfLeaf(named.name, name, value)
  switch (placeOf(type)) {
    case 'operators':
      return value.kind === 'list' ? write(`${name}: {in: ${value.literal}}`) : compared(type, name, 'equals', value)
    case 'list operators':
      return value.kind === 'list' ? write(`${name}: {equals: ${value.literal}}`) : compared(type, name, 'has', value)
    case 'order':
      return remedyOfOrder(type, name, value)
    case 'where':
      return remedyOfWhere(type, name, value)
    case 'quantifiers':
      return isLeaf(value)
        ? exampleOfWhere(inputFieldsOf(type)['some']?.type, `${name}: {some: `, value, '}')
        : undefined
    default:
      return value.kind === 'list' ? 'Give one object, not a list.' : undefined
  }
}

function compared(type: GraphQLInputType, name: string, operator: string, value: Given): string | undefined {
  const operand = inputFieldsOf(type)[operator]?.type
  const quoted = operand && quoteOrNot(getNamedType(operand).name, value)
  return isLeaf(value) ? write(`${name}: {${operator}: ${quoted ?? value.literal}}`) : undefined
}

function isLeaf({ kind }: Given): boolean {
  return kind !== 'list' && kind !== 'object' && kind !== 'variable'
}

function remedyOfMember(members: readonly string[], name: string, value: Given): string | undefined {
  const { says } = value
  const member = members.find((one) => one === says) ?? members.find((one) => one.toLowerCase() === says.toLowerCase())
  if (member !== undefined) return write(`${name}: ${member}`)
  const inside = unwrap(value)
  if (inside) return write(`${name}: ${inside.literal}`)
  return didYouMean(says, members, 'the enum value ')
}

/** An object or a list where a text, a number or a boolean is wanted, or one of these with quotes where another is without. */
function remedyOfLeaf(type: string, name: string, value: Given): string | undefined {
  const inside = unwrap(value)
  if (inside) return write(`${name}: ${inside.literal}`)
  const quoted = quoteOrNot(type, value)
  if (quoted !== undefined) return write(`${name}: ${quoted}`)
  const [only, ...others] = value.items
  if (value.kind !== 'list' || !only || !value.items.every(isLeaf)) return undefined
  if (others.length === 0) return write(`${name}: ${only.literal}`)
  return name === 'equals' ? write(`in: ${value.literal}`) : undefined
}

/** `"ubuntu"` for `ubuntu`, `"20.10"` for `20.10`, `5` for `"5"`, `true` for `"true"`. */
function quoteOrNot(type: string, { kind, literal, says }: Given): string | undefined {
  if (type === 'String') return kind === 'word' || kind === 'digits' ? JSON.stringify(literal) : undefined
  const form = type === 'Int' ? /^-?\d{1,10}$/ : type === 'Float' ? /^-?\d{1,15}(?:\.\d{1,15})?$/ : undefined
  const isMeant = type === 'Boolean' ? /^(?:true|false)$/i.test(says) : form?.test(says)
  return isMeant && (kind === 'text' || kind === 'word') ? says.toLowerCase() : undefined
}

/** `{connect: {name: "a"}}` is the key itself, `{equals: "a"}` the value. */
function unwrap({ kind, entries }: Given): Given | undefined {
  const [only, ...others] = entries
  if (kind !== 'object' || !only || others.length > 0 || !wrappers.has(only[0])) return undefined
  return isLeaf(only[1]) ? only[1] : unwrap(only[1])
}

function remedyOfOrder(type: GraphQLInputType, name: string, value: Given): string | undefined {
  const fields = inputFieldsOf(type)
  const known = Object.keys(fields)
  // PostGraphile's NAME_ASC, Hasura's and Prisma's name_desc, and the minus sign of many.
  const [, minus = '', field = '', written = minus === '-' ? 'desc' : 'asc'] =
    /^([+-]?)(\w+?)(?:[_ ](asc|desc)(?:ending)?)?$/i.exec(value.says.trim()) ?? []
  const found = known.find((one) => one === field) ?? camel(field, known)
  const direction = directionOf(value.says) ?? written.toLowerCase()
  const inner = found === undefined ? undefined : fields[found]?.type
  const isNested = inner !== undefined && !isDirection(inner)
  const term = isNested
    ? `{${found}: ${example(Object.keys(inputFieldsOf(inner)), direction)}}`
    : `{${found}: ${direction}}`
  const whole = found === undefined ? example(known, direction) : term
  // Of an item, the list is not known any more.
  return write(`${name}: ${takesList(type) || name === 'orderBy' ? `[${whole}]` : whole}`)
}

function remedyOfWhere(type: GraphQLInputType, name: string, value: Given): string | undefined {
  if (value.kind === 'list') return write(`${name}: {AND: ${value.literal}}`)
  return isLeaf(value) ? exampleOfWhere(type, `${name}: `, value, '') : undefined
}

/** A filter of the first field that takes such a value, which is the key of most templates. */
function exampleOfWhere(
  type: GraphQLInputType | undefined,
  before: string,
  value: Given,
  after: string,
): string | undefined {
  const field = Object.entries(type ? inputFieldsOf(type) : {}).find(
    ([, one]) => placeOf(one.type) === 'operators',
  )?.[0]
  return field === undefined ? undefined : write(`${before}{${field}: {equals: ${value.literal}}}${after}`)
}

export function write(what: string): string {
  return `Write ${what}.`
}
