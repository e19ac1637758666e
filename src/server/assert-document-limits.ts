import { type DocumentNode, type FragmentDefinitionNode, Kind } from 'graphql'
import { assertWithinLimit, type Limits } from '../limits.ts'
import { type Definition, type DefinitionMeasure, measureDefinition } from './measure-definition.ts'
import { measureMerging } from './measure-merging.ts'

/**
 * Throws `LIMIT_EXCEEDED` unless a document is small enough to be validated and run: the time of validation alone
 * grows with the square of repeated fields, and nested fragments multiply. Each count is safe to compute
 * after the earlier checks have passed.
 *
 * @returns `'cyclic'` for a document in which a fragment spreads itself: it has no finite size, and must not run
 */
export function assertDocumentLimits(document: DocumentNode, limits: Limits): 'finite' | 'cyclic' {
  const definitions = document.definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION,
  )
  const fragmentList = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
  const fragments = new Map(fragmentList.map((fragment) => [fragment.name.value, fragment]))
  const measured = new Map(definitions.map((definition) => [definition, measureDefinition(definition)]))
  const measures = [...measured.values()]
  assertWithinLimit('operations', definitions.length - fragmentList.length, limits)
  assertWithinLimit('fragments', fragmentList.length, limits)
  assertWithinLimit('spreads', sum(measures.map(({ spreads }) => spreads.length)), limits)
  assertWithinLimit('variables', largest(definitions.map((one) => one.variableDefinitions?.length ?? 0)), limits)
  assertWithinLimit('jsonDepth', largest(measures.map(({ literalDepth }) => literalDepth)), limits)

  const totals = addSpreads(measured, fragments)
  if (!totals) return 'cyclic'
  // The roots are definitions that nothing spreads: operations, and unused fragments, which are validated as well.
  const spread = new Set<unknown>(measures.flatMap(({ spreads }) => spreads.map(({ name }) => fragments.get(name))))
  const roots = definitions.filter((definition) => !spread.has(definition))
  const count = (name: 'depth' | 'rootFields' | 'aliases' | 'directives' | 'fields') =>
    roots.map((root) => totals.get(root)?.[name] ?? 0)
  assertWithinLimit('depth', largest(count('depth')), limits)
  for (const name of ['rootFields', 'aliases', 'directives', 'fields'] as const)
    assertWithinLimit(name, sum(count(name)), limits)

  const merging = measureMerging(roots, fragments)
  assertWithinLimit('fieldPairs', merging.fieldPairs, limits)
  assertWithinLimit('introspectionLists', merging.introspectionLists, limits)
  return 'finite'
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

function largest(counts: readonly number[]): number {
  return counts.reduce((most, count) => Math.max(most, count), 0)
}

/**
 * Adds to each measure those of the fragments that the definition spreads; undefined if a fragment spreads itself.
 * Recurses along chains of fragments, which are no longer than the limit on fragments.
 */
function addSpreads(
  measured: ReadonlyMap<Definition, DefinitionMeasure>,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): ReadonlyMap<Definition, DefinitionMeasure> | undefined {
  const totals = new Map<Definition, DefinitionMeasure>()
  const open = new Set<Definition>()
  let isCyclic = false
  const add = (definition: Definition): DefinitionMeasure => {
    const total = { ...(measured.get(definition) as DefinitionMeasure) }
    totals.set(definition, total)
    open.add(definition)
    for (const { name, depth } of total.spreads) {
      const fragment = fragments.get(name)
      if (!fragment) continue
      if (open.has(fragment)) isCyclic = true
      const inner = totals.get(fragment) ?? add(fragment)
      total.fields += inner.fields
      total.aliases += inner.aliases
      total.directives += inner.directives
      total.depth = Math.max(total.depth, depth + inner.depth)
      if (depth === 0) total.rootFields += inner.rootFields
    }
    open.delete(definition)
    return total
  }
  for (const definition of measured.keys()) if (!totals.has(definition)) add(definition)
  return isCyclic ? undefined : totals
}
