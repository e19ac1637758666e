import fc from 'fast-check'
import { type DocumentNode, type FieldNode, type GraphQLObjectType, Kind, parse, print, visit } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildSchema } from '../../src/schema/build-schema.ts'
import { metaFields } from '../../src/template/meta-fields.ts'
import type { Template } from '../../src/template/model.ts'
import {
  anyOperation,
  createRandom,
  type Operation,
  type OperationContext,
  type Random,
} from '../support/any-operations.ts'
import type { Document, Where } from '../support/evaluate.ts'
import { runs, seed } from '../support/property-runs.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { whereOf } from '../support/rich-filters.ts'
import { documentOf } from '../support/rich-objects.ts'
import { sightedTemplates, writeObjects } from '../support/sighted-registry.ts'

const operationsPerTime = 12

let registry: TestRegistry
let context: OperationContext
let keys: ReadonlyMap<string, readonly unknown[]>
const rounds = runs(20).numRuns

beforeAll(async () => {
  registry = await startRegistry(sightedTemplates)
  const { model } = registry
  const templateOf = (name: string) => model.byName.get(name) as Template
  const written = await writeObjects(registry, templateOf, seed)
  keys = written.keys
  const rows = await registry.sql('select * from registry_object')
  const meta = Object.fromEntries(Object.keys(metaFields).map((name) => [name, ['ada']]))
  Object.assign(meta, {
    uuid: rows.map(({ uuid }) => uuid),
    version: [1, 2],
    createTime: rows.map((row) => row.created_at.toISOString()),
    updateTime: rows.map((row) => row.updated_at.toISOString()),
  })
  const pools = new Map<string, readonly Where[]>()
  for (const template of model.templates)
    pools.set(template.name, fc.sample(whereOf(template, model, keys, meta, 1), { seed, numRuns: 300 }))
  context = {
    schema: buildSchema(model),
    model,
    documents: written.documents,
    uuids: rows.map(({ uuid }) => uuid),
    whereOf: (name, random) => random.pick(pools.get(name) ?? []),
    cursors: new Map(),
    without: withoutTime(),
  }
})
afterAll(() => registry?.close())

/** The root fields that do not read as of a time. */
function withoutTime(): ReadonlySet<string> {
  const query = buildSchema(registry.model).getQueryType() as GraphQLObjectType
  const fields = Object.values(query.getFields()).filter(({ args }) => !args.some(({ name }) => name === 'at'))
  return new Set(fields.map(({ name }) => name))
}

/** The same operation, whose root fields read as of the time. */
function asOf({ query, variables }: Operation, at: string): Operation {
  const argument = {
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: 'at' },
    value: { kind: Kind.STRING, value: at },
  } as const
  let depth = 0
  const timed: DocumentNode = visit(parse(query), {
    SelectionSet: { enter: () => void depth++, leave: () => void depth-- },
    Field: {
      enter: (node: FieldNode) => (depth === 1 ? { ...node, arguments: [...(node.arguments ?? []), argument] } : node),
    },
  })
  return { query: print(timed), variables }
}

/** Writes some objects anew, all at once, and deletes and restores others meanwhile; what a rule refuses stays as it is. */
async function change(random: Random, round: number): Promise<void> {
  const writes: Promise<unknown>[] = []
  for (let i = 0; i < 3; i++) {
    const template = random.pick(registry.model.templates)
    const known = context.documents.get(template.name) ?? []
    const drawn = fc.sample(documentOf(template, keys), { seed: seed + 100 * round + i, numRuns: 4 })
    const input = drawn.map((document): Document => {
      const { serial: _, ...rest } = document
      const object = random.pick(known)
      return { ...rest, ...Object.fromEntries(template.key.map(({ name }) => [name, object[name]])) }
    })
    const unique = [
      ...new Map(input.map((one) => [JSON.stringify(template.key.map(({ name }) => one[name])), one])).values(),
    ]
    const query = `mutation ($input: [${template.typeName}Input!]!) { upsert${template.typeName}s(input: $input, mode: INDEPENDENT) { failed } }`
    writes.push(registry.query(query, { input: unique }, { 'x-registry-actor': random.pick(['ada', 'B', 'nobody']) }))
    const [restored] = unique
    if (restored && random.pick([true, false])) writes.push(restore(template, restored))
  }
  const template = random.pick(registry.model.templates)
  const where = `where: {_meta: {uuid: {equals: "${random.pick(context.uuids)}"}}}`
  writes.push(registry.query(`mutation { delete${template.typeName}s(${where}) }`))
  await Promise.all(writes)
}

/** Gives an object its first version again. */
async function restore({ typeName, key }: Template, object: Document): Promise<void> {
  const field = context.schema.getMutationType()?.getFields()[`restore${typeName}`]
  const names = key.map(({ graphqlName }) => graphqlName)
  const args = field?.args.filter(({ name }) => names.includes(name)) ?? []
  const { errors } = await registry.query(
    `mutation (${args.map(({ name, type }) => `$${name}: ${type}`).join(', ')}) { restore${typeName}(${names.map((name) => `${name}: $${name}`).join(', ')}, version: 1) { outcome } }`,
    Object.fromEntries(key.map(({ name, graphqlName }) => [graphqlName, object[name]])),
  )
  if (!errors) restores++
}
let restores = 0

/** The answer without what a page as of a time has besides: its cursors name the time. */
async function answer({ query, variables }: Operation): Promise<string> {
  const { data, errors } = await registry.query(query, variables)
  const shown = JSON.stringify(data, (_, value) => (isCursor(value) ? 'a cursor' : value))
  return `${shown} ${JSON.stringify(errors?.map(({ message }) => message))}`
}

function isCursor(value: unknown): boolean {
  if (typeof value !== 'string' || value.length < 16 || !/^[\w-]+$/.test(value)) return false
  return Buffer.from(value, 'base64').toString('utf8').startsWith('["')
}

/** The beginning of what differs. */
function describeDifference(expected: string, found: string, { query, variables }: Operation): string {
  const place = [...expected].findIndex((character, i) => character !== found[i])
  const excerpt = (text: string) => text.slice(Math.max(0, place - 100), place + 100)
  return `${excerpt(expected)}\n${excerpt(found)}\n${query}\n${JSON.stringify(variables)}`
}

/** What there would be if nobody had confirmed anything. */
async function forgetConfirmations(): Promise<void> {
  await registry.sql(
    `update registry_object as o set updated_at = changed_at, confirmed_at = null, outcome = 'UPDATED', updated_by = (
       select changed_by from registry_change as c where c.template = o.template and c.key = o.key order by sequence desc limit 1)
     where updated_at <> changed_at or confirmed_at is not null or outcome = 'UNCHANGED'`,
  )
}

test('whatever is asked, as of whatever time: the answer is the one that was given then', async () => {
  const random = createRandom(seed)
  const asked: { readonly at: string; readonly operation: Operation; readonly answered: string }[] = []
  for (let round = 0; round < rounds; round++) {
    await change(random, round)
    await forgetConfirmations()
    const [row] = await registry.sql(
      `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`,
    )
    for (let i = 0; i < operationsPerTime; i++) {
      const operation = anyOperation(context, random)
      asked.push({ at: String(row?.now), operation, answered: await answer(operation) })
    }
  }
  let different = 0
  for (const { at, operation, answered } of asked) {
    const timed = asOf(operation, at)
    const found = await answer(timed)
    if (found !== answered) expect.fail(describeDifference(answered, found, timed))
    if ((await answer(operation)) !== answered) different++
  }
  // The control: without the time, answers are others.
  expect(different).toBeGreaterThan(0)
  expect(restores).toBeGreaterThan(0)
  const [past] = await registry.sql('select count(*)::int as versions from registry_past')
  expect(past?.versions).toBeGreaterThan(rounds)
})
