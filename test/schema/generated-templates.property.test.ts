import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type GeneratedObjects, objectsOf } from '../support/generated-objects.ts'
import { queriesOf } from '../support/generated-queries.ts'
import { type GeneratedRegistry, schemaOf, startGenerated } from '../support/generated-registry.ts'
import { type TemplateSet, templateSets } from '../support/generated-templates.ts'
import { printQuery } from '../support/print-query.ts'
import { runs, seed } from '../support/property-runs.ts'
import type { Query } from '../support/query-shape.ts'
import { recordStatements } from '../support/record-statements.ts'
import { shrinkable } from '../support/shrink-query.ts'

interface Case {
  readonly set: TemplateSet
  readonly generated: GeneratedObjects
  readonly queries: readonly Query[]
}

/** Shrunk from the outside inwards: a registry is needed for each smaller set of templates or objects only. */
const cases: fc.Arbitrary<Case> = templateSets.chain((set) =>
  objectsOf(set).chain((generated) =>
    fc
      .array(shrinkable(queriesOf({ model: set.model, generated, wheres: new Map() })), {
        minLength: 1,
        maxLength: 30,
        size: 'max',
      })
      .map((queries) => ({
        set,
        generated,
        queries,
        [fc.toStringMethod]: () => printCase({ set, generated, queries }),
      })),
  ),
)

function printCase({ set, generated, queries }: Case): string {
  const printed = queries.map((query) => {
    const { query: text, variables } = printQuery(query, schemaOf(set), (_, { place }) => `<cursor ${place}>`)
    return `${text}\n${JSON.stringify(variables)}`
  })
  const objects = generated.objects.map(
    ({ template, input, patch }) =>
      `${template} ${JSON.stringify(input)}${patch ? `, then ${JSON.stringify(patch)}` : ''}`,
  )
  return ['', ...set.texts.map((text) => `--- ${text}`), ...objects, ...printed].join('\n')
}

/** A quality in `Accept` is a matter for Yoga; the same operation then takes the shorter way. */
const throughYoga = 'application/json;q=0.9'
/** So many runs, and registries, are tried to make a failure smaller. */
const shrinking = { runs: 1500, registries: 40 }

test(`generated templates, objects and queries of TEST_SEED=${seed}: the registry answers as memory does`, async () => {
  let current: { readonly of: GeneratedObjects; readonly generated: GeneratedRegistry } | undefined
  const left = { ...shrinking }
  let failed: GeneratedObjects | undefined

  async function registryOf({ set, generated }: Case): Promise<GeneratedRegistry> {
    if (current?.of !== generated) {
      await current?.generated.registry.close()
      current = undefined
      current = { of: generated, generated: await startGenerated(set, generated) }
      if (failed) left.registries--
    }
    return current.generated
  }

  try {
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        if (failed && (left.runs-- <= 0 || (left.registries <= 0 && failed !== one.generated))) return
        try {
          const generated = await registryOf(one)
          expect(documentsOf(generated.memory.objects.map(({ document, meta }) => [meta['uuid'], document]))).toEqual(
            documentsOf(one.generated.objects.map(({ document, input }) => [uuidOf(input), document])),
          )
          for (const query of one.queries) await expectAnswer(query, generated)
        } catch (error) {
          failed = one.generated
          throw error
        }
      }),
      { ...runs(35), includeErrorInReport: true },
    )
  } finally {
    await current?.generated.registry.close()
  }
}, 600_000)

function uuidOf({ _meta }: Readonly<Record<string, unknown>>): unknown {
  return (_meta as { readonly uuid: unknown }).uuid
}

function documentsOf(entries: readonly (readonly [uuid: unknown, document: unknown])[]): object {
  return Object.fromEntries(entries)
}

async function expectAnswer(query: Query, { registry, prepare }: GeneratedRegistry): Promise<void> {
  const { expected, ...printed } = await prepare(query)
  const statements = await recordStatements(async () => {
    const yoga = await registry.query(printed.query, printed.variables, { accept: throughYoga })
    expect(JSON.stringify(yoga.errors ?? [])).toBe('[]')
    expect(yoga).toEqual({ data: expected })
    const lane = await registry.query(printed.query, printed.variables)
    expect(JSON.stringify(lane)).toBe(JSON.stringify(yoga))
  })
  // Longer documents are not kept.
  if (printed.query.length > 20_000) return
  const texts = statements.filter(({ isText }) => isText)
  expect(statements.length - texts.length, 'statements of the one way and of the other').toBe(texts.length)
}
