import fc from 'fast-check'
import {
  type GraphQLArgument,
  type GraphQLField,
  GraphQLInputObjectType,
  GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isRequiredArgument,
} from 'graphql'

/** Variables that every generated operation declares, so that arguments and directives may use them. */
const declared = '($two: Int = 2, $one: Int, $yes: Boolean!, $no: Boolean!)'
export const variables = { one: 1, yes: true, no: false }

/**
 * Valid queries of a schema's lists: aliases, fragments, directives, variables, `__typename`, pages and orderings, to
 * the given depth. Root fields with required arguments are left out, and so are those that wait, and the feed of changes, whose cursors tell
 * of the registry.
 */
export function operationOf(schema: GraphQLSchema, depth: number): fc.Arbitrary<string> {
  const type = schema.getQueryType()
  if (!type) throw new Error('the schema has no queries')
  const lists = Object.values(type.getFields()).filter(
    (field) =>
      !/^(templates|changes|await[A-Z].*)$/.test(field.name) &&
      !field.args.some(isRequiredArgument) &&
      isComposite(field),
  )
  return (
    fc
      .array(fc.constantFrom(...lists), { minLength: 1, maxLength: 2 })
      .chain((fields) => fc.tuple(...fields.map((field, i) => fieldOf(field, depth, `root${i}`))))
      // Every declared variable must be used.
      .map((fields) => `query ${declared} { ${fields.join(' ')} ...Used } ${used}`)
  )
}

const used =
  'fragment Used on Query { __typename @include(if: $yes) skipped: __typename @skip(if: $no) never: images(first: $one, last: $two) @include(if: $no) { totalCount } }'

function selectionOf(type: GraphQLObjectType, depth: number, prefix: string): fc.Arbitrary<string> {
  const fields = Object.values(type.getFields()).filter(
    (field) => !field.args.some(isRequiredArgument) && (depth > 0 || !isComposite(field)),
  )
  const chosen = fc.subarray(fields, { minLength: Math.min(1, fields.length), maxLength: Math.min(3, fields.length) })
  return chosen
    .chain((some) =>
      fc.tuple(
        fc.constantFrom('', ' __typename', ` ${prefix}type: __typename`),
        ...some.map((field, i) => fieldOf(field, depth - 1, `${prefix}${i}`)),
      ),
    )
    .chain(([typename, ...some]) => {
      const text = `${some.join(' ')}${typename}` || '__typename'
      return fc.constantFrom(text, text, `... on ${type.name} { ${text} }`, `... @include(if: $yes) { ${text} }`)
    })
    .map((text) => (text.trim() === '' ? '__typename' : text))
}

/** Gives each field its own response key, so that fields are never merged; or leaves the field out. */
function fieldOf(field: GraphQLField<unknown, unknown>, depth: number, key: string): fc.Arbitrary<string> {
  const type = getNamedType(field.type)
  const selection =
    type instanceof GraphQLObjectType ? selectionOf(type, depth, key).map((text) => ` { ${text} }`) : fc.constant('')
  return fc
    .tuple(argumentsOf(field), fc.constantFrom('', '', '', ' @include(if: $yes)', ' @skip(if: $yes)'), selection)
    .map(([args, directive, inner]) => `${key}: ${field.name}${args}${directive}${inner}`)
}

function argumentsOf({ args }: GraphQLField<unknown, unknown>): fc.Arbitrary<string> {
  if (!args.some((argument) => argument.name === 'first') || !args.some((argument) => argument.name === 'orderBy'))
    return fc.constant('')
  const order = orderOf(args.find((argument) => argument.name === 'orderBy'))
  return fc
    .tuple(fc.constantFrom('', 'first: 2', 'first: $two', 'last: 3', 'first: 0'), order)
    .map((parts) => parts.filter((part) => part !== '').join(', '))
    .map((text) => (text === '' ? '' : `(${text})`))
}

function orderOf(argument: GraphQLArgument | undefined): fc.Arbitrary<string> {
  const type = argument && getNamedType(argument.type)
  if (!(type instanceof GraphQLInputObjectType)) return fc.constant('')
  const names = Object.values(type.getFields())
    .filter((field) => getNamedType(field.type).name === 'OrderDirection')
    .map((field) => field.name)
  if (names.length === 0) return fc.constant('')
  return fc
    .tuple(fc.constantFrom(...names), fc.constantFrom('asc', 'desc'))
    .chain(([name, direction]) => fc.constantFrom('', `orderBy: [{${name}: ${direction}}]`))
}

function isComposite(field: GraphQLField<unknown, unknown>): boolean {
  return getNamedType(field.type) instanceof GraphQLObjectType
}
