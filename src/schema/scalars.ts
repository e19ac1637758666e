import { GraphQLError, GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql'
import { parseBigint } from '../template/field-types/bigint.ts'
import { parseDate } from '../template/field-types/date.ts'
import { parseDatetime } from '../template/field-types/datetime.ts'
import { ValueError } from '../template/field-types/field-type.ts'
import { parseUuid } from '../template/field-types/uuid.ts'
import { quote } from '../template/quote.ts'

/** The scalars beside GraphQL's own. What goes out is in its stored form already. */
export const scalars: readonly GraphQLScalarType[] = [
  createScalar(
    'BigInt',
    'A whole number of 64 bits. Given as text of digits, or as a number where that is exact; returned as text.',
    parseBigint,
  ),
  createScalar(
    'DateTime',
    'A moment in RFC 3339, such as `2026-11-22T07:57:31Z`. A date alone (midnight UTC) and milliseconds since 1970 are taken as well; returned in UTC.',
    parseDatetime,
  ),
  createScalar('Date', 'A day of the calendar, such as `2026-11-22`.', parseDate),
  createScalar('UUID', 'A UUID, such as `b7205949-344b-4e51-a4a8-3d69ef43c8c7`.', parseUuid),
  new GraphQLScalarType({
    name: 'JSON',
    description: 'Any JSON value.',
    parseValue: (value) => value,
    parseLiteral: parseJsonLiteral,
  }),
]

function createScalar(name: string, description: string, parse: (value: unknown) => string): GraphQLScalarType {
  // GraphQL adds the node to other errors, but passes its own on as they are.
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
    parseValue: (value) => parseAt(value, null),
    parseLiteral(node: ValueNode) {
      if (node.kind === Kind.STRING) return parseAt(node.value, node)
      // Number would round a long one; a text of digits does not.
      if (node.kind === Kind.INT) return parseAt(name === 'BigInt' ? node.value : Number(node.value), node)
      throw new GraphQLError(`${name} takes a text, not ${quote(valueFromASTUntyped(node))}`, { nodes: node })
    },
  })
}

function parseJsonLiteral(node: ValueNode, variables?: Readonly<Record<string, unknown>> | null): unknown {
  return valueFromASTUntyped(node, variables)
}
