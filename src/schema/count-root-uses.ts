import { type FieldNode, Kind, type OperationDefinitionNode, type SelectionNode, visit } from 'graphql'

/**
 * How often each variable is certainly used in the arguments of root fields. Merged fields count once; fields
 * with a directive or in a fragment do not count, because they may not run at all.
 */
export function countRootUses(operation: OperationDefinitionNode): ReadonlyMap<string, number> {
  const uses = new Map<string, number>()
  const fields = new Map(operation.selectionSet.selections.filter(isCertain).map((field) => [keyOf(field), field]))
  for (const { arguments: args = [] } of fields.values())
    for (const arg of args)
      visit(arg, { Variable: ({ name }) => void uses.set(name.value, (uses.get(name.value) ?? 0) + 1) })
  return uses
}

function isCertain(selection: SelectionNode): selection is FieldNode {
  return selection.kind === Kind.FIELD && (selection.directives ?? []).length === 0
}

function keyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value
}
