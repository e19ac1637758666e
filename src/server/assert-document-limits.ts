import { type DocumentNode, type FragmentDefinitionNode, Kind, type OperationDefinitionNode } from 'graphql'
import { assertWithinLimit, type Limits } from '../limits.ts'
import { type DefinitionMeasure, measureDefinition } from './measure-definition.ts'
import { measureMerging } from './measure-merging.ts'

type Definition = OperationDefinitionNode | FragmentDefinitionNode
type Totals = Pick<DefinitionMeasure, 'fields' | 'rootFields' | 'aliases' | 'directives' | 'depth'>

interface MeasuredDocument {
  readonly measures: ReadonlyMap<Definition, DefinitionMeasure>
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
}

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
  const measures = new Map<Definition, DefinitionMeasure>()
  for (const definition of definitions) measures.set(definition, measureDefinition(definition))
  const largest = (count: (measure: DefinitionMeasure, definition: Definition) => number) => {
    let most = 0
    for (const [definition, measure] of measures) most = Math.max(most, count(measure, definition))
    return most
  }
  assertWithinLimit('operations', definitions.length - fragmentList.length, limits)
  assertWithinLimit('fragments', fragmentList.length, limits)
  assertWithinLimit(
    'spreads',
    sum(measures.values(), (measure) => measure.spreads.length),
    limits,
  )
  assertWithinLimit(
    'variables',
    largest((_, definition) => definition.variableDefinitions?.length ?? 0),
    limits,
  )
  assertWithinLimit(
    'jsonDepth',
    largest((measure) => measure.literalDepth),
    limits,
  )

  const measured = { measures, fragments }
  if (hasCycle(measured)) return 'cyclic'

  // The roots are definitions that nothing spreads: operations, and unused fragments, which are validated as well.
  const spread = new Set([...measures.values()].flatMap((measure) => measure.spreads.map(({ name }) => name)))
  const roots = definitions.filter(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION ||
      !spread.has(definition.name.value) ||
      fragments.get(definition.name.value) !== definition,
  )
  const memo = new Map<FragmentDefinitionNode, Totals>()
  const totals = roots.map((root) => totalWithSpreads(root, measured, memo))
  assertWithinLimit('depth', Math.max(0, ...totals.map((total) => total.depth)), limits)
  assertWithinLimit(
    'rootFields',
    sum(totals, (total) => total.rootFields),
    limits,
  )
  assertWithinLimit(
    'aliases',
    sum(totals, (total) => total.aliases),
    limits,
  )
  assertWithinLimit(
    'directives',
    sum(totals, (total) => total.directives),
    limits,
  )
  assertWithinLimit(
    'fields',
    sum(totals, (total) => total.fields),
    limits,
  )

  const merging = measureMerging(roots, fragments)
  assertWithinLimit('fieldPairs', merging.fieldPairs, limits)
  assertWithinLimit('introspectionLists', merging.introspectionLists, limits)
  return 'finite'
}

function sum<T>(items: Iterable<T>, count: (item: T) => number): number {
  let total = 0
  for (const item of items) total += count(item)
  return total
}

/** Recurses along chains of fragments, which are no longer than the limit on fragments. */
function totalWithSpreads(
  definition: Definition,
  document: MeasuredDocument,
  memo: Map<FragmentDefinitionNode, Totals>,
): Totals {
  const measure = document.measures.get(definition) as DefinitionMeasure
  const totals = { ...measure }
  for (const { name, depth } of measure.spreads) {
    const fragment = document.fragments.get(name)
    if (!fragment) continue
    const inner = memo.get(fragment) ?? totalWithSpreads(fragment, document, memo)
    memo.set(fragment, inner)
    totals.fields += inner.fields
    totals.aliases += inner.aliases
    totals.directives += inner.directives
    totals.depth = Math.max(totals.depth, depth + inner.depth)
    if (depth === 0) totals.rootFields += inner.rootFields
  }
  return totals
}

/** Removes fragments that spread no other fragment, until none is left, or each remaining one is part of a cycle or leads to one. */
function hasCycle({ measures, fragments }: MeasuredDocument): boolean {
  const left = new Map<string, Set<string>>()
  for (const [name, fragment] of fragments) {
    const targets = measures.get(fragment)?.spreads.map((spread) => spread.name) ?? []
    left.set(name, new Set(targets.filter((target) => fragments.has(target))))
  }
  for (;;) {
    const free = [...left].filter(([, targets]) => targets.size === 0).map(([name]) => name)
    if (free.length === 0) return left.size > 0
    for (const name of free) left.delete(name)
    for (const targets of left.values()) for (const name of free) targets.delete(name)
  }
}
