import {
  type ASTNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  Source,
  visit,
} from 'graphql'
import { defaultLimits } from '../../limits.ts'
import { parseBounded } from '../../server/parse-bounded.ts'
import { readTextFile } from '../read-text-file.ts'

/** An operation of a file, with the fragments that it uses. */
export interface SavedOperation {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly name: string | null
  /** `query Images`, or `query` if it has no name. */
  readonly title: string
  readonly document: DocumentNode
}

/** A file that is not GraphQL, and why. */
export interface UnparsedFile {
  readonly file: string
  readonly line: number
  readonly message: string
}

interface SavedFragment {
  readonly file: string
  readonly definition: FragmentDefinitionNode
}

/**
 * Reads the operations of files. An operation may use the fragments of all files, its own file's first. Definitions of types
 * are left out.
 */
export async function readOperations(
  files: readonly string[],
): Promise<{ readonly operations: readonly SavedOperation[]; readonly unparsed: readonly UnparsedFile[] }> {
  const operations: { readonly file: string; readonly definition: OperationDefinitionNode }[] = []
  const fragments: SavedFragment[] = []
  const unparsed: UnparsedFile[] = []
  for (const file of files) {
    const parsed = parseFile(file, await readTextFile(file))
    if ('message' in parsed) unparsed.push(parsed)
    else
      for (const definition of parsed.definitions) {
        if (definition.kind === Kind.OPERATION_DEFINITION) operations.push({ file, definition })
        if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.push({ file, definition })
      }
  }
  return {
    operations: operations.map(({ file, definition }) => ({
      file,
      line: definition.loc?.startToken.line ?? 1,
      name: definition.name?.value ?? null,
      title: [definition.operation, definition.name?.value].filter(Boolean).join(' '),
      document: {
        kind: Kind.DOCUMENT,
        definitions: [definition, ...listFragments(definition, file, fragments)],
      },
    })),
    unparsed,
  }
}

function parseFile(file: string, text: string): DocumentNode | UnparsedFile {
  try {
    return parseBounded(new Source(text, file), undefined, defaultLimits)
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    return { file, line: error.locations?.[0]?.line ?? 1, message: error.message }
  }
}

/** The fragments that an operation uses, also through others. If several files have one of the name, validation will say so. */
function listFragments(
  operation: OperationDefinitionNode,
  file: string,
  fragments: readonly SavedFragment[],
): readonly FragmentDefinitionNode[] {
  const used = new Set<SavedFragment>()
  const collect = (node: ASTNode, from: string): void => {
    visit(node, {
      FragmentSpread({ name }) {
        const all = fragments.filter(({ definition }) => definition.name.value === name.value)
        const own = all.filter((fragment) => fragment.file === from)
        for (const fragment of own.length > 0 ? own : all) {
          if (used.has(fragment)) continue
          used.add(fragment)
          collect(fragment.definition, fragment.file)
        }
      },
    })
  }
  collect(operation, file)
  return [...used].map(({ definition }) => definition)
}
