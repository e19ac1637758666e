import fc from 'fast-check'
import { type GeneratedObjects, objectsOf } from './generated-objects.ts'
import { queriesOf } from './generated-queries.ts'
import { schemaOf } from './generated-registry.ts'
import { type TemplateSet, templateSets } from './generated-templates.ts'
import { printQuery } from './print-query.ts'
import type { Query } from './query-shape.ts'
import { smallerCases } from './shrink-case.ts'

/** Templates, their objects, and queries. */
export interface Case {
  readonly set: TemplateSet
  readonly generated: GeneratedObjects
  readonly queries: readonly Query[]
}

const mostQueries = 30

const anyCase: fc.Arbitrary<Case> = templateSets.chain((set) =>
  objectsOf(set).chain((generated) =>
    fc
      .array(queriesOf({ model: set.model, generated, wheres: new Map() }), {
        minLength: 1,
        maxLength: mostQueries,
        size: 'max',
      })
      .map((queries) => ({ set, generated, queries })),
  ),
)

/**
 * Cases that shrink by leaving out queries, templates, objects, fields and parts of the queries. Shrinking the choices
 * that generated the templates would give other objects and queries.
 */
class ShrinkableCases extends fc.Arbitrary<Case> {
  override generate(random: fc.Random, bias: number | undefined): fc.Value<Case> {
    return toValue(anyCase.generate(random, bias).value)
  }

  override canShrinkWithoutContext(_value: unknown): _value is Case {
    return true
  }

  override shrink(value: Case): fc.Stream<fc.Value<Case>> {
    return fc.stream(smallerCases(value)).map(toValue)
  }
}

export const cases: fc.Arbitrary<Case> = new ShrinkableCases()

function toValue(one: Case): fc.Value<Case> {
  return new fc.Value({ ...one, [fc.toStringMethod]: () => printCase(one) } as Case, undefined)
}

/** The templates, the objects as they are written, and the queries with their variables. */
export function printCase({ set, generated, queries }: Case): string {
  const printed = queries.map((query) => {
    const { query: text, variables } = printQuery(query, schemaOf(set), (_, { place }) => `<cursor ${place}>`)
    return `${text}\n${JSON.stringify(variables)}`
  })
  const objects = generated.objects.map(
    ({ template, input, patch }) =>
      `${template} ${JSON.stringify(input)}${patch ? `, then ${JSON.stringify(patch)}` : ''}`,
  )
  return ['', ...set.texts.map((text) => `--- ${text}`), ...objects, ...printed, ''].join('\n')
}
