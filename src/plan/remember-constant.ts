import { type ASTNode, type FieldNode, type FragmentDefinitionNode, type GraphQLObjectType, Kind, visit } from 'graphql'
import type { ObjectSelection } from './plan.ts'
import type { PlanContext } from './plan-selection.ts'

const known = new WeakMap<FieldNode, WeakMap<GraphQLObjectType, ObjectSelection>>()
const variableUse = new WeakMap<ASTNode, boolean>()

/**
 * A selection that no variable has a part in is the same in every request with the same document, which the server
 * keeps parsed. It is planned once, and what is compiled of it can be found by its identity.
 */
export function rememberConstant(
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  { info: { fragments } }: PlanContext,
  plan: () => ObjectSelection,
): ObjectSelection {
  const [node] = nodes
  if (!node || nodes.length > 1 || (node.selectionSet && usesVariables(node.selectionSet, fragments))) return plan()
  const ofTypes = known.get(node) ?? new WeakMap<GraphQLObjectType, ObjectSelection>()
  known.set(node, ofTypes)
  const selection = ofTypes.get(type) ?? { ...plan(), isConstant: true }
  ofTypes.set(type, selection)
  return selection
}

/** Whether a variable stands anywhere below, in the fragments too that are spread there. */
function usesVariables(node: ASTNode, fragments: Readonly<Record<string, FragmentDefinitionNode>>): boolean {
  const found = variableUse.get(node)
  if (found !== undefined) return found
  let uses = false
  visit(node, {
    enter(inner) {
      if (inner.kind === Kind.VARIABLE) uses = true
      if (inner.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments[inner.name.value]
        if (fragment && usesVariables(fragment, fragments)) uses = true
      }
    },
  })
  variableUse.set(node, uses)
  return uses
}
