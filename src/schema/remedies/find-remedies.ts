import {
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLError,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  Kind,
  type NamedTypeNode,
  TypeInfo,
  type ValueNode,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { didYouMean } from '../../template/suggest.ts'
import { scalarOf, typeEndingsElsewhere } from './elsewhere.ts'
import { givenNode } from './given.ts'
import { remedyOfArgument, remedyOfArgumentValue } from './remedy-of-argument.ts'
import { remedyOfField, remedyOfMissingArguments, remedyOfMissingSelection } from './remedy-of-field.ts'
import { remedyOfEntry, remedyOfValue } from './remedy-of-input.ts'

type Step = ASTNode | readonly ASTNode[]

/** What to write instead, as sentences, for the nodes of errors of validation, where it is known. */
export function findRemedies(
  schema: GraphQLSchema,
  document: DocumentNode,
  errors: readonly GraphQLError[],
): ReadonlyMap<ASTNode, string> {
  const left = new Set(errors.flatMap(({ nodes }) => nodes?.[0] ?? []))
  const found = new Map<ASTNode, string>()
  if (left.size === 0) return found
  const info = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(info, {
      enter(node, _key, parent, _path, ancestors) {
        if (!left.has(node)) return
        const remedy = remedyOf(node, info, schema, parent ? [...ancestors, parent] : ancestors)
        if (remedy !== undefined) found.set(node, remedy)
      },
    }),
  )
  return found
}

function remedyOf(node: ASTNode, info: TypeInfo, schema: GraphQLSchema, around: readonly Step[]): string | undefined {
  switch (node.kind) {
    case Kind.FIELD:
      return ofField(node, info, schema, around)
    case Kind.ARGUMENT: {
      const [parent, field] = [info.getParentType(), info.getFieldDef()]
      if (!isObjectType(parent) || !field || info.getArgument()) return undefined
      return remedyOfArgument(parent, field, node.name.value, givenNode(node.value))
    }
    case Kind.OBJECT_FIELD: {
      const type = getNamedType(info.getParentInputType())
      return isInputObjectType(type) ? remedyOfEntry(type, node.name.value, givenNode(node.value)) : undefined
    }
    case Kind.NAMED_TYPE:
      return remedyOfType(node, schema)
    case Kind.STRING:
    case Kind.INT:
    case Kind.FLOAT:
    case Kind.BOOLEAN:
    case Kind.ENUM:
    case Kind.LIST:
    case Kind.OBJECT:
      return ofValue(node, info, schema, around)
    default:
      return undefined
  }
}

/** It does not exist, lacks an argument, or lacks a selection. */
function ofField(node: FieldNode, info: TypeInfo, schema: GraphQLSchema, around: readonly Step[]): string | undefined {
  const [parent, field] = [info.getParentType(), info.getFieldDef()]
  if (!parent) return undefined
  if (!field) return remedyOfField(schema, parent, node, nearest(around, Kind.FIELD))
  const given = new Set(node.arguments?.map(({ name }) => name.value))
  if (field.args.some((argument) => isRequiredArgument(argument) && !given.has(argument.name)))
    return isObjectType(parent) ? remedyOfMissingArguments(parent, field, node) : undefined
  const isMissing = !node.selectionSet && !isLeafType(getNamedType(field.type))
  return isMissing ? remedyOfMissingSelection(field) : undefined
}

function ofValue(node: ValueNode, info: TypeInfo, schema: GraphQLSchema, around: readonly Step[]): string | undefined {
  // In a list where none is wanted, the type is still that of the value as a whole.
  const type = node.kind === Kind.LIST ? (info.getParentInputType() ?? info.getInputType()) : info.getInputType()
  const name = nearest(around, Kind.OBJECT_FIELD, Kind.ARGUMENT)
  if (!type || name === undefined) return undefined
  const value = givenNode(node)
  const field = info.getFieldDef()
  const isArgument = field && nearest(around, Kind.OBJECT_FIELD) === undefined
  return (
    (isArgument ? remedyOfArgumentValue(schema, field, name, value) : undefined) ?? remedyOfValue(type, name, value)
  )
}

/** The name of the nearest node of these kinds. */
function nearest(around: readonly Step[], ...kinds: readonly Kind[]): string | undefined {
  const node = around.findLast((step): step is ASTNode => 'kind' in step && kinds.includes(step.kind))
  return node && 'name' in node && node.name ? (node.name as { value: string }).value : undefined
}

/** `ImageFilter`, `images_bool_exp`, `uuid` */
function remedyOfType({ name: { value: name } }: NamedTypeNode, schema: GraphQLSchema): string | undefined {
  const known = Object.keys(schema.getTypeMap()).filter((one) => !one.startsWith('__'))
  const scalar = scalarOf(name, known)
  if (scalar !== undefined) return `Write ${scalar}.`
  for (const [ending, others] of Object.entries(typeEndingsElsewhere)) {
    for (const other of others.filter((one) => name.endsWith(one))) {
      const stem = plain(name.slice(0, -other.length))
      const meant = known.find(
        (one) => one.endsWith(ending) && [stem, stem.replace(/s$/, '')].includes(plain(one.slice(0, -ending.length))),
      )
      if (meant !== undefined) return `Write ${meant}.`
    }
  }
  return didYouMean(name, known)
}

function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase()
}
