import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allRights } from '../../../src/plan/rights.ts'
import { keyOf, type MemoryObject, matchesWhere, type Where } from '../../support/evaluate.ts'
import { runs } from '../../support/property-runs.ts'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'
import { type Grants, rightsOf } from '../../support/rights-of.ts'

const templates = [
  'name: zone\nkey: [name]\nfields:\n  name: string\n  team: string',
  'name: host\nkey: [name]\nfields:\n  name: string\n  team: string\n  load: { type: int, required: true }\n  zone: { type: reference, to: zone }\n  peer: { type: reference, to: host, onDelete: unset }',
  'name: disk\nkey: [name]\nfields:\n  name: string\n  team: string\n  host: { type: reference, to: host, onDelete: cascade }',
]

let registry: TestRegistry
let grants: Grants = {}
beforeAll(async () => {
  registry = await startRegistry(templates, {
    rights: ({ actor }) => (actor === 'limited' ? rightsOf(grants, registry.model) : allRights),
  })
})
afterAll(() => registry?.close())

const names = ['a1', 'a2', 'b1', 'b2']
const teams = ['red', 'blue']
const zones = ['z-red', 'z-blue']
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 })

const teamWhere = fc.constantFrom<Where>(
  ...teams.flatMap((team) => [{ team: { equals: team } }, { team: { not: team } }]),
  { team: { isNull: true } },
)
const leaf = fc.oneof(
  teamWhere,
  fc.constantFrom<Where>(
    { name: { startsWith: 'a' } },
    { name: { endsWith: '1' } },
    { name: { in: ['a1', 'b2'] } },
    { load: { lt: 3 } },
    { load: { gte: 2 } },
    { peer: { isNull: true } },
    { zone: { isNull: false } },
  ),
  teamWhere.map((where): Where => ({ zone: where })),
  teamWhere.map((where): Where => ({ peer: where })),
  fc
    .tuple(fc.constantFrom('some', 'none', 'every'), teamWhere)
    .map(([quantifier, where]): Where => ({ disks: { [quantifier]: where } })),
)
const { rule } = fc.letrec<{ rule: Where }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.array(tie('rule'), { minLength: 1, maxLength: 3 }).map((of): Where => ({ AND: of })),
    fc.array(tie('rule'), { minLength: 1, maxLength: 3 }).map((of): Where => ({ OR: of })),
    fc.array(tie('rule'), { minLength: 1, maxLength: 2 }).map((of): Where => ({ NOT: of })),
  ),
}))

const input = fc
  .record({
    name: fc.constantFrom(...names),
    team: maybe(fc.constantFrom(null, ...teams)),
    load: maybe(fc.integer({ min: 0, max: 4 })),
    zone: maybe(fc.constantFrom(null, ...zones, 'z-none')),
    peer: maybe(fc.constantFrom(null, ...names)),
  })
  .map((given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Where)
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), input, isDryRun: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('batch' as const),
      inputs: fc.uniqueArray(input, { selector: ({ name }) => name, minLength: 2, maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), name: fc.constantFrom(...names) }) },
)

type Documents = ReadonlyMap<string, MemoryObject>

function read(documents: Documents, where: Where, key: string): boolean {
  const object = documents.get(key)
  return (
    object !== undefined && matchesWhere(object, where, { model: registry.model, objects: [...documents.values()] })
  )
}

const hostKey = (name: unknown) => `host ${JSON.stringify([name])}`

async function load(): Promise<Documents> {
  const data = await registry.data(
    '{ zone: zones { nodes { _document } } host: hosts { nodes { _document } } disk: disks { nodes { _document } } }',
  )
  return new Map(
    Object.entries<{ nodes: { _document: Where }[] }>(data).flatMap(([template, { nodes }]) =>
      nodes.map(({ _document: document }) => {
        const own = registry.model.byName.get(template)
        if (!own) throw new Error(`no template ${template}`)
        return [`${template} ${keyOf(own, document, registry.model)}`, { template, document, meta: {} }] as const
      }),
    ),
  )
}

/** What the write makes of the object, whatever the rule says. */
function merged(documents: Documents, given: Where): Documents {
  const key = hostKey(given['name'])
  const entries = Object.entries({ ...documents.get(key)?.document, ...given }).filter(([, value]) => value !== null)
  return new Map([...documents, [key, { template: 'host', document: Object.fromEntries(entries), meta: {} }]])
}

/** The code with which a write must be refused, or undefined; several where that depends on what is looked at first. */
function refusalOf(documents: Documents, given: Where, where: Where): readonly (string | undefined)[] {
  const key = hostKey(given['name'])
  const after = merged(documents, given)
  const before = documents.get(key)
  if (before && !read(documents, where, key)) return ['FORBIDDEN']
  const problems: string[] = []
  const { zone, peer, load } = after.get(key)?.document ?? {}
  const isGiven = (name: string) => given[name] !== undefined && given[name] !== null
  if (isGiven('zone') && !documents.has(`zone ${JSON.stringify([zone])}`)) problems.push('REFERENCE_NOT_FOUND')
  if (isGiven('peer') && !after.has(hostKey(peer))) problems.push('REFERENCE_NOT_FOUND')
  if (load === undefined) problems.push('BAD_USER_INPUT')
  if (!read(after, where, key)) problems.push('FORBIDDEN')
  return problems.length > 0 ? problems : [undefined]
}

/** What a delete leaves, and whether all that it touches is in the rules. */
function deleted(documents: Documents, name: string, where: Where, diskWhere: Where) {
  const key = hostKey(name)
  if (!documents.has(key)) return { after: documents, isAllowed: true }
  const disks = [...documents].filter(([, { template, document }]) => template === 'disk' && document['host'] === name)
  const peers = [...documents].filter(([, { template, document }]) => template === 'host' && document['peer'] === name)
  const gone = new Set([key, ...disks.map(([disk]) => disk)])
  const after = new Map(
    [...documents].flatMap(([one, object]) => {
      if (gone.has(one)) return []
      const { peer, ...rest } = object.document
      return [[one, object.template === 'host' && peer === name ? { ...object, document: rest } : object] as const]
    }),
  )
  const unset = peers.map(([peer]) => peer).filter((peer) => peer !== key)
  const isAllowed =
    read(documents, where, key) &&
    disks.every(([disk]) => read(documents, diskWhere, disk)) &&
    // A host that is its own peer is unset before it goes.
    peers.every(([peer]) => read(documents, where, peer)) &&
    unset.every((peer) => read(after, where, peer))
  return { after, isAllowed }
}

const asLimited = (query: string, variables: object) =>
  registry.query(query, variables, { 'x-registry-actor': 'limited' })
const writeOne =
  'mutation ($input: HostInput!, $isDryRun: Boolean!) { upsertHost(input: $input, dryRun: $isDryRun) { outcome } }'
const writeMany =
  'mutation ($inputs: [HostInput!]!) { upsertHosts(input: $inputs, mode: INDEPENDENT) { results { outcome error { code } } } }'
const remove = 'mutation ($name: String!) { deleteHost(name: $name) { name } }'

const countChanges = async () =>
  Number((await registry.sql('select count(*)::int as count from registry_change'))[0]?.count)

test('whatever the rule is, no write and no delete leaves or takes an object outside of it, and all others are done', {
  timeout: 900_000,
}, async () => {
  const seen = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(
      rule,
      teamWhere,
      fc.array(step, { minLength: 1, maxLength: 8 }),
      async (where, diskWhere, steps) => {
        await registry.data(`mutation {
        deleteHosts(where: {}, all: true) deleteDisks(where: {}, all: true)
        upsertZones(input: [{name: "z-red", team: "red"}, {name: "z-blue", team: "blue"}]) { failed }
        upsertHosts(input: [{name: "a1", team: "red", load: 1, zone: "z-red"}, {name: "b1", load: 3, zone: "z-blue", peer: "a1"}]) { failed }
        upsertDisks(input: [{name: "d1", team: "red", host: "a1"}, {name: "d2", team: "blue", host: "b1"}]) { failed }
      }`)
        grants = { read: true, write: { host: where }, delete: { host: where, disk: diskWhere } }
        for (const one of steps) {
          const documents = await load()
          const changes = await countChanges()
          let expected = documents
          if (one.kind === 'write') {
            const { errors, data } = await asLimited(writeOne, one)
            const refusals = refusalOf(documents, one.input, where)
            const code = errors?.[0]?.extensions?.code
            expect(refusals).toContain(code)
            if (!code && !one.isDryRun) expected = merged(documents, one.input)
            seen.set(`write ${code}`, (seen.get(`write ${code}`) ?? 0) + 1)
            const isChanged = !code && !one.isDryRun && data.upsertHost.outcome !== 'UNCHANGED'
            expect((await countChanges()) - changes).toBe(Number(isChanged))
          } else if (one.kind === 'batch') {
            const { data } = await asLimited(writeMany, { inputs: one.inputs })
            const results: { outcome: string | null; error: { code: string } | null }[] = data.upsertHosts.results
            // Items may refer to each other, so the whole batch is judged as it is written: those that were refused are not there.
            for (const [i, { error }] of results.entries()) {
              if (!error) expected = merged(expected, one.inputs[i] as Where)
              seen.set(`batch ${error?.code}`, (seen.get(`batch ${error?.code}`) ?? 0) + 1)
            }
            for (const [i, { error }] of results.entries()) {
              const key = hostKey(one.inputs[i]?.['name'])
              if (error) continue
              expect(documents.has(key) ? read(documents, where, key) : true).toBe(true)
              expect(read(expected, where, key)).toBe(true)
            }
          } else {
            const { errors } = await asLimited(remove, { name: one.name })
            const { after, isAllowed } = deleted(documents, one.name, where, diskWhere)
            const code = errors?.[0]?.extensions?.code
            expect(code).toBe(isAllowed ? undefined : 'FORBIDDEN')
            if (isAllowed) expected = after
            else expect(await countChanges()).toBe(changes)
            seen.set(`delete ${code}`, (seen.get(`delete ${code}`) ?? 0) + 1)
          }
          expect(sorted(await load())).toEqual(sorted(expected))
        }
      },
    ),
    runs(60),
  )
  for (const kind of [
    'write undefined',
    'write FORBIDDEN',
    'batch undefined',
    'batch FORBIDDEN',
    'delete undefined',
    'delete FORBIDDEN',
  ])
    expect([kind, (seen.get(kind) ?? 0) > 0]).toEqual([kind, true])
})

function sorted(documents: Documents): readonly (readonly [string, object])[] {
  return [...documents].map(([key, { document }]) => [key, document] as const).sort(([a], [b]) => (a < b ? -1 : 1))
}
