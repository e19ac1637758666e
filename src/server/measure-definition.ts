import { type ASTNode, type FragmentDefinitionNode, Kind, type OperationDefinitionNode } from 'graphql'

/** The measures of one operation or fragment, not including the fragments that it spreads. */
export interface DefinitionMeasure {
  readonly fields: number
  readonly rootFields: number
  readonly aliases: number
  readonly directives: number
  readonly depth: number
  readonly literalDepth: number
  /** The fragments it spreads, each with the depth of the field around it; 0 at the root. */
  readonly spreads: readonly { readonly name: string; readonly depth: number }[]
}

interface Visit {
  readonly node: ASTNode
  /** Fields around the node. */
  readonly depth: number
  /** Lists and objects of a literal around the node. */
  readonly literalDepth: number
}

/** Counts a definition in one walk without recursion. */
export function measureDefinition(definition: OperationDefinitionNode | FragmentDefinitionNode): DefinitionMeasure {
  const measure = { fields: 0, rootFields: 0, aliases: 0, directives: 0, depth: 0, literalDepth: 0 }
  const spreads: { name: string; depth: number }[] = []
  const open: Visit[] = []
  const visit = (nodes: readonly ASTNode[] | undefined, depth: number, literalDepth = 0) => {
    for (const node of nodes ?? []) open.push({ node, depth, literalDepth })
  }
  visit(definition.variableDefinitions, 0)
  visit(definition.directives, 0)
  visit(definition.selectionSet.selections, 0)
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, depth, literalDepth } = next
    switch (node.kind) {
      case Kind.FIELD:
        measure.fields++
        if (depth === 0) measure.rootFields++
        if (node.alias) measure.aliases++
        measure.depth = Math.max(measure.depth, depth + 1)
        visit(node.arguments, depth)
        visit(node.directives, depth)
        visit(node.selectionSet?.selections, depth + 1)
        break
      case Kind.INLINE_FRAGMENT:
        visit(node.directives, depth)
        visit(node.selectionSet.selections, depth)
        break
      case Kind.FRAGMENT_SPREAD:
        spreads.push({ name: node.name.value, depth })
        visit(node.directives, depth)
        break
      case Kind.DIRECTIVE:
        measure.directives++
        visit(node.arguments, depth)
        break
      case Kind.VARIABLE_DEFINITION:
        visit(node.directives, depth)
        if (node.defaultValue) visit([node.defaultValue], depth)
        break
      case Kind.ARGUMENT:
      case Kind.OBJECT_FIELD:
        visit([node.value], depth, literalDepth)
        break
      case Kind.LIST:
        measure.literalDepth = Math.max(measure.literalDepth, literalDepth + 1)
        visit(node.values, depth, literalDepth + 1)
        break
      case Kind.OBJECT:
        measure.literalDepth = Math.max(measure.literalDepth, literalDepth + 1)
        visit(node.fields, depth, literalDepth + 1)
        break
      default:
    }
  }
  return { ...measure, spreads }
}
