import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLInterfaceType,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
} from 'graphql'
import { didYouMean } from '../../template/suggest.ts'
import { fieldsElsewhere } from './elsewhere.ts'
import { givenNode } from './given.ts'
import { inputFieldsOf } from './input-places.ts'
import { printCall, printField, printSelection } from './print-selection.ts'
import { remedyOfRoot } from './remedy-of-root.ts'
import { type AnyField, nodesOf } from './root-fields.ts'

/** Around one object, other APIs have these as they have them around several. */
const listWords: ReadonlySet<string> = new Set(['nodes', 'node', 'edges', 'items', 'data', 'results'])

/** What to write instead of a field that a type does not have. `outer` is the name of the field whose type it is, if that is known. */
export function remedyOfField(
  schema: GraphQLSchema,
  parent: GraphQLCompositeType,
  node: FieldNode,
  outer: string | undefined,
): string | undefined {
  const name = node.name.value
  if (isInterfaceType(parent))
    return remedyOfFragment(schema, parent, name) ?? didYouMean(name, Object.keys(parent.getFields()))
  if (!isObjectType(parent)) return undefined
  if (parent === schema.getQueryType() || parent === schema.getMutationType()) return remedyOfRoot(schema, parent, node)
  const around = (path: readonly string[], inner: string) =>
    [...(outer === undefined ? [] : [outer]), ...path].reduceRight((inside, one) => `${one} { ${inside} }`, inner)
  const inside = findInside(parent, name)
  if (inside !== undefined) return `It is inside ${inside}: ${around([inside], printField(node))}`
  const paths = Object.hasOwn(fieldsElsewhere, name) ? fieldsElsewhere[name] : undefined
  // Inside of _meta, only the last name is another one.
  const path = paths?.flatMap((one) => [one, one.slice(-1)]).find((one) => one[0] !== name && follow(parent, one))
  if (path) {
    const isLeaf = isLeafField(follow(parent, path))
    return `Write ${around(path.slice(0, -1), `${path.at(-1)}${isLeaf ? '' : ` ${printSelection(node)}`}`)}.`
  }
  const isEdge = Object.hasOwn(parent.getFields(), 'node')
  if (listWords.has(name) && node.selectionSet && outer !== undefined && !isEdge)
    return `Leave out ${name}: ${outer} ${printSelection(node)}`
  return didYouMean(name, Object.keys(parent.getFields()))
}

/** The field, of an object or a list, whose type has this one. That of a list comes first. */
function findInside(parent: GraphQLObjectType, name: string): string | undefined {
  return Object.values(parent.getFields()).find(({ type, args }) => {
    const named = getNamedType(type)
    return args.length === 0 && isObjectType(named) && Object.hasOwn(named.getFields(), name)
  })?.name
}

function follow(parent: GraphQLObjectType, path: readonly string[]): AnyField | undefined {
  let field: AnyField | undefined
  let type: GraphQLOutputType = parent
  for (const name of path) {
    const named: GraphQLNamedOutputType = getNamedType(type)
    field = isObjectType(named) && Object.hasOwn(named.getFields(), name) ? named.getFields()[name] : undefined
    if (!field) return undefined
    type = field.type
  }
  return field
}

function isLeafField(field: AnyField | undefined): boolean {
  return field !== undefined && !isObjectType(getNamedType(field.type))
}

function remedyOfFragment(schema: GraphQLSchema, parent: GraphQLInterfaceType, name: string): string | undefined {
  const first = schema.getPossibleTypes(parent).find((type) => Object.hasOwn(type.getFields(), name))
  return first && `Did you mean to use an inline fragment, such as ... on ${first.name} { ${name} }?`
}

/** What to write for a field of objects without a selection. */
export function remedyOfMissingSelection(field: AnyField): string | undefined {
  const type = nodesOf(field) ?? getNamedType(field.type)
  const leaf = isObjectType(type)
    ? Object.values(type.getFields()).find((one) => isLeafField(one) && one.name !== 'id' && !one.name.startsWith('_'))
    : undefined
  if (!leaf) return undefined
  return `Write ${field.name} { ${nodesOf(field) ? `nodes { ${leaf.name} }` : leaf.name} }.`
}

/** What to write for a field of one object without its key: the key, or the list of the same objects. */
export function remedyOfMissingArguments(
  parent: GraphQLObjectType,
  field: AnyField,
  node: FieldNode,
): string | undefined {
  const input = field.args.find(({ name }) => name === 'input')
  if (input) {
    const fields = inputFieldsOf(input.type)
    const [first, ...more] =
      node.arguments?.filter(({ name }) => !field.args.some((argument) => argument.name === name.value)) ?? []
    // Prisma's data, Hasura's object: the input under another name.
    const renamed = first && more.length === 0 && !Object.hasOwn(fields, first.name.value) && givenNode(first.value)
    if (renamed && renamed.kind === 'object') return `Write ${field.name}(input: ${renamed.literal}).`
    const others = node.arguments?.filter(({ name }) => Object.hasOwn(fields, name.value)) ?? []
    const entries = others.map(({ name, value }) => `${name.value}: ${givenNode(value).literal}`)
    return `Write ${field.name}(input: {${entries.join(', ') || '…'}}).`
  }
  const type = getNamedType(field.type)
  const list = Object.values(parent.getFields()).find((one) => nodesOf(one) === type)
  return list && `Write ${printCall(field)} for one of them, or ${list.name} { nodes ${printSelection(node)} } for all.`
}
