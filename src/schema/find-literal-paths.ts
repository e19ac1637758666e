import { type ASTNode, type DocumentNode, Kind, visit } from 'graphql'
import type { Path } from '../errors.ts'

type Step = ASTNode | readonly ASTNode[]

/** For each node inside an argument: its path from the argument inwards, `['input', 3, 'lts']`. */
export function findLiteralPaths(document: DocumentNode, wanted: readonly ASTNode[]): Map<ASTNode, Path> {
  const left = new Set(wanted)
  const found = new Map<ASTNode, Path>()
  if (left.size === 0) return found
  visit(document, {
    enter(node, _key, parent, _path, ancestors) {
      if (left.has(node)) found.set(node, toPath(node, parent, ancestors))
    },
  })
  return found
}

/** The first use of each variable: its path from the argument inwards, `input` for `upsertImage(input: $image)`. */
export function findVariablePlaces(document: DocumentNode): Map<string, Path> {
  const places = new Map<string, Path>()
  visit(document, {
    VariableDefinition: () => false,
    Variable(node, _key, parent, _path, ancestors) {
      if (!places.has(node.name.value)) places.set(node.name.value, toPath(node, parent, ancestors))
    },
  })
  return places
}

/** The ancestors are the nodes outside the parent, and the lists of nodes between them, from the document inwards. */
function toPath(node: ASTNode, parent: Step | undefined, ancestors: readonly Step[]): Path {
  const line = parent ? [...ancestors, parent, node] : [node]
  return line.flatMap((step, index) => {
    if ('kind' in step) return step.kind === Kind.ARGUMENT || step.kind === Kind.OBJECT_FIELD ? step.name.value : []
    const owner = line[index - 1] as ASTNode
    return owner.kind === Kind.LIST ? step.indexOf(line[index + 1] as ASTNode) : []
  })
}
