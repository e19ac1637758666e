import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { always } from '../../src/plan/condition.ts'
import type { Rights } from '../../src/plan/rights.ts'
import { typeNamesOf } from '../../src/template/graphql-names.ts'
import { type Rule, rightsOfRest, rightsOfRule, rulesOf, type Shown, toRule } from '../support/access-rules.ts'
import {
  anyOperation,
  createRandom,
  type Operation,
  type OperationContext,
  type OrderedCursors,
} from '../support/any-operations.ts'
import type { Where } from '../support/evaluate.ts'
import { runs, seed } from '../support/property-runs.ts'
import type { TestRegistry } from '../support/registry.ts'
import { whereOf } from '../support/rich-filters.ts'
import { type SightedRegistry, sightedSchemaOf, startSightedRegistry } from '../support/sighted-registry.ts'
import { withoutFeedCursors } from '../support/without-feed-cursors.ts'

/** So many operations are asked under one rule, by two callers each; more with TEST_OPERATIONS: `TEST_RUNS=500 TEST_OPERATIONS=100`. */
const operationsPerRule = Number(process.env['TEST_OPERATIONS'] ?? 10)

/** Ways to other objects that generated operations rarely take. */
const ways: readonly string[] = [
  '{ items(where: { children: { count: { gte: 2 } } }) { totalCount nodes { name } } places(where: { items: { count: { notIn: [0, 1] }, where: { parent: {} } } }) { nodes { zone } } }',
  '{ items(where: { checks: { latest: { is: { passed: { equals: true } } } } }) { nodes { name } } places(where: { items: { latest: { per: [slot], is: { flag: { equals: false } } } } }) { totalCount } }',
  '{ items(orderBy: [{ checks: { count: desc } }, { children: { count: asc } }]) { edges { cursor node { name } } } places(orderBy: [{ results: { count: desc, where: { place: {} } } }]) { nodes { zone } } }',
  '{ checks { groupBy(by: [item]) { key { item { name } } count } } items { groupBy(by: [place, parent]) { key { place { zone } parent { name } } count latest { name } } } }',
  '{ resultMatrix(rows: name, columns: place) { counts { passed failed missing } cells { row count verdict latest { stamp } } } checkMatrix(rows: name, columns: item) { presentCount rows { row verdicts } } }',
  '{ links(where: { from: {} }) { totalCount } results(where: { place: { isNull: false } }) { totalCount } }',
  '{ links(where: { via: { every: { place: { label: { isNull: true } } } } }) { totalCount nodes { via { number } from { peers { name } } result { name } } } }',
]

let sighted: SightedRegistry
let context: OperationContext
/** Filters of each template: making the arbitrary takes longer than using it. */
const filters = new Map<string, fc.Arbitrary<Where>>()
const pools = new Map<string, readonly Where[]>()
let rules = 0

beforeAll(async () => {
  sighted = await startSightedRegistry(seed)
  const { seeing, keys, meta, documents } = sighted
  const { model } = seeing
  for (const template of model.templates) {
    filters.set(template.name, whereOf(template, model, keys, meta, 2))
    pools.set(template.name, poolOf(fc.sample(whereOf(template, model, keys, meta, 1), { seed, numRuns: 1_500 })))
  }
  context = {
    schema: sightedSchemaOf(sighted),
    model,
    documents,
    uuids: (meta['uuid'] ?? []).map(String),
    times: await listTimes(seeing),
    whereOf: (name, random) => random.pick(pools.get(name) ?? []),
    cursors: await loadCursors(seeing),
    // They tell of the registry and the caller, and not of objects: `caughtUp` as cursors do, also where what is left cannot be seen.
    without: new Set(['templatePlan', 'viewer', 'tokens', 'administrationLog', 'caughtUp']),
  }
})
afterAll(() => sighted?.close())

/**
 * One before all objects and one after. What may be seen of a time between is judged by the objects of then, of which some were not
 * there yet; which objects are deleted from the other registry is decided by those of now.
 */
async function listTimes({ sql }: TestRegistry): Promise<readonly string[]> {
  const [row] = await sql("select (max(changed_at) + interval '1 ms')::text as time from registry_object")
  return ['2020-01-01T00:00:00Z', new Date(String(row?.['time'])).toISOString()]
}

/** Most of them lead to other objects, and each way of leading there is as frequent. */
function poolOf(wheres: readonly Where[]): readonly Where[] {
  const ways = ['"count":{', '"latest":{', '"some":{', '"none":{', '"every":{', '"isNull":', '']
  return ways.flatMap((way) => wheres.filter((where) => JSON.stringify(where).includes(way)).slice(0, 40))
}

/** Some of them hold values of other objects. */
async function loadCursors(registry: TestRegistry): Promise<ReadonlyMap<string, readonly OrderedCursors[]>> {
  const orderings: Readonly<Record<string, readonly (readonly Where[])[]>> = {
    item: [
      [],
      [{ place: { label: 'asc' } }],
      [{ parent: { slot: { open: 'desc' } } }, { text: 'asc' }],
      [{ checks: { count: 'desc' } }],
    ],
    result: [[{ place: { rack: 'desc' } }], [{ score: 'asc' }]],
    link: [[{ from: { text: 'asc' } }], [{ result: { place: { label: 'asc' } } }]],
    place: [[], [{ items: { count: 'asc' } }]],
    check: [[{ item: { count: 'desc' } }]],
  }
  const entries = Object.entries(orderings).map(async ([name, each]) => {
    const template = sighted.templateOf(name)
    const pages = each.map(async (orderBy) => {
      const { all } = await registry.data(
        `query ($orderBy: [${typeNamesOf(template).orderBy}!]) { all: ${template.pluralName}(first: 1000, orderBy: $orderBy) { edges { cursor } } }`,
        { orderBy },
      )
      return { orderBy, cursors: all.edges.map(({ cursor }: { cursor: string }) => cursor) }
    })
    return [name, await Promise.all(pages)] as const
  })
  return new Map(await Promise.all(entries))
}

/** The uuids of the objects that a rule shows: what its filters find for who sees all. */
async function listShown(shown: Shown): Promise<readonly string[]> {
  const found = sighted.seeing.model.templates.map(async (template): Promise<readonly string[]> => {
    const granted = shown.get(template.name)
    if (granted === 'nothing') return []
    const { all } = await sighted.seeing.data(
      `query ($where: ${typeNamesOf(template).where}!) { all: ${template.pluralName}(first: 1000, where: $where) { nodes { _meta { uuid } } } }`,
      { where: typeof granted === 'object' ? granted : {} },
    )
    return all.nodes.map((node: { _meta: { uuid: string } }) => node._meta.uuid)
  })
  return (await Promise.all(found)).flat()
}

async function answer(registry: TestRegistry, { query, variables }: Operation, actor: string): Promise<string> {
  const response = await fetch(registry.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-registry-actor': actor },
    body: JSON.stringify({ query, variables }),
  })
  return withoutFeedCursors(await response.text())
}

/** Lets the rule hold for one of its callers; `change` makes its rights others. */
async function hold(
  rule: Rule,
  caller: Rule['callers'][number],
  number: number,
  change: (rights: Rights) => Rights = (rights) => rights,
): Promise<void> {
  const { model } = sighted.seeing
  await sighted.hold({
    rights: change(rightsOfRule(rule, number, model, context.schema)(caller.identity)),
    left: rightsOfRest(caller.shown, number),
    uuids: await listShown(caller.shown),
  })
}

const anyRule = () => rulesOf(sighted.seeing.model, (name) => filters.get(name) ?? fc.constant({}))

test(`generated rules, objects and operations of TEST_SEED=${seed}: a caller sees what would be there without the rest`, async () => {
  const told = { pairs: 0, refused: 0, otherwise: 0 }
  await fc.assert(
    fc.asyncProperty(anyRule(), fc.nat(), async (shown, start) => {
      const rule = toRule(shown, context.schema, sighted.seeing.model)
      const random = createRandom(start)
      const operations = Array.from(
        { length: operationsPerRule },
        (_, i): Operation =>
          i % 5 === 4 ? { query: random.pick(ways), variables: {} } : anyOperation(context, random),
      )
      const number = rules++
      for (const caller of rule.callers) {
        await hold(rule, caller, number)
        for (const [i, operation] of operations.entries()) {
          const [seen, left] = await Promise.all([
            answer(sighted.seeing, operation, 'someone'),
            answer(sighted.having, operation, 'someone'),
          ])
          expect(seen, print(caller.shown, operation)).toBe(left)
          expect(seen, print(caller.shown, operation)).not.toContain('INTERNAL_SERVER_ERROR')
          told.pairs++
          if (seen.startsWith('{"errors"')) told.refused++
          else if (i % 5 === 0 && (await answer(sighted.seeing, operation, 'everyone')) !== seen) told.otherwise++
        }
      }
    }),
    { ...runs(12), endOnFailure: true },
  )
  // Neither are most refused, nor do rules make no difference.
  expect(told.refused).toBeLessThan(told.pairs / 2)
  expect(told.otherwise).toBeGreaterThan(told.pairs / 100)
  if (process.env['TEST_RUNS']) console.log(told)
}, 3_600_000)

test('who may see one template without its condition sees something else', async () => {
  const random = createRandom(seed)
  let different = 0
  for (const shown of fc.sample(anyRule(), { seed, numRuns: 6 })) {
    const rule = toRule(
      new Map([...shown, ['item', { name: { in: ['i1', 'i2', 'i3'] } }]]),
      context.schema,
      sighted.seeing.model,
    )
    const [caller] = rule.callers
    if (!caller) throw new Error('a rule has callers')
    await hold(rule, caller, rules++, (rights) => ({
      ...rights,
      granted: (verb, template) => (template.name === 'item' ? always : rights.granted(verb, template)),
    }))
    for (let i = 0; i < operationsPerRule; i++) {
      const operation = anyOperation(context, random)
      const [seen, left] = await Promise.all([
        answer(sighted.seeing, operation, 'someone'),
        answer(sighted.having, operation, 'someone'),
      ])
      if (seen !== left) different++
    }
  }
  expect(different).toBeGreaterThan(5)
})

function print(shown: Shown, operation: Operation): string {
  return `${JSON.stringify(Object.fromEntries(shown))}\n${operation.query}\n${JSON.stringify(operation.variables)}`
}
