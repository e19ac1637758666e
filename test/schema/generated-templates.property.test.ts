import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MemoryObject } from '../support/evaluate.ts'
import { type Case, cases, printCase } from '../support/generated-cases.ts'
import type { GeneratedObjects } from '../support/generated-objects.ts'
import { type GeneratedRegistry, type PreparedQuery, startGenerated } from '../support/generated-registry.ts'
import { runs, seed } from '../support/property-runs.ts'
import { type Query, withOtherVariables } from '../support/query-shape.ts'
import { throughGraphqlJs, withoutAdded } from '../support/through-graphql-js.ts'

/** A quality in `Accept` is a matter for Yoga; the same operation then takes the shorter way. */
const throughYoga = 'application/json;q=0.9'
/** So many registries are started to make a failure smaller. */
const mostSmaller = 150

test(`generated templates, objects and queries of TEST_SEED=${seed}: the registry answers as memory does`, async () => {
  let current: { readonly of: GeneratedObjects; readonly generated: GeneratedRegistry } | undefined
  let failed: GeneratedObjects | undefined
  let smaller = 0
  const passed = new Set<string>()

  async function registryOf({ set, generated }: Case): Promise<GeneratedRegistry> {
    if (current?.of !== generated) {
      await current?.generated.registry.close()
      current = undefined
      current = { of: generated, generated: await startGenerated(set, generated) }
    }
    return current.generated
  }

  /** Whether it need not be tried any more, once there is a failure to make smaller. */
  function isKnown(one: Case): boolean {
    if (!failed || one.generated === failed) return false
    return passed.has(printCase(one)) || ++smaller > mostSmaller
  }

  try {
    await fc.assert(
      fc.asyncProperty(cases, async (one) => {
        if (isKnown(one)) return
        try {
          const generated = await registryOf(one)
          expect(byUuid(generated.memory.objects)).toEqual(byUuid(one.generated.objects))
          for (const query of one.queries) await expectAnswer(query, generated)
          if (failed) passed.add(printCase(one))
        } catch (error) {
          failed = one.generated
          throw error
        }
      }),
      { ...runs(25, 3), includeErrorInReport: true },
    )
  } finally {
    await current?.generated.registry.close()
  }
}, 600_000)

/** Documents, and what writing decides of `_meta`. */
function byUuid(objects: readonly Pick<MemoryObject, 'document' | 'meta'>[]): object {
  const entries = objects.map(({ document, meta: { uuid, version, createTime, updateTime } }) => [
    uuid,
    { document, version, createTime, updateTime },
  ])
  return Object.fromEntries(entries)
}

/** Completed by graphql-js, through Yoga and twice the short way; what was compiled for other variables serves them too. */
async function expectAnswer(query: Query, { registry, prepare }: GeneratedRegistry): Promise<void> {
  const requests = [await prepare(query), await prepare(withOtherVariables(query))]
  for (const request of requests) {
    const query = throughGraphqlJs(request.query)
    assertSame(withoutAdded(await registry.query(query, request.variables)), request)
  }
  for (const accept of [throughYoga, '*/*', '*/*'])
    for (const request of requests)
      assertSame(await registry.query(request.query, request.variables, { accept }), request)
}

/** In the order of the query, too. */
function assertSame(answer: unknown, { variables, expected }: PreparedQuery): void {
  const [given, wanted] = [answer, { data: expected }].map((one) => JSON.stringify(one))
  if (given === wanted) return
  throw new Error(`With ${JSON.stringify(variables)} the registry answers ${given}\nwhere memory says ${wanted}`)
}
