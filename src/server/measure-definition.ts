import { type FragmentDefinitionNode, type OperationDefinitionNode, visit } from 'graphql'

export type Definition = OperationDefinitionNode | FragmentDefinitionNode

/** The measures of one operation or fragment, not including the fragments that it spreads. */
export interface DefinitionMeasure {
  fields: number
  rootFields: number
  aliases: number
  directives: number
  /** Of fields in fields. */
  depth: number
  /** Of lists and objects in a literal. */
  literalDepth: number
  /** The fragments it spreads, each with the depth of the field around it; 0 at the root. */
  readonly spreads: { readonly name: string; readonly depth: number }[]
}

/** Counts a definition in one walk; `visit` of graphql-js does not recurse. */
export function measureDefinition(definition: Definition): DefinitionMeasure {
  const measure: DefinitionMeasure = {
    fields: 0,
    rootFields: 0,
    aliases: 0,
    directives: 0,
    depth: 0,
    literalDepth: 0,
    spreads: [],
  }
  let depth = 0
  let literalDepth = 0
  const literal = {
    enter() {
      measure.literalDepth = Math.max(measure.literalDepth, ++literalDepth)
    },
    leave() {
      literalDepth--
    },
  }
  visit(definition, {
    Field: {
      enter({ alias }) {
        measure.fields++
        if (depth === 0) measure.rootFields++
        if (alias) measure.aliases++
        measure.depth = Math.max(measure.depth, ++depth)
      },
      leave() {
        depth--
      },
    },
    FragmentSpread({ name }) {
      measure.spreads.push({ name: name.value, depth })
    },
    Directive() {
      measure.directives++
    },
    ListValue: literal,
    ObjectValue: literal,
  })
  return measure
}
