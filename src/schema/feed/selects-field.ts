import { type FieldNode, type FragmentDefinitionNode, Kind, type SelectionNode } from 'graphql'

/** Whether a field with that name is selected anywhere below one of these, also if a directive leaves it out. */
export function selectsField(
  name: string,
  nodes: readonly FieldNode[],
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
): boolean {
  const below = (selections: readonly SelectionNode[] = []): boolean =>
    selections.some((selection) => {
      if (selection.kind === Kind.FIELD && selection.name.value === name) return true
      const inside = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection
      return below(inside?.selectionSet?.selections)
    })
  return nodes.some(({ selectionSet }) => below(selectionSet?.selections))
}
