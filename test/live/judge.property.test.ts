import fc from 'fast-check'
import { assertInputObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defaultLimits } from '../../src/limits.ts'
import type { Condition } from '../../src/plan/condition.ts'
import { createJudge, type JudgedVersion } from '../../src/plan/live/judge.ts'
import { createVersionIndex, needOf } from '../../src/plan/live/need-of.ts'
import { createPlanRequest } from '../../src/plan/plan-request.ts'
import { planWhere } from '../../src/plan/plan-where.ts'
import { buildSchema } from '../../src/schema/build-schema.ts'
import { coerceInput } from '../../src/schema/coerce-input.ts'
import type { Field } from '../../src/template/model.ts'
import type { Where } from '../support/evaluate.ts'
import { runs, seed } from '../support/property-runs.ts'
import { whereOf } from '../support/rich-filters.ts'
import { valueOfField } from '../support/rich-objects.ts'
import { pluralOfRich, type RichRegistry, startRichRegistry } from '../support/rich-registry.ts'

interface StoredVersion extends JudgedVersion {
  readonly template: string
  readonly uuid: string
}

const scalars: ReadonlySet<string> = new Set(['string', 'boolean', 'int', 'uuid', 'date', 'version'])

/** A value that objects have, at the edge of each comparison. */
function operatorsOf({ type }: Field): readonly string[] {
  return ['equals', 'equals', 'not', ...(type === 'boolean' ? [] : ['lt', 'lte', 'gt', 'gte'])]
}

describe(`with the objects of TEST_SEED=${seed}`, () => {
  let rich: RichRegistry
  let versions: readonly StoredVersion[]
  beforeAll(async () => {
    rich = await startRichRegistry(seed)
    // What an earlier form of the template may have left, and no filter of today takes.
    await rich.registry.sql(
      `update registry_object set document = document || '{"text": 7, "flag": "yes", "count": 1.5, "day": null, "moment": ["2026"], "spec": "none"}'
       where template = 'item' and abs(hashtext(key)) % 10 = 0`,
    )
    versions = (await rich.registry.sql(
      'select template, key, uuid, document, refs from registry_object',
    )) as unknown as readonly StoredVersion[]
  })
  afterAll(() => rich?.registry.close())

  test('what is said of a filter without PostgreSQL is what PostgreSQL says, also of its NOT', async () => {
    const schema = buildSchema(rich.registry.model)
    const conditionOf = (name: string, where: unknown): Condition => {
      const { model } = rich.registry
      const type = assertInputObjectType(schema.getType(`${rich.templateOf(name).typeName}Where`))
      const coerced = coerceInput(where, type, (problem) => expect(problem).toBe(undefined))
      const author = { actor: undefined, run: undefined }
      const request = createPlanRequest({ model, limits: defaultLimits, author })
      return planWhere(coerced, rich.templateOf(name), request, ['where'])
    }
    const binding = { variables: {}, now: new Date(), caller: { actor: undefined, claims: {} } }
    let [decided, all, needs] = [0, 0, 0]
    const templates = fc.constantFrom('item', 'item', 'item', 'check', 'slot', 'place')
    const filters = fc.oneof(
      templates.chain((name) =>
        whereOf(rich.templateOf(name), rich.registry.model, rich.keys, rich.meta, 3).map((where) => ({ name, where })),
      ),
      templates.chain((name) => {
        const fields = rich.templateOf(name).fields.filter(({ list, type }) => !list && scalars.has(type))
        return fc
          .constantFrom(...fields)
          .chain((field) =>
            fc
              .record({ operator: fc.constantFrom(...operatorsOf(field)), value: valueOfField(field, rich.keys) })
              .map(({ operator, value }) => ({ [field.name]: { [operator]: value } })),
          )
          .map((where) => ({ name, where: where as Where }))
      }),
    )
    const check = async ({ name, where }: { readonly name: string; readonly where: Where }) => {
      const condition = conditionOf(name, where)
      const judged = createJudge(condition, binding)
      const { typeName } = rich.templateOf(name)
      const answer = await rich.registry.data(
        `query ($where: ${typeName}Where!) { found: ${pluralOfRich[name]}(first: 1000, where: $where) { nodes { _meta { uuid } } } }`,
        { where },
      )
      const matching = new Set(answer.found.nodes.map((node: { _meta: { uuid: string } }) => node._meta.uuid))
      const own = versions.filter(({ template }) => template === name)
      const need = needOf(condition, binding)
      if (need) needs++
      const found = createVersionIndex(own)(need)
      expect(own.filter(({ uuid }) => matching.has(uuid)).filter((version) => !found.includes(version))).toEqual([])
      for (const version of own) {
        const { attributes } = judged ?? { attributes: new Set() }
        const part = (whole: object) => Object.fromEntries(Object.entries(whole).filter(([one]) => attributes.has(one)))
        const matches = judged?.judge({ document: part(version.document), refs: part(version.refs) })
        all++
        if (matches === undefined) continue
        decided++
        expect({ uuid: version.uuid, matches }).toEqual({ uuid: version.uuid, matches: matching.has(version.uuid) })
      }
    }
    await fc.assert(
      fc.asyncProperty(filters, async ({ name, where }) => {
        await check({ name, where })
        await check({ name, where: { NOT: [where] } as Where })
      }),
      runs(350),
    )
    expect(decided / all).toBeGreaterThan(0.2)
    expect(needs).toBeGreaterThan(0)
    if (process.env['TEST_RUNS'])
      console.log(`${decided} of ${all} judged, ${needs} filters with a value that is needed`)
  })
})
