import { type ASTNode, type DocumentNode, Kind, type VariableNode, visit } from 'graphql'
import type { Path } from '../errors.ts'

/** For each node inside an argument: its path from the argument inwards, `['input', 3, 'lts']`. */
export function findLiteralPaths(document: DocumentNode, wanted: readonly ASTNode[]): Map<ASTNode, Path> {
  const left = new Set(wanted)
  const found = new Map<ASTNode, Path>()
  if (left.size === 0) return found
  visit(document, {
    enter(node, _key, parent, _path, ancestors) {
      if (left.has(node)) found.set(node, toPath(parent ? [...ancestors, parent, node] : [node]))
    },
  })
  return found
}

/** The first use of each variable: its path from the argument inwards, `input` for `upsertImage(input: $image)`. */
export function findVariablePlaces(document: DocumentNode): Map<string, Path> {
  const uses = new Map<string, VariableNode>()
  visit(document, {
    VariableDefinition: () => false,
    Variable(node) {
      if (!uses.has(node.name.value)) uses.set(node.name.value, node)
    },
  })
  const paths = findLiteralPaths(document, [...uses.values()])
  return new Map(
    [...uses].flatMap(([name, node]) => (paths.get(node)?.length ? [[name, paths.get(node) as Path]] : [])),
  )
}

/** `line` has the nodes, and the lists of nodes between them, from the document inwards. */
function toPath(line: readonly (ASTNode | readonly ASTNode[])[]): Path {
  const path: (string | number)[] = []
  line.forEach((step, index) => {
    if ('kind' in step) {
      if (step.kind === Kind.ARGUMENT || step.kind === Kind.OBJECT_FIELD) path.push(step.name.value)
      return
    }
    const owner = line[index - 1] as ASTNode
    if (owner.kind === Kind.LIST) path.push(step.indexOf(line[index + 1] as ASTNode))
  })
  return path
}
