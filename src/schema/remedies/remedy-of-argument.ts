import {
  type GraphQLArgument,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isRequiredArgument,
} from 'graphql'
import { didYouMean } from '../../template/suggest.ts'
import { parameterOf } from './elsewhere.ts'
import type { Given } from './given.ts'
import { inputFieldsOf, placeOf, takesList } from './input-places.ts'
import { directionOf, remedyOfValue, splitSuffix, write, writeEntry } from './remedy-of-input.ts'
import { type AnyField, listRootFields } from './root-fields.ts'

/** They count objects, where a page begins with a cursor here. */
const offsets: ReadonlySet<string> = new Set(['offset', 'skip', 'page', 'start'])

/** What to write instead of an argument that a field does not have; undefined if nobody can know. */
export function remedyOfArgument(
  parent: GraphQLObjectType,
  field: AnyField,
  name: string,
  value: Given,
): string | undefined {
  const known = field.args.map((argument) => argument.name)
  const find = (wanted: string) => field.args.find((argument) => argument.name === wanted)
  const parameter = parameterOf(name, known)
  if (parameter === 'after' && offsets.has(name))
    return 'There is no offset: take pageInfo { endCursor } of the page before, and give it as after.'
  if (parameter !== undefined) return remedyOfParameter(field, find(parameter), value)
  return (
    remedyOfInput(field, find('input'), name, value) ??
    remedyOfFilter(field, find('where'), name, value) ??
    remedyOfSibling(parent, field, name, value) ??
    didYouMean(name, known)
  )
}

/** What to write instead of a value of an argument that belongs into another one, or to another field. */
export function remedyOfArgumentValue(
  schema: GraphQLSchema,
  field: AnyField,
  name: string,
  value: Given,
): string | undefined {
  if (name === 'input' && value.kind === 'list') {
    const many = listRootFields(schema).find(({ upsertOne }) => upsertOne === field)?.upsertMany
    return many && write(`${many.name}(input: ${value.literal})`)
  }
  const where = field.args.find((argument) => argument.name === 'where')
  const type = where && inputFieldsOf(where.type)[name]?.type
  const operators = Object.keys(type ? inputFieldsOf(type) : {})
  const [first] = value.entries
  // The key of a reference may have fields of the same names as the filter of its target.
  const isOperator = type && (placeOf(type) !== 'where' || first?.[1].kind === 'object')
  const isFilter = first !== undefined && first[0] !== 'equals' && operators.includes(first[0]) && isOperator
  return isFilter ? write(`${field.name}(where: {${name}: ${value.literal}})`) : undefined
}

/** The value under another name: corrected, if its form is another one as well. */
function remedyOfParameter(field: AnyField, argument: GraphQLArgument | undefined, value: Given): string | undefined {
  if (!argument) return undefined
  const { name, type } = argument
  const entries = value.entries.map(([one, inner]) => writeEntry(type, one, inner))
  switch (name) {
    case 'where':
      return write(`where: ${entries.length > 0 ? `{${entries.join(', ')}}` : '{…}'}`)
    case 'latestPer':
      return write(`latestPer: ${value.kind === 'word' || value.kind === 'text' ? `[${value.says}]` : value.literal}`)
    case 'orderBy': {
      const [first] = (value.kind === 'list' ? value.items[0] : value)?.entries ?? []
      const known = Object.keys(inputFieldsOf(type))
      if (!first || !known.includes(first[0])) return remedyOfValue(type, name, value)
      return write(`orderBy: [{${first[0]}: ${directionOf(first[1].says) ?? 'asc'}}]`)
    }
    default: {
      const isBare = takesList(type) && value.kind === 'object'
      return write(`${field.name}(${name}: ${isBare ? `[${value.literal}]` : value.literal})`)
    }
  }
}

/** `upsertImage(name: "a")` */
function remedyOfInput(
  field: AnyField,
  input: GraphQLArgument | undefined,
  name: string,
  value: Given,
): string | undefined {
  if (!input) return undefined
  const fields = Object.keys(inputFieldsOf(input.type))
  // PostGraphile and others name the argument after the type.
  const isObject = value.kind === 'object' && value.entries.every(([one]) => fields.includes(one))
  const inside = fields.includes(name) ? `{${name}: ${value.literal}}` : isObject ? value.literal : undefined
  if (inside === undefined) return undefined
  return write(`${field.name}(input: ${takesList(input.type) ? `[${inside}]` : inside})`)
}

/** `deleteImages(name: "a")` */
function remedyOfFilter(
  field: AnyField,
  where: GraphQLArgument | undefined,
  name: string,
  value: Given,
): string | undefined {
  if (!where) return undefined
  const fields = inputFieldsOf(where.type)
  const suffixed = splitSuffix(fields, name, value)
  if (suffixed !== undefined) return write(`${field.name}(where: ${suffixed})`)
  return Object.hasOwn(fields, name)
    ? write(`${field.name}(where: {${writeEntry(where.type, name, value)}})`)
    : undefined
}

/** `image(where: …)` is for the list of the same objects, and `image(uuid: …)` for any object. */
function remedyOfSibling(parent: GraphQLObjectType, field: AnyField, name: string, value: Given): string | undefined {
  const type = getNamedType(field.type)
  const siblings = Object.values(parent.getFields())
  if ((name === 'uuid' || name === 'id') && 'object' in parent.getFields())
    return write(`object(uuid: ${value.literal})`)
  const isOfSame = ({ name: argument, type: given }: GraphQLArgument) =>
    argument === 'where' && getNamedType(given).name === `${type.name}Where`
  const list = siblings.find((one) => one.args.some(isOfSame))
  const listed = list?.args.map((argument) => argument.name) ?? []
  const parameter = listed.includes(name) ? name : parameterOf(name, listed)
  if (!list || parameter === undefined) return undefined
  const key = field.args.filter(isRequiredArgument).map((one) => `${one.name}: …`)
  const selection = getNamedType(list.type).name === 'Int' ? '' : ' { nodes { … } }'
  return `${field.name} takes the key, ${field.name}(${key.join(', ')}); write ${list.name}(${parameter}: ${value.literal})${selection}.`
}
