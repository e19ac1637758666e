import { type FieldNode, type FragmentDefinitionNode, print, visit } from 'graphql'

/**
 * A text that is the same for the same root field with the same arguments and selection: names, the arguments' values, the selection with
 * its fragments, and the values of the variables that it uses.
 */
export function describeRequest(
  nodes: readonly FieldNode[],
  args: Readonly<Record<string, unknown>>,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
  variables: Readonly<Record<string, unknown>>,
): string {
  const used = new Map<string, string>()
  const values = new Map<string, unknown>()
  const follow = (node: FieldNode | FragmentDefinitionNode) => {
    for (const part of [node.selectionSet, ...(node.directives ?? [])]) {
      if (!part) continue
      visit(part, {
        Variable({ name }) {
          values.set(name.value, variables[name.value])
        },
        FragmentSpread({ name }) {
          const fragment = fragments[name.value]
          if (!fragment || used.has(name.value)) return
          used.set(name.value, print(fragment))
          follow(fragment)
        },
      })
    }
  }
  for (const node of nodes) follow(node)
  const selections = nodes.map(({ name, selectionSet }) => [name.value, selectionSet && print(selectionSet)])
  return JSON.stringify([selections, args, [...used], [...values]], inOrder)
}

/** Objects with their attributes by name, so that their order does not matter. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
}
