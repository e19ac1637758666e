import { type DocumentNode, Kind, parse, print } from 'graphql'

const asked = '_throughGraphqlJs'

/** The same query with a root field that needs graphql-js, so that graphql-js runs all root fields. */
export function throughGraphqlJs(query: string): string {
  const document = parse(query)
  const [selection] = selectionsOf(parse(`{ ${asked}: templates { name } }`))
  const definitions = document.definitions.map((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION && selection
      ? {
          ...definition,
          selectionSet: { ...definition.selectionSet, selections: [...definition.selectionSet.selections, selection] },
        }
      : definition,
  )
  return print({ ...document, definitions })
}

/** The answer without that root field. */
export function withoutAdded<Answer extends { readonly data?: unknown }>(answer: Answer): Answer {
  if (typeof answer.data !== 'object' || answer.data === null) return answer
  const { [asked]: _, ...data } = answer.data as Record<string, unknown>
  return { ...answer, data }
}

function selectionsOf({ definitions: [definition] }: DocumentNode) {
  return definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections : []
}
