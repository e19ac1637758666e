import {
  type FieldNode,
  type FragmentDefinitionNode,
  getNullableType,
  introspectionTypes,
  isListType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql'
import type { Definition } from './measure-definition.ts'

interface Merging {
  /** The number of pairs of fields with the same response name in the same place, which "field selection merging" must compare. */
  readonly fieldPairs: number
  /** The number of lists selected below `__schema` and `__type`. */
  readonly introspectionLists: number
}

interface Place {
  /** The selection sets that are merged here. */
  readonly sets: readonly SelectionSetNode[]
  readonly introspection: boolean
}

/** `types`, `fields`, `args`, … */
const listsOfIntrospection: ReadonlySet<string> = new Set(
  introspectionTypes.flatMap((type) =>
    isObjectType(type)
      ? Object.values(type.getFields()).flatMap((field) => (isListType(getNullableType(field.type)) ? field.name : []))
      : [],
  ),
)

/**
 * Merges selection sets like execution (GraphQL, section "CollectFields"), but ignores types, and counts.
 * Its time is proportional to the number of fields including fragments: limit these first, and refuse cycles.
 */
export function measureMerging(
  roots: readonly Definition[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Merging {
  let fieldPairs = 0
  let introspectionLists = 0
  const open: Place[] = roots.map((root) => ({ sets: [root.selectionSet], introspection: false }))
  for (let place = open.pop(); place; place = open.pop()) {
    for (const fields of collectFields(place.sets, fragments).values()) {
      fieldPairs += (fields.length * (fields.length - 1)) / 2
      const name = fields[0]?.name.value ?? ''
      if (place.introspection && listsOfIntrospection.has(name)) introspectionLists++
      const sets = fields.flatMap((field) => field.selectionSet ?? [])
      const introspection = place.introspection || name === '__schema' || name === '__type'
      if (sets.length > 0) open.push({ sets, introspection })
    }
  }
  return { fieldPairs, introspectionLists }
}

function collectFields(
  sets: readonly SelectionSetNode[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>()
  const seen = new Set<string>()
  const open = [...sets]
  for (let set = open.pop(); set; set = open.pop()) {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value
        const known = fields.get(name)
        if (known) known.push(selection)
        else fields.set(name, [selection])
      } else if (selection.kind === Kind.INLINE_FRAGMENT) open.push(selection.selectionSet)
      else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value)
        const fragment = fragments.get(selection.name.value)
        if (fragment) open.push(fragment.selectionSet)
      }
    }
  }
  return fields
}
