import { GraphQLError, GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql'
import { type Scalar, ValueError } from '../template/field-types/field-type.ts'
import { fieldTypes } from '../template/field-types/field-types.ts'
import { quote } from '../template/quote.ts'

/** The scalars of the field types, in addition to GraphQL's own. Output values are already in their stored form. */
export const scalars: readonly GraphQLScalarType[] = Object.values(fieldTypes).flatMap(({ scalar }) =>
  typeof scalar === 'string' ? [] : [createScalar(scalar)],
)

function createScalar({ name, description, specifiedBy, takesFractions, parse }: Scalar): GraphQLScalarType {
  if (!parse) {
    return new GraphQLScalarType({
      name,
      description,
      specifiedByURL: specifiedBy,
      parseValue: (value) => value,
      parseLiteral: valueFromASTUntyped,
    })
  }
  // GraphQL adds the node to other errors, but not to GraphQLErrors.
  const parseAt = (value: unknown, nodes: ValueNode | null) => {
    try {
      return parse(value)
    } catch (error) {
      throw error instanceof ValueError ? new GraphQLError(`${name}: ${error.message}`, { nodes }) : error
    }
  }
  return new GraphQLScalarType({
    name,
    description,
    specifiedByURL: specifiedBy,
    parseValue: (value) => parseAt(value, null),
    parseLiteral(node: ValueNode) {
      if (node.kind === Kind.STRING || (takesFractions && node.kind === Kind.FLOAT)) return parseAt(node.value, node)
      if (node.kind === Kind.INT) return parseAt(parseWhole(node.value), node)
      throw new GraphQLError(`${name} must be a text, not ${quote(valueFromASTUntyped(node))}`, { nodes: node })
    },
  })
}

/** A number if it is exact, else a bigint: a number would round long digits. */
function parseWhole(digits: string): number | bigint {
  return Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits)
}
